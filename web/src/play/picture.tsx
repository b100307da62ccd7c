import { useEffect, useRef, useState } from "preact/hooks";
import type { Network, Sample } from "../api/types";
import { blobOf } from "../ui/format";
import { colour, useColours } from "../ui/theme";

export const kindOf = (sample: Sample): [string, string] | null =>
  sample.png
    ? [sample.png, "image/png"]
    : sample.webp
      ? [sample.webp, "image/webp"]
      : sample.wav
        ? [sample.wav, "audio/wav"]
        : null;

export function blobOfSample(sample: Sample): Blob | null {
  const kind = kindOf(sample);
  return kind && blobOf(kind[0], kind[1]);
}

export const dataUrl = (sample: Sample): string => {
  const kind = kindOf(sample);
  return kind ? `data:${kind[1]};base64,${kind[0]}` : "";
};

// Small pictures are shown by their pixels, not smoothed.
export const isSmall = (network: Network): boolean => Math.max(...network.shape.slice(1)) <= 64;

export function Picture({ sample, network, alt }: { sample: Sample; network: Network; alt: string }) {
  return <img class={isSmall(network) ? "pixel" : ""} src={dataUrl(sample)} alt={alt} />;
}

// Generated points of the plane as a scatter; of more dimensions as a table.
export function Points({ samples }: { samples: Sample[] }) {
  const rows = samples.map((sample) => sample.points ?? []).filter((row) => row.length);
  if ((rows[0]?.length ?? 0) !== 2) return <PointTable rows={rows} />;
  return <Scatter rows={rows as [number, number][]} />;
}

function Scatter({ rows }: { rows: [number, number][] }) {
  const canvas = useRef<HTMLCanvasElement>(null),
    colours = useColours();
  const far = 1.1 * Math.max(1e-9, ...rows.flat().map(Math.abs));
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement,
      context = element.getContext("2d") as CanvasRenderingContext2D,
      size = 640;
    element.width = element.height = size;
    context.strokeStyle = colour("line");
    context.strokeRect(0.5, 0.5, size - 1, size - 1);
    context.fillStyle = colour("fake");
    for (const [x, y] of rows)
      context.fillRect(((x + far) / (2 * far)) * size - 2, size - ((y + far) / (2 * far)) * size - 2, 4, 4);
  }, [rows, colours]);
  return (
    <canvas
      class="scatter"
      ref={canvas}
      role="img"
      aria-label={`${rows.length} generated points within ±${far.toPrecision(2)}`}
    />
  );
}

function PointTable({ rows }: { rows: number[][] }) {
  const [all, setAll] = useState(false),
    shown = all ? rows : rows.slice(0, 12);
  return (
    <div class="stack tight">
      <div class="scroll" tabIndex={0} role="region" aria-label="Generated rows">
        <table>
          <tbody>
            {shown.map((row, i) => (
              <tr key={i}>
                {row.map((value, k) => (
                  <td class="number" key={k}>
                    {value.toPrecision(4)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown.length && (
        <button type="button" class="plain" onClick={() => setAll(true)}>
          All {rows.length} rows
        </button>
      )}
    </div>
  );
}
