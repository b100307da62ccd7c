import { useEffect, useState } from "preact/hooks";
import { api, at } from "../api/client";
import type { Generated, Network, Sample } from "../api/types";
import { save, short } from "../ui/format";
import { useAction, useResource } from "../ui/hooks";
import { icons } from "../ui/icons";
import { Empty, Loading, Problem } from "../ui/parts";
import { blobOfSample, Picture, Points } from "./picture";
import type { Picked } from "./play";
import { type Condition, conditionOf, generate, seedsOf } from "./requests";
import { SeedsField } from "./seeds";
import { Sound } from "./sound";

const kMostSeeds = 256;

export interface ToolProps {
  network: Network;
  condition: Condition;
  picked: Picked;
  setPicked: (picked: Picked) => void;
  go: (tab: string) => void;
}

export function GenerateTool(props: ToolProps) {
  const { network, condition } = props,
    points = network.kind === "points" || network.kind === "table" || network.shape.length === 1;
  const [text, setText] = useState(points ? "0-255" : network.kind === "audio" ? "0-3" : "0-15");
  const [result, setResult] = useState<{ made: Generated; condition: Condition } | null>(null),
    [chosen, setChosen] = useState<Sample | null>(null);
  const seeds = seedsOf(text, kMostSeeds);
  const make = useAction(async (wanted: number[]) => {
    const made = await generate({ ...conditionOf(network, condition), seeds: wanted, format: "json" });
    setResult({ made, condition });
    setChosen(null);
  });
  useEffect(() => {
    if (seeds && (!network.text || condition.text)) void make.run(seeds);
  }, []); // something to look at from the start
  const others = () => {
    const count = seeds?.length ?? 16,
      from = Math.floor(Math.random() * 1e6);
    setText(count > 1 ? `${from}-${from + count - 1}` : String(from));
    void make.run(Array.from({ length: count }, (_, i) => from + i));
  };
  return (
    <div class="stack">
      <form
        class="row generate"
        onSubmit={(event) => {
          event.preventDefault();
          if (seeds) void make.run(seeds);
        }}
      >
        <SeedsField label="Seeds" value={text} set={setText} most={kMostSeeds} example="0-15 or 3,7,20-22" />
        <button class="primary" disabled={!seeds || make.busy}>
          {make.busy ? "Generating …" : "Generate"}
        </button>
        <button type="button" disabled={make.busy} onClick={others}>
          Other seeds
        </button>
      </form>
      <Problem error={make.error} />
      {!result &&
        !make.error &&
        (make.busy ? (
          <Loading what="samples" />
        ) : (
          <Empty>{network.text ? "Write a sentence and press Generate." : "Press Generate."}</Empty>
        ))}
      {result && (
        <Results
          {...props}
          made={result.made}
          condition={result.condition}
          chosen={chosen}
          choose={setChosen}
          seeds={text}
        />
      )}
    </div>
  );
}

function Results({
  made,
  chosen,
  choose,
  seeds,
  ...props
}: ToolProps & { made: Generated; chosen: Sample | null; choose: (sample: Sample | null) => void; seeds: string }) {
  const { network } = props,
    first = made.samples[0];
  if (first?.points)
    return (
      <div class="stack">
        <Points samples={made.samples} />
        <div class="row">
          <button type="button" onClick={() => saveAll(props, seeds, "npy")}>
            <icons.save />
            Download as NumPy
          </button>
        </div>
      </div>
    );
  if (first?.wav)
    return (
      <div class="stack">
        {made.samples.map((sample) => (
          <Sound key={sample.seed} sample={sample} network={network} />
        ))}
      </div>
    );
  return (
    <div class={chosen ? "columns halves picked" : "stack"}>
      <div class="stack tight">
        <div class={`gallery ${made.samples.length <= 4 ? "few" : ""}`}>
          {made.samples.map((sample) => (
            <button
              type="button"
              key={sample.seed}
              aria-pressed={chosen === sample}
              aria-label={`Seed ${sample.seed}`}
              onClick={() => choose(chosen === sample ? null : sample)}
            >
              <Picture sample={sample} network={network} alt="" />
            </button>
          ))}
        </div>
        <div class="row">
          {network.shape.length === 3 && (
            <button type="button" onClick={() => saveAll(props, seeds, "png")}>
              <icons.save />
              Download the grid
            </button>
          )}
          {!chosen && <span class="soft small">Choose one to look at it.</span>}
        </div>
      </div>
      {chosen && <One {...props} sample={chosen} />}
    </div>
  );
}

