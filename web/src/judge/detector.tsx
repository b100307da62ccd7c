import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Detection } from "../api/types";
import { networkLabel, sorted, useNetworks } from "../play/play";
import { short } from "../ui/format";
import { useAction } from "../ui/hooks";
import { Drop } from "../ui/drop";
import { Empty, Loading, Problem, Select } from "../ui/parts";

// The discriminator at work on pictures from outside.
export function Detector() {
  const networks = useNetworks(),
    all = sorted(
      (networks.data ?? []).filter((one) => one.discriminator && one.shape.length === 3 && !one.input && !one.text),
    );
  const [chosen, setChosen] = useState(""),
    [files, setFiles] = useState<File[]>([]),
    [results, setResults] = useState<Detection[]>([]);
  const id = all.find((one) => one.id === chosen)?.id ?? all[0]?.id ?? "";
  const detect = useAction(async (dropped: File[]) => {
    setFiles(dropped);
    setResults([]);
    const form = new FormData();
    form.append("network", id);
    for (const file of dropped) form.append("file", file, file.name);
    setResults((await api.form<{ results: Detection[] }>("/detect", form)).results);
  });
  if (!networks.data) return networks.error ? <Problem error={networks.error} /> : <Loading what="networks" />;
  if (!all.length)
    return (
      <Empty command="gannet train --cfg r3gan --data banknotes/real --kimg 40">
        No network with a discriminator yet. Train one on real pictures:
      </Empty>
    );
  return (
    <div class="columns halves">
      <section class="card stack" aria-label="Pictures">
        <Select
          label="Network"
          value={id}
          choices={all.map((one) => [one.id, networkLabel(one)] as const)}
          onChange={setChosen}
          help="Its data says what real looks like."
        />
        <Drop label="Drop pictures" multiple accept="image/*" onFiles={(dropped) => void detect.run(dropped)} />
        <Problem error={detect.error} />
      </section>
      <section class="card stack" aria-label="Verdicts" aria-live="polite">
        <h2>Verdicts</h2>
        {detect.busy && (
          <p class="soft" role="status">
            Judging; the first time a classifier is trained for it, which takes seconds …
          </p>
        )}
        {!detect.busy && !results.length && (
          <p class="soft">
            Each picture gets a verdict: how likely it is this network’s, and how unusual it is beside real ones.
          </p>
        )}
        {results.length > 0 && (
          <ul class="verdicts">
            {results.map((one, i) => (
              <li key={i}>
                <Thumb file={files[i]} />
                <div class="stack tight">
                  <b class="breaks">{one.name}</b>
                  <span>{one.verdict}</span>
                  <div class="bar" aria-hidden="true">
                    <i style={{ width: `${100 * Math.min(1, Math.max(0, one.score))}%` }} />
                  </div>
                  <span class="small soft number">
                    {percent(one.score)} likely this network’s; {short(one.unlike_percent)}% of real pictures are less
                    unusual
                  </span>
                </div>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

const percent = (share: number): string => (share < 0.001 ? "less than 0.1%" : `${short(100 * share)}%`);

function Thumb({ file }: { file: File | undefined }) {
  const [url, setUrl] = useState("");
  useEffect(() => {
    if (!file) return undefined;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url ? <img src={url} alt="" /> : <span />;
}
