import { useEffect, useMemo, useState } from "preact/hooks";
import type { Generated, Network } from "../api/types";
import { networkLabel, sorted, useNetworks } from "../play/play";
import { Picture } from "../play/picture";
import { conditionOf, generate, kNoCondition } from "../play/requests";
import { Translate } from "../play/translate";
import { short } from "../ui/format";
import { useAction } from "../ui/hooks";
import { Empty, Field, Loading, Problem, Range, Select } from "../ui/parts";
import { Plot } from "../ui/plot";

const kSeeds = [0, 1, 2, 3, 4, 5, 6, 7];

// The first network that fits, or what to type to get one.
function WithNetwork({
  fits,
  command,
  children,
}: {
  fits: (network: Network) => boolean;
  command: string;
  children: (network: Network) => preact.ComponentChildren;
}) {
  const networks = useNetworks(),
    all = sorted((networks.data ?? []).filter((one) => !one.id.includes("@") && fits(one)));
  const [id, setId] = useState(""),
    network = all.find((one) => one.id === id) ?? all[0];
  if (!networks.data) return networks.error ? <Problem error={networks.error} /> : <Loading what="networks" />;
  if (!network) return <Empty command={command}>No network of this kind here yet. Train one:</Empty>;
  return (
    <div class="stack">
      {all.length > 1 && (
        <Select
          label="Network"
          value={network.id}
          choices={all.map((one) => [one.id, networkLabel(one)] as const)}
          onChange={setId}
        />
      )}
      <div key={network.id}>{children(network)}</div>
    </div>
  );
}

function Row({ made, network, alt }: { made: Generated | null; network: Network; alt: string }) {
  if (!made) return <Loading what="samples" />;
  return (
    <div class="gallery few eight">
      {made.samples.map((sample) => (
        <Picture key={sample.seed} sample={sample} network={network} alt={`${alt}, seed ${sample.seed}`} />
      ))}
    </div>
  );
}

const pictures = (network: Network): boolean => network.shape.length === 3 && !network.input;

export const ByClass = () => (
  <WithNetwork
    fits={(network) => pictures(network) && network.classes !== null}
    command="gannet train --cfg cgan --data shapes --kimg 40"
  >
    {(network) => <Classes network={network} />}
  </WithNetwork>
);

function Classes({ network }: { network: Network }) {
  const [index, setIndex] = useState(0),
    [made, setMade] = useState<Generated | null>(null),
    names = network.classes ?? [];
  const make = useAction(async () =>
    setMade(
      await generate({
        ...conditionOf(network, { ...kNoCondition, classIndex: String(index) }),
        seeds: kSeeds,
        format: "json",
      }),
    ),
  );
  useEffect(() => {
    void make.run();
  }, [index]);
  return (
    <div class="stack">
      <fieldset>
        <legend>Class</legend>
        <div class="chips choose">
          {names.map((name, i) => (
            <label class="chip" key={name}>
              <input type="radio" name="class" checked={i === index} onChange={() => setIndex(i)} />
              {name}
            </label>
          ))}
        </div>
      </fieldset>
      <Problem error={make.error} />
      <Row made={made} network={network} alt={names[index] ?? ""} />
      <p class="soft small">The same eight latents for each class: what stays is not the class.</p>
    </div>
  );
}

export const BySentence = () => (
  <WithNetwork
    fits={(network) => pictures(network) && network.text}
    command="gannet train --cfg text2image --data shapes --kimg 100"
  >
    {(network) => <Sentence network={network} />}
  </WithNetwork>
);

function Sentence({ network }: { network: Network }) {
  const [text, setText] = useState(network.data.startsWith("shapes") ? "a red circle" : ""),
    [made, setMade] = useState<Generated | null>(null);
  const make = useAction(async () =>
    setMade(await generate({ network: network.id, text, seeds: kSeeds, format: "json" })),
  );
  useEffect(() => {
    if (text) void make.run();
  }, []);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void make.run();
      }}
    >
      <div class="row generate">
        <Field label="Sentence">
          {(id) => (
            <input id={id} type="text" required value={text} onInput={(event) => setText(event.currentTarget.value)} />
          )}
        </Field>
        <button class="primary" disabled={make.busy}>
          Draw
        </button>
      </div>
      <Problem error={make.error} />
      {(made || make.busy) && <Row made={made} network={network} alt={text} />}
    </form>
  );
}

