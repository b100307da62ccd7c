import { useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Network } from "../api/types";
import { save } from "../ui/format";
import { useAction, useObjectUrl } from "../ui/hooks";
import { icons } from "../ui/icons";
import { Drop, Problem } from "../ui/parts";
import { Sketch } from "./sketch";

// A picture through the network: enlarged, or line art coloured. Uploaded, or drawn here.
export function Translate({ network }: { network: Network }) {
  const enlarge = (network.input?.scale ?? 1) > 1;
  const [input, setInput] = useState<Blob | null>(null), [output, setOutput] = useState<Blob | null>(null), [note, setNote] = useState("");
  const inputUrl = useObjectUrl(input), outputUrl = useObjectUrl(output), result = useRef<HTMLDivElement>(null);
  const translate = useAction(async (picture: Blob) => {
    setInput(picture);
    setOutput(null);
    const form = new FormData();
    form.append("network", network.id);
    form.append("file", picture, picture instanceof File ? picture.name : "drawing.png");
    const [made, said] = await api.formBlob("/translate", form);
    setOutput(made);
    setNote(said);
    result.current?.scrollIntoView?.({ block: "nearest" });
  });
  const [, height = 64, width = 64] = network.input?.shape ?? [];
  return (
    <div class="columns halves">
      <div class="stack">
        {!enlarge && <Sketch width={width} height={height} onPicture={(picture) => translate.run(picture)} busy={translate.busy} />}
        <Drop label={enlarge ? "Drop a small picture" : "or drop a picture"} accept="image/*" onFiles={([file]) => file && void translate.run(file)} />
      </div>
      <div class="stack" ref={result}>
        <Problem error={translate.error} />
        <div class="card stack" aria-live="polite">
          <h2>{enlarge ? "Enlarged" : "Result"}</h2>
          {translate.busy && <p class="soft">The generator is drawing …</p>}
          {!translate.busy && !output && <p class="soft">{enlarge ? "The enlarged picture appears here." : "Draw and press Colour it: the coloured picture appears here."}</p>}
          {outputUrl && <div class="large"><img class="pixel" src={outputUrl} alt={enlarge ? "The enlarged picture" : "The coloured picture"} /></div>}
          {inputUrl && output && <figure class="input"><img class="pixel" src={inputUrl} alt="The input" /><figcaption class="soft small">Input</figcaption></figure>}
          {output && note && <p class="soft small">The input was {note}.</p>}
          {output && <div class="row"><button type="button" onClick={() => save(output, enlarge ? "enlarged.png" : "coloured.png")}><icons.save />Download</button></div>}
        </div>
      </div>
    </div>
  );
}
