import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Generated, Network, Sample } from "../api/types";
import { save, short } from "../ui/format";
import { icons } from "../ui/icons";
import { SeedField } from "./between";
import { Field, Loading, Problem, Range } from "../ui/parts";
import type { ToolProps } from "./generate";
import { blobOfSample, Picture } from "./picture";
import { type Condition, conditionOf, generate } from "./requests";

const kPage = 8,
  kDirections = 4;

// A normal generator with a seed, so that "direction 3 of seed 1" is the same on any machine.
export function normals(seed: number, count: number): number[] {
  let state = (seed * 2654435761 + 97) >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

const unit = (values: number[]): number[] => {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
};

// A seed's latent is the end of a walk that begins there.
async function latentOf(network: Network, seed: number, condition: Condition): Promise<number[]> {
  const walk = await api.post<Generated>("/interpolate", {
    ...conditionOf(network, { ...condition, trunc: 1 }),
    from: seed,
    to: seed + 1,
    steps: 2,
  });
  return walk.samples[0]?.latent ?? [];
}

// The latent itself under the hand: single coordinates, and random directions through all of them.
export function Latents({ network, condition, picked }: ToolProps) {
  const n = network.latent;
  const [seed, setSeed] = useState(picked.a?.seed ?? 0),
    [start, setStart] = useState<number[]>(() => new Array<number>(n).fill(0));
  const [moved, setMoved] = useState<number[]>(() => new Array<number>(n).fill(0)),
    [along, setAlong] = useState<number[]>(() => new Array<number>(kDirections).fill(0));
  const [page, setPage] = useState(0),
    [sample, setSample] = useState<Sample | null>(null),
    [error, setError] = useState<Error | null>(null);
  const directions = useMemo(() => Array.from({ length: kDirections }, (_, k) => unit(normals(1000 + k, n))), [n]);
  const z = useMemo(
    () =>
      start.map(
        (value, i) =>
          value + (moved[i] ?? 0) + along.reduce((sum, step, k) => sum + step * (directions[k]?.[i] ?? 0), 0),
      ),
    [start, moved, along, directions],
  );
  const waiting = useRef<number[] | null>(null),
    asking = useRef(false);
  const ask = async () => {
    if (asking.current) return;
    asking.current = true;
    while (waiting.current) {
      const latents = [waiting.current];
      waiting.current = null;
      try {
        setSample((await generate({ ...conditionOf(network, condition), latents, format: "json" })).samples[0] ?? null);
        setError(null);
      } catch (failed) {
        setError(failed as Error);
      }
    }
    asking.current = false;
  };
  const found = start.some((value) => value !== 0);
  useEffect(() => {
    if (found) {
      waiting.current = z;
      void ask();
    }
  }, [z, condition]);
  const back = () => {
    setMoved(new Array<number>(n).fill(0));
    setAlong(new Array<number>(kDirections).fill(0));
  };
  useEffect(() => {
    let late = false;
    latentOf(network, seed, condition).then(
      (latent) => {
        if (!late) {
          setStart(latent);
          back();
        }
      },
      (failed: Error) => setError(failed),
    );
    return () => {
      late = true;
    };
  }, [seed]);
  return (
    <div class="columns halves">
      <div class="card stack">
        <Problem error={error} />
        {!sample && !error && <Loading what="a picture" />}
        {sample && (
          <div class="large">
            <Picture sample={sample} network={network} alt="The picture of this latent" />
          </div>
        )}
        <div class="row generate">
          <SeedField
            label="Seed"
            value={String(seed)}
            set={(text) => setSeed(Math.max(0, Math.floor(Number(text) || 0)))}
          />
          <button type="button" onClick={() => setSeed(Math.floor(Math.random() * 1e6))}>
            Another
          </button>
          <button type="button" onClick={back}>
            Back to it
          </button>
          <button
            type="button"
            disabled={!sample}
            onClick={() => {
              const blob = sample && blobOfSample(sample);
              if (blob) save(blob, "latent.png");
            }}
          >
            <icons.save />
            Download
          </button>
        </div>
        <p class="soft small number">
          |z| = {short(Math.hypot(...z))}; a draw of {n} normal numbers has about {short(Math.sqrt(n))}.
        </p>
      </div>
      <div class="stack">
        <fieldset class="card stack tight">
          <legend class="visually-hidden">Directions</legend>
          <h2>Directions</h2>
          {along.map((value, k) => (
            <Range
              key={k}
              label={`Direction ${k + 1}`}
              value={value}
              min={-6}
              max={6}
              step={0.25}
              show={(v) => short(v)}
              onChange={(step) => setAlong(along.map((old, i) => (i === k ? step : old)))}
            />
          ))}
        </fieldset>
        <fieldset class="card stack tight">
          <legend class="visually-hidden">Coordinates of z</legend>
          <div class="spread">
            <h2>Coordinates</h2>
            <Field label={`of ${n}`}>
              {(id) => (
                <select id={id} value={page} onChange={(event) => setPage(Number(event.currentTarget.value))}>
                  {Array.from({ length: Math.ceil(n / kPage) }, (_, p) => (
                    <option key={p} value={p}>
                      {p * kPage} to {Math.min(n, (p + 1) * kPage) - 1}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          {Array.from({ length: Math.min(kPage, n - page * kPage) }, (_, k) => page * kPage + k).map((i) => (
            <Range
              key={i}
              label={`z ${i}`}
              value={(start[i] ?? 0) + (moved[i] ?? 0)}
              min={-4}
              max={4}
              step={0.05}
              show={(v) => v.toFixed(2)}
              onChange={(value) => setMoved(moved.map((old, k) => (k === i ? value - (start[i] ?? 0) : old)))}
            />
          ))}
        </fieldset>
      </div>
    </div>
  );
}
