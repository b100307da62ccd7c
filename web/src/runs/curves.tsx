import type { MetricLine, StatsLine } from "../api/types";
import { protocolText } from "../ui/format";
import { type Line, Plot } from "../ui/plot";

export const kSeries = ["s1", "s2", "s3", "s4", "s5", "s6"];
const kColours: Record<string, string> = { D: "s1", D_real: "s1", "D(x)": "s1", G: "s2", "D(G(z))": "s2" };
const kGroups: [string, string, boolean][] = [
  ["loss", "Loss", false],
  ["score", "D’s output", false],
  ["grad_norm", "Gradient norm", true],
];

// "loss/D" of a line.
export const valueAt = (line: StatsLine, group: string, key: string): number | null => {
  const value = (line[group] as Record<string, number> | undefined)?.[key];
  return typeof value === "number" ? value : null;
};

export function keysOf(stats: StatsLine[], group: string): string[] {
  const keys = new Set<string>();
  for (const line of stats) for (const key of Object.keys((line[group] as object | undefined) ?? {})) keys.add(key);
  return [...keys].sort();
}

function lines(stats: StatsLine[], group: string): Line[] {
  let next = 2;
  return keysOf(stats, group).map((key) => ({
    label: key,
    values: stats.map((line) => valueAt(line, group, key)),
    colour: kColours[key] ?? kSeries[next++ % kSeries.length] ?? "s6",
  }));
}

export function StatsCurves({ stats }: { stats: StatsLine[] }) {
  const x = stats.map((line) => line.kimg);
  return (
    <>
      {kGroups
        .filter(([group]) => keysOf(stats, group).length)
        .map(([group, title, log]) => (
          <Plot key={group} title={title} x={x} xLabel="kimg" lines={lines(stats, group)} log={log} />
        ))}
    </>
  );
}

export function MetricCurves({ metrics }: { metrics: MetricLine[] }) {
  const names = [...new Set(metrics.map((line) => line.metric))];
  return (
    <>
      {names.map((name) => {
        const mine = metrics.filter((line) => line.metric === name).sort((a, b) => a.kimg - b.kimg),
          last = mine.at(-1);
        const real = mine.map((line) => line.real ?? null);
        return (
          <div key={name} class="stack tight">
            <Plot
              title={name}
              x={mine.map((line) => line.kimg)}
              xLabel="kimg"
              height={130}
              lines={[
                { label: "generated", values: mine.map((line) => line.value), colour: "s2" },
                ...(real.some((value) => value !== null)
                  ? [{ label: "real data", values: real, colour: "s1", dash: [5, 4] }]
                  : []),
              ]}
            />
            <p class="small soft">{protocolText(last?.protocol)}</p>
          </div>
        );
      })}
    </>
  );
}
