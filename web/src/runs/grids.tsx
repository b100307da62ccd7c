import { useEffect, useState } from "preact/hooks";
import type { Grid } from "../api/types";
import { short } from "../ui/format";
import { useInterval } from "../ui/hooks";
import { icons } from "../ui/icons";
import { Range } from "../ui/parts";

// The grid of fixed latents over time. At the end it stays with the newest.
export function Grids({ grids, reals }: { grids: Grid[]; reals: string | null }) {
  const [at, setAt] = useState(grids.length - 1),
    [follow, setFollow] = useState(true),
    [moving, setMoving] = useState(false),
    [real, setReal] = useState(false);
  useEffect(() => {
    if (follow) setAt(grids.length - 1);
  }, [grids.length]);
  useInterval(() => setAt((i) => (i + 1) % grids.length), 0.4, moving);
  const grid = grids[Math.min(at, grids.length - 1)];
  if (!grid) return <p class="soft">The first grid comes with the first snapshot.</p>;
  const go = (i: number) => {
    setMoving(false);
    setReal(false);
    setAt(i);
    setFollow(i === grids.length - 1);
  };
  return (
    <div class="stack tight">
      <a class="grid-image" href={real && reals ? reals : grid.url}>
        <img
          src={real && reals ? reals : grid.url}
          alt={
            real
              ? "Real samples of the data"
              : `Generated samples at ${short(grid.kimg)} kimg, the same latents in each grid`
          }
          onLoad={(event) => event.currentTarget.classList.toggle("pixel", event.currentTarget.naturalWidth < 400)}
        />
      </a>
      {grids.length > 1 && (
        <Range
          label="Time"
          value={Math.min(at, grids.length - 1)}
          min={0}
          max={grids.length - 1}
          step={1}
          show={(i) => `${short(grids[i]?.kimg ?? 0, 4)} kimg`}
          onChange={go}
        />
      )}
      <div class="row">
        {grids.length > 1 && (
          <button
            type="button"
            onClick={() => {
              setMoving(!moving);
              setReal(false);
            }}
          >
            {moving ? <icons.pause /> : <icons.run />}
            {moving ? "Hold" : "Play"}
          </button>
        )}
        {reals && (
          <button type="button" aria-pressed={real} onClick={() => setReal(!real)}>
            Real samples
          </button>
        )}
        <a class="button" href={grid.url} download>
          <icons.save />
          Download
        </a>
      </div>
    </div>
  );
}
