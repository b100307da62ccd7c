import { useEffect, useState } from "preact/hooks";
import { api, at } from "../api/client";
import type { Network, Sample } from "../api/types";
import { bytes, shapeText, short } from "../ui/format";
import { useResource } from "../ui/hooks";
import { Empty, Loading, Problem, Select, Tabs } from "../ui/parts";
import { Between } from "./between";
import { ConditionFields } from "./condition";
import { Figures } from "./figures";
import { GenerateTool } from "./generate";
import { Latents } from "./latents";
import { Mix } from "./mix";
import { type Condition, kNoCondition } from "./requests";
import { Translate } from "./translate";

export const networkLabel = (network: Network): string => network.name;

// One network a run, and those that come with Gannet; the other snapshots of a run are on its page.
export function useNetworks(chosen = "") {
  const all = useResource<Network[]>((signal) => api.get("/networks", signal), "");
  return { ...all, data: all.data && all.data.filter((one) => !one.id.includes("@") || one.id === chosen) };
}

// Zoo networks first: they draw something in the first minute.
export const sorted = (networks: Network[]): Network[] =>
  [...networks].sort(
    (a, b) => Number(b.id.startsWith("zoo:")) - Number(a.id.startsWith("zoo:")) || b.id.localeCompare(a.id),
  );

export function Play({ network }: { network: string }) {
  const networks = useNetworks(network);
  const all = sorted(networks.data ?? []);
  const chosen = network ? all.find((one) => one.id === network) : (all.find((one) => !one.input) ?? all[0]);
  return (
    <>
      <div class="view-head">
        <h1>Play</h1>
        {chosen && chosen.kind === "image" && !chosen.input && !chosen.text && (
          <a class="button" href={`/random?network=${encodeURIComponent(chosen.id)}`}>
            This picture does not exist
          </a>
        )}
      </div>
      <Problem error={networks.error} />
      {networks.loading && !networks.data && <Loading what="networks" />}
      {networks.data && !chosen && network && (
        <Empty>
          There is no network {network} here. <a href="#/play">All networks</a>
        </Empty>
      )}
      {networks.data && !chosen && !network && (
        <Empty command="gannet train --cfg dcgan --data shapes --kimg 20">No network yet. Train one in minutes:</Empty>
      )}
      {chosen && (
        <div class="columns side-main">
          <div class="stack">
            <section class="card stack" aria-label="The network">
              <Select
                label="Network"
                value={chosen.id}
                choices={all.map((one) => [one.id, networkLabel(one)] as const)}
                onChange={(id) => {
                  location.hash = `#/play/${encodeURIComponent(id)}`;
                }}
              />
              <Facts network={chosen} />
            </section>
          </div>
          <Tools key={chosen.id} network={chosen} />
        </div>
      )}
    </>
  );
}

function Facts({ network }: { network: Network }) {
  const more = useResource<Network>((signal) => api.get(at("networks", network.id), signal), network.id);
  const { parameters, bytes: size } = more.data ?? {};
  return (
    <details open={innerWidth >= 760}>
      <summary>About this network</summary>
      <dl class="facts">
        <dt>Recipe</dt>
        <dd>{network.recipe}</dd>
        <dt>Data</dt>
        <dd>{network.data || "–"}</dd>
        <dt>Makes</dt>
        <dd>{shapeText(network.shape)}</dd>
        {network.input && (
          <>
            <dt>From</dt>
            <dd>
              {shapeText(network.input.shape)}
              {network.input.scale > 1 && `, enlarged ${network.input.scale} times`}
            </dd>
          </>
        )}
        {network.kimg ? (
          <>
            <dt>Trained</dt>
            <dd>{short(network.kimg)} kimg</dd>
          </>
        ) : null}
        {parameters !== undefined && (
          <>
            <dt>Parameters</dt>
            <dd>
              {parameters.toLocaleString("en")}
              {size ? `, ${bytes(size)}` : ""}
            </dd>
          </>
        )}
        <dt>Licence</dt>
        <dd>{network.licence || "not stated"}</dd>
        {network.run && (
          <>
            <dt>Run</dt>
            <dd>
              <a href={`#/runs/${encodeURIComponent(network.run)}`}>{network.run}</a>
            </dd>
          </>
        )}
      </dl>
      {network.metrics.length > 0 && <Figures metrics={network.metrics} />}
    </details>
  );
}

export interface Picked {
  a: Sample | null;
  b: Sample | null;
}

function Tools({ network }: { network: Network }) {
  const pictures = network.kind === "image" || network.kind === "vae";
  const tabs: [string, string][] = network.input
    ? [["translate", network.input.scale > 1 ? "Enlarge" : "Draw and translate"]]
    : [
        ["generate", "Generate"],
        ...(network.latent > 0 && pictures
          ? ([
              ["latents", "Latent sliders"],
              ["between", "Between two"],
            ] as [string, string][])
          : []),
        ...(network.styles?.length && pictures ? ([["mix", "Mix styles"]] as [string, string][]) : []),
      ];
  const [tab, setTab] = useState(tabs[0]?.[0] ?? "generate"),
    [condition, setCondition] = useState<Condition>(kNoCondition);
  const [picked, setPicked] = useState<Picked>({ a: null, b: null });
  useEffect(() => setTab(tabs[0]?.[0] ?? "generate"), [network.id]);
  const props = { network, condition, picked, setPicked, go: setTab };
  return (
    <section class="stack" aria-label="Tools">
      {tabs.length > 1 && <Tabs label="Tools" tabs={tabs} value={tab} onChange={setTab} />}
      {!network.input && <ConditionFields network={network} condition={condition} set={setCondition} />}
      {tab === "generate" && <GenerateTool {...props} />}
      {tab === "latents" && <Latents {...props} />}
      {tab === "between" && <Between {...props} />}
      {tab === "mix" && <Mix {...props} />}
      {tab === "translate" && <Translate network={network} />}
    </section>
  );
}
