import { useState } from "preact/hooks";
import { api, at } from "../api/client";
import type { MetricLine, RunDetail, StatsLine } from "../api/types";
import { protocolText, short } from "../ui/format";
import { useInterval, useResource } from "../ui/hooks";
import { Empty, Loading, Problem, Range } from "../ui/parts";
import { type Line, Plot } from "../ui/plot";
import { keysOf, kSeries, valueAt } from "./curves";

interface Whole {
  run: RunDetail;
  stats: StatsLine[];
  metrics: MetricLine[];
}

async function loadAll(ids: string[]): Promise<Whole[]> {
  return Promise.all(
    ids.map(async (id) => {
      const [run, stats, metrics] = await Promise.all([
        api.get<RunDetail>(at("runs", id)),
        api.get<StatsLine[]>(`${at("runs", id)}/stats`),
        api.get<MetricLine[]>(`${at("runs", id)}/metrics`),
      ]);
      return { run, stats, metrics };
    }),
  );
}

export function Compare({ ids }: { ids: string[] }) {
  const all = useResource(() => loadAll(ids.map(decodeURIComponent)), ids.join());
  useInterval(all.reload, 5, all.data?.some((one) => one.run.state === "running") ?? false);
  const [time, setTime] = useState(1);
  return (
    <>
      <nav class="crumbs small" aria-label="Path">
        <a href="#/runs">Runs</a> / Comparison
      </nav>
      <div class="view-head">
        <h1>Comparison</h1>
      </div>
      <Problem error={all.error} />
      {all.loading && !all.data && <Loading what="the runs" />}
      {ids.length < 2 && <Empty>Mark two or more runs in the list to compare them.</Empty>}
      {all.data && (
        <div class="stack">
          <section class="compare-grids" aria-label="Samples">
            {all.data.map(({ run }, i) => {
              const grid = run.grids[Math.round(time * (run.grids.length - 1))];
              return (
                <figure key={run.id} class="card stack tight">
                  <figcaption>
                    <span class="legend">
                      <i style={{ background: `var(--${kSeries[i]})` }} />
                    </span>{" "}
                    <a href={`#/runs/${encodeURIComponent(run.id)}`}>{run.id}</a>
                  </figcaption>
                  {grid && <img src={grid.url} alt={`Samples of ${run.id} at ${short(grid.kimg)} kimg`} />}
                  <span class="small soft number">{grid ? `${short(grid.kimg, 4)} kimg` : "no grid yet"}</span>
                </figure>
              );
            })}
          </section>
          <Range
            label="Time"
            value={time}
            min={0}
            max={1}
            step={0.02}
            show={(share) => `${Math.round(100 * share)}% of each run’s grids`}
            onChange={setTime}
          />
          <div class="columns halves">
            <section class="card stack" aria-label="Curves">
              <h2>Curves</h2>
              <StatsOf all={all.data} />
            </section>
            <section class="card stack" aria-label="Metrics">
              <h2>Metrics</h2>
              <MetricsOf all={all.data} />
            </section>
          </div>
          <section class="card stack" aria-label="Options that differ">
            <h2>Options that differ</h2>
            <Differences all={all.data} />
          </section>
        </div>
      )}
    </>
  );
}

// Curves of several runs have their own kimg: one common axis, with gaps that are spanned.
function joined(all: Whole[], points: (one: Whole) => [number, number | null][]): { x: number[]; lines: Line[] } {
  const maps = all.map((one) => new Map(points(one)));
  const x = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort((a, b) => a - b);
  return {
    x,
    lines: maps.map((map, i) => ({
      label: all[i]?.run.id.slice(0, 5) ?? "",
      values: x.map((kimg) => map.get(kimg) ?? null),
      colour: kSeries[i] ?? "s6",
    })),
  };
}

function StatsOf({ all }: { all: Whole[] }) {
  const wanted = ["loss", "score"].flatMap((group) =>
    [...new Set(all.flatMap((one) => keysOf(one.stats, group)))].map((key) => [group, key] as const),
  );
  return (
    <>
      {wanted.map(([group, key]) => {
        const { x, lines } = joined(all, (one) => one.stats.map((line) => [line.kimg, valueAt(line, group, key)]));
        return (
          <Plot
            key={group + key}
            title={group === "loss" ? `Loss ${key}` : key}
            x={x}
            xLabel="kimg"
            lines={lines}
            height={130}
          />
        );
      })}
    </>
  );
}

// Unlike protocols are not put into one plot.
function MetricsOf({ all }: { all: Whole[] }) {
  const kinds = new Map<string, [string, string]>();
  for (const { metrics } of all)
    for (const line of metrics) {
      const { seed: _, ...protocol } = line.protocol;
      kinds.set(line.metric + JSON.stringify(protocol), [line.metric, JSON.stringify(protocol)]);
    }
  if (!kinds.size)
    return (
      <p class="soft">
        None of these runs has metrics: <code>gannet train --metrics</code> names them.
      </p>
    );
  return (
    <>
      {[...kinds.entries()].map(([kind, [name, protocol]]) => {
        const { x, lines } = joined(all, (one) =>
          one.metrics
            .filter((line) => {
              const { seed: _, ...mine } = line.protocol;
              return line.metric === name && JSON.stringify(mine) === protocol;
            })
            .map((line) => [line.kimg, line.value]),
        );
        return (
          <div key={kind} class="stack tight">
            <Plot title={name} x={x} xLabel="kimg" lines={lines} height={130} />
            <p class="small soft">{protocolText(JSON.parse(protocol))}</p>
          </div>
        );
      })}
    </>
  );
}

function Differences({ all }: { all: Whole[] }) {
  const show = (value: unknown): string =>
    value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value);
  const names = [...new Set(all.flatMap(({ run }) => Object.keys(run.options)))]
    .filter(
      (name) =>
        !["decisions", "dataset", "outdir", "gannet"].includes(name) &&
        new Set(all.map(({ run }) => show(run.options[name]))).size > 1,
    )
    .sort();
  if (!names.length) return <p class="soft">None: the runs have the same options.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Options that differ">
      <table>
        <thead>
          <tr>
            <th scope="col">Option</th>
            {all.map(({ run }) => (
              <th scope="col" key={run.id}>
                {run.id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {all.map(({ run }) => (
                <td key={run.id}>{show(run.options[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