export const Enlarging = () => (
  <WithNetwork
    fits={(network) => (network.input?.scale ?? 1) > 1}
    command="gannet train --cfg srgan --data shapes --kimg 60"
  >
    {(network) => <Translate network={network} />}
  </WithNetwork>
);

// A VAE and a GAN of the same data, the same seeds.
export function VaeAndGan() {
  const networks = useNetworks(),
    all = sorted((networks.data ?? []).filter((one) => !one.id.includes("@") && pictures(one) && !one.text));
  const vae = all.find((one) => one.recipe === "vae"),
    gan = all
      .filter((one) => one.recipe !== "vae" && one.data === vae?.data)
      .sort((a, b) => (b.kimg ?? 0) - (a.kimg ?? 0))[0];
  if (!networks.data) return networks.error ? <Problem error={networks.error} /> : <Loading what="networks" />;
  if (!vae || !gan)
    return (
      <Empty
        command={
          vae
            ? `gannet train --cfg dcgan --data ${vae.data} --kimg 40`
            : `gannet train --cfg vae --data ${all[0]?.data || "shapes"} --kimg 40`
        }
      >
        A VAE and a GAN of the same data are wanted here; {vae ? "a GAN" : "a VAE"} is missing:
      </Empty>
    );
  return (
    <div class="stack">
      {[vae, gan].map((network) => (
        <Both key={network.id} network={network} />
      ))}
      <p class="soft small">
        Both learnt from {vae.data}; {short(vae.kimg)} and {short(gan.kimg)} kimg; seeds 0 to 7.
      </p>
    </div>
  );
}

function Both({ network }: { network: Network }) {
  const [made, setMade] = useState<Generated | null>(null);
  const make = useAction(async () =>
    setMade(await generate({ ...conditionOf(network, kNoCondition), seeds: kSeeds, format: "json" })),
  );
  useEffect(() => {
    void make.run();
  }, []);
  return (
    <div class="stack tight">
      <h3>{network.recipe}</h3>
      <Problem error={make.error} />
      {!make.error && <Row made={made} network={network} alt={network.recipe} />}
    </div>
  );
}

// G's two losses over D(G(z)), and how strongly each pushes G.
export function LossLab() {
  const [d, setD] = useState(0.05);
  const x = useMemo(() => Array.from({ length: 99 }, (_, i) => (i + 1) / 100), []);
  const lines = useMemo(
    () => [
      { label: "minimax, log(1 − D)", values: x.map((v) => Math.log(1 - v)), colour: "s1" },
      { label: "non-saturating, −log D", values: x.map((v) => -Math.log(v)), colour: "s2" },
    ],
    [x],
  );
  const slopes = useMemo(
    () => [
      { label: "minimax", values: x.map((v) => v), colour: "s1" },
      { label: "non-saturating", values: x.map((v) => 1 - v), colour: "s2" },
    ],
    [x],
  );
  return (
    <div class="stack">
      <Range label="D(G(z))" value={d} min={0.01} max={0.99} step={0.01} show={(v) => v.toFixed(2)} onChange={setD} />
      <p class="number">
        D gives G’s sample {d.toFixed(2)}. Along D’s logit, minimax pushes G with strength <b>{d.toFixed(2)}</b>, the
        non-saturating loss with <b>{(1 - d).toFixed(2)}</b>.
      </p>
      <div class="card stack">
        <Plot title="G’s loss" x={x} xLabel="D(G(z))" lines={lines} height={150} mark={d} />
        <Plot
          title="Strength of the gradient"
          x={x}
          xLabel="D(G(z))"
          lines={slopes}
          height={110}
          range={[0, 1]}
          mark={d}
        />
      </div>
    </div>
  );
}