async function saveAll({ network, condition }: ToolProps, seeds: string, format: string): Promise<void> {
  const count = seedsOf(seeds)?.length ?? 1,
    side = Math.ceil(Math.sqrt(count));
  const grid = format === "png" && count > 1 ? { grid: `${side}x${Math.ceil(count / side)}` } : {};
  save(
    await api.blob("/generate", { ...conditionOf(network, condition), seeds, format, ...grid }),
    `${network.recipe}-seeds-${seeds.replace(/[^\d-]+/g, "_")}.${format}`,
  );
}

function One({ network, sample, picked, setPicked, go }: ToolProps & { sample: Sample }) {
  const tools = network.latent > 0 && sample.seed !== undefined;
  const hold = (which: "a" | "b") => {
    const next = { ...picked, [which]: sample };
    setPicked(next);
    if (next.a && next.b) go("between");
  };
  return (
    <div class="card stack" aria-live="polite">
      <div class="spread">
        <h2>Seed {sample.seed}</h2>
      </div>
      <div class="large">
        <Picture sample={sample} network={network} alt={`Generated picture of seed ${sample.seed}`} />
      </div>
      <div class="row">
        <button
          type="button"
          onClick={() => {
            const blob = blobOfSample(sample);
            if (blob) save(blob, `seed${String(sample.seed).padStart(4, "0")}.${blob.type.split("/")[1]}`);
          }}
        >
          <icons.save />
          Download
        </button>
        {tools && (
          <button type="button" aria-pressed={picked.a?.seed === sample.seed} onClick={() => hold("a")}>
            As A
          </button>
        )}
        {tools && (
          <button type="button" aria-pressed={picked.b?.seed === sample.seed} onClick={() => hold("b")}>
            As B
          </button>
        )}
      </div>
      {network.shape.length === 3 && sample.seed !== undefined && (
        <Neighbours key={sample.seed} network={network} seed={sample.seed} />
      )}
    </div>
  );
}

// Whether the generator made something new or remembers.
function Neighbours({ network, seed }: { network: Network; seed: number }) {
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <div>
        <button type="button" onClick={() => setAsked(true)}>
          Nearest training pictures
        </button>
      </div>
    );
  return <NeighbourRow network={network} seed={seed} />;
}

function NeighbourRow({ network, seed }: { network: Network; seed: number }) {
  const found = useResource<{
    neighbours: { png: string; distance: number }[];
    share_of_real_nearer?: number;
    compared?: number;
  }>((signal) => api.get(`${at("networks", network.id)}/neighbours?seed=${seed}`, signal), seed);
  return (
    <div class="stack tight">
      <h3>Nearest training pictures</h3>
      <Problem error={found.error} />
      {found.loading && <Loading what="the training data" />}
      <div class="gallery neighbours">
        {found.data?.neighbours.map((one, i) => (
          <figure key={i}>
            <Picture sample={one} network={network} alt={`Training picture at distance ${short(one.distance)}`} />
            <figcaption class="small soft number">{short(one.distance)}</figcaption>
          </figure>
        ))}
      </div>
      {found.data && (
        <p class="soft small">
          Root mean squared difference; 1 is black against white, a copy would be at 0.
          {found.data.share_of_real_nearer !== undefined &&
            ` ${Math.round(100 * found.data.share_of_real_nearer)}% of real pictures are nearer to another real one${found.data.compared ? `, among ${found.data.compared.toLocaleString("en")} training pictures` : ""}.`}
        </p>
      )}
    </div>
  );
}
