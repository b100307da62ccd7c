import { useRef, useState } from "preact/hooks";
import { api, at } from "../api/client";
import type { Network } from "../api/types";
import { save } from "../ui/format";
import { useAction, useObjectUrl } from "../ui/hooks";
import { icons } from "../ui/icons";
import { Drop } from "../ui/drop";
import { Problem } from "../ui/parts";
import { Sketch } from "./sketch";

// A picture through the network: enlarged, or line art coloured. Uploaded, or drawn here.
export function Translate({ network }: { network: Network }) {
  const enlarge = (network.input?.scale ?? 1) > 1;
  const [input, setInput] = useState<Blob | null>(null),
    [output, setOutput] = useState<Blob | null>(null),
    [note, setNote] = useState("");
  const inputUrl = useObjectUrl(input),
    outputUrl = useObjectUrl(output),
    result = useRef<HTMLDivElement>(null);
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
  const sample = useAction(async () => translate.run(await smallSample(network.data, width, height)));
  return (
    <div class="columns halves">
      <div class="stack">
        {!enlarge && (
          <Sketch width={width} height={height} onPicture={(picture) => translate.run(picture)} busy={translate.busy} />
        )}
        <Drop
          label={enlarge ? "Drop a small picture" : "or drop a picture"}
          accept="image/*"
          onFiles={([file]) => file && void translate.run(file)}
        />
        {enlarge && (
          <div class="row">
            <button type="button" disabled={sample.busy || translate.busy} onClick={() => sample.run()}>
              A picture of the data, made small
            </button>
          </div>
        )}
        <Problem error={sample.error} />
      </div>
      <div class="stack" ref={result}>
        <Problem error={translate.error} />
        <div class="card stack" aria-live="polite">
          <h2>{enlarge ? "Enlarged" : "Result"}</h2>
          {translate.busy && <p class="soft">The generator is drawing …</p>}
          {!translate.busy && !output && (
            <p class="soft">
              {enlarge
                ? "The enlarged picture appears here."
                : "Draw and press Colour it: the coloured picture appears here."}
            </p>
          )}
          {outputUrl && (
            <div class="large">
              <img class="pixel" src={outputUrl} alt={enlarge ? "The enlarged picture" : "The coloured picture"} />
            </div>
          )}
          {inputUrl && output && (
            <figure class={enlarge ? "large" : "input"}>
              <img class="pixel" src={inputUrl} alt="The input" />
              <figcaption class="soft small">The input{enlarge && ", its pixels as large"}</figcaption>
            </figure>
          )}
          {output && note && <p class="soft small">The input: {note}.</p>}
          {output && (
            <div class="row">
              <button type="button" onClick={() => save(output, enlarge ? "enlarged.png" : "coloured.png")}>
                <icons.save />
                Download
              </button>
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

// One real picture, at the size of the network's input. Samples of `shapes` come with their captions; a shape is drawn instead.
async function smallSample(data: string, width: number, height: number): Promise<Blob> {
  const picture = data.startsWith("shapes")
    ? drawnShape()
    : await createImageBitmap(
        new Blob([await api.bytes(`${at("datasets", data, "samples")}?n=1`)], { type: "image/png" }),
      );
  const [canvas, context] = canvasOf(width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  return new Promise((done, failed) =>
    canvas.toBlob(
      (blob) => (blob ? done(blob) : failed(new Error("the picture could not be made small"))),
      "image/png",
    ),
  );
}

function canvasOf(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return [canvas, canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D];
}

function drawnShape(): HTMLCanvasElement {
  const [canvas, context] = canvasOf(64, 64),
    sides = 3 + Math.floor(4 * Math.random()),
    turn = Math.random();
  context.fillStyle = "#e4e6ea";
  context.fillRect(0, 0, 64, 64);
  context.fillStyle = `hsl(${Math.floor(360 * Math.random())} 85% 45%)`;
  for (let k = 0; k < sides; k++)
    context.lineTo(
      32 + 20 * Math.cos((2 * Math.PI * (k + turn)) / sides),
      32 + 20 * Math.sin((2 * Math.PI * (k + turn)) / sides),
    );
  context.fill();
  return canvas;
}
