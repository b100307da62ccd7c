import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { short } from "./format";
import { colour, useColours } from "./theme";

export interface Line {
  label: string;
  values: (number | null)[];
  colour: string;
  dash?: number[];
  right?: boolean;
} // right: on an axis of its own

// Curves over a common axis, with the newest values (or those under the pointer) in the head.
export function Plot({
  title,
  unit,
  x,
  xLabel,
  lines,
  height = 170,
  range,
  log,
  mark,
}: {
  title: string;
  unit?: string;
  x: number[];
  xLabel: string;
  lines: Line[];
  height?: number;
  range?: [number, number];
  log?: boolean | undefined;
  mark?: number;
}) {
  const host = useRef<HTMLDivElement>(null),
    plot = useRef<uPlot | null>(null),
    marked = useRef<number | null>(null);
  const [under, setUnder] = useState<number | null>(null);
  const colours = useColours();
  const names = lines.map((line) => `${line.label}/${line.colour}`).join();
  const data = [x, ...lines.map((line) => line.values)] as uPlot.AlignedData;
  useEffect(() => {
    const element = host.current as HTMLDivElement;
    const made = new uPlot(optionsOf(element, { lines, height, range, log, marked }, setUnder), data, element);
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, colours, height, xLabel, log, range?.join()]);
  useEffect(() => plot.current?.setData(data), [x, lines]);
  marked.current = mark ?? null;
  useEffect(() => {
    if (mark !== undefined) plot.current?.redraw(false);
  }, [mark]);
  const shown = under ?? (mark === undefined ? null : x.findIndex((value) => value >= mark));
  const newest = (line: Line) =>
    (shown !== null && shown >= 0 && shown < x.length
      ? line.values[shown]
      : line.values.findLast((value) => value !== null)) ?? null;
  const told = lines.map((line) => `${line.label} ${short(newest(line))}`).join(", ");
  return (
    <figure class="plot" style={{ margin: 0 }}>
      <figcaption class="plot-head">
        <strong>
          {title}
          {unit && <span class="soft"> ({unit})</span>}
        </strong>
        {lines.map((line) => (
          <span class="legend" key={line.label}>
            <i style={{ background: `var(--${line.colour})` }} />
            {line.label} <b>{short(newest(line))}</b>
          </span>
        ))}
      </figcaption>
      <div
        ref={host}
        role="img"
        aria-label={x.length ? `${title} over ${xLabel}, at last ${told}` : `${title}: nothing yet`}
        style={{ minHeight: `${height}px` }}
      />
    </figure>
  );
}

function optionsOf(
  element: HTMLElement,
  what: {
    lines: Line[];
    height: number;
    range: [number, number] | undefined;
    log: boolean | undefined;
    marked: { current: number | null };
  },
  under: (index: number | null) => void,
): uPlot.Options {
  const axis = {
    stroke: colour("ink-soft"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
  };
  const numbers = (_: uPlot, values: (number | null)[]) => values.map((value) => (value === null ? "" : short(value)));
  return {
    width: element.clientWidth,
    height: what.height,
    legend: { show: false },
    padding: [6, 14, 0, 0],
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
    scales: {
      x: { time: false },
      y: what.log ? { distr: 3 } : { range: what.range ?? padded },
      right: { range: padded },
    },
    axes: [
      { ...axis, size: 30, space: 60, values: numbers },
      { ...axis, size: 44, space: 28, values: numbers },
      ...(what.lines.some((line) => line.right)
        ? [{ ...axis, scale: "right", side: 1 as const, size: 34, space: 28, values: numbers, grid: { show: false } }]
        : []),
    ],
    series: [
      {},
      ...what.lines.map((line): uPlot.Series => ({
        label: line.label,
        stroke: colour(line.colour),
        width: 1.75,
        points: { show: false },
        pxAlign: 0,
        spanGaps: true,
        ...(line.right ? { scale: "right" } : {}),
        ...(line.dash ? { dash: line.dash } : {}),
      })),
    ],
    hooks: {
      setCursor: [(plot) => under(plot.cursor.idx ?? null)],
      draw: [(plot) => drawMark(plot, what.marked.current)],
    },
  };
}

// The values with a tenth of their range above and below; before the first value 0 to 1.
function padded(_: uPlot, least: number | null, most: number | null): [number, number] {
  if (least === null || most === null) return [0, 1];
  const margin = (most - least || Math.abs(most) || 1) * 0.1;
  return [least >= 0 && least < margin * 5 ? 0 : least - margin, most + margin];
}

function drawMark(plot: uPlot, at: number | null): void {
  if (at === null) return;
  const x = plot.valToPos(at, "x", true),
    { top, height } = plot.bbox;
  plot.ctx.strokeStyle = colour("ink");
  plot.ctx.lineWidth = devicePixelRatio;
  plot.ctx.beginPath();
  plot.ctx.moveTo(x, top);
  plot.ctx.lineTo(x, top + height);
  plot.ctx.stroke();
}
