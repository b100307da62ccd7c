import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Sample } from "../api/types";
import { save, short } from "../ui/format";
import { icons } from "../ui/icons";
import { Field, Loading, Problem, Range } from "../ui/parts";
import type { ToolProps } from "./generate";
import { blobOfSample, Picture } from "./picture";
import { conditionOf, generate } from "./requests";

const kPage = 8, kDirections = 4;

// A normal generator with a seed, so that "direction 3 of seed 1" is the same on any machine.
export function normals(seed: number, count: number): number[] {
  let state = (seed * 2654435761 + 97) >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()));
}

const unit = (values: number[]): number[] => {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
};

// The latent itself under the hand: single coordinates, and random directions through all of them.
export function Latents({ network, condition, picked }: ToolProps) {
  const n = network.latent;
  const [start, setStart] = useState<number[]>(() => picked.a?.latent ?? normals(1, n)), [draw, setDraw] = useState(1);
  const [moved, setMoved] = useState<number[]>(() => new Array<number>(n).fill(0)), [along, setAlong] = useState<number[]>(() => new Array<number>(kDirections).fill(0));
  const [page, setPage] = useState(0), [sample, setSample] = useState<Sample | null>(null), [error, setError] = useState<Error | null>(null);
  const directions = useMemo(() => Array.from({ length: kDirections }, (_, k) => unit(normals(1000 + 7 * draw + k, n))), [n, draw]);
  const z = useMemo(() => start.map((value, i) => value + (moved[i] ?? 0) + along.reduce((sum, step, k) => sum + step * (directions[k]?.[i] ?? 0), 0)), [start, moved, along, directions]);
  const waiting = useRef<number[] | null>(null), asking = useRef(false);
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
  useEffect(() => { waiting.current = z; void ask(); }, [z, condition]);
  const fresh = (latent: number[]) => { setStart(latent); setMoved(new Array<number>(n).fill(0)); setAlong(new Array<number>(kDirections).fill(0)); };
  return (
    <div class="columns halves">
      <div class="card stack">
        <Problem error={error} />
        {!sample && !error && <Loading what="a picture" />}
        {sample && <div class="large"><Picture sample={sample} network={network} alt="The picture of this latent" /></div>}
        <div class="row">
          <button type="button" onClick={() => { setDraw(draw + 1); fresh(normals(draw + 1, n)); }}>Another z</button>
          <button type="button" onClick={() => fresh(start)}>Back to z</button>
          {picked.a?.latent && <button type="button" onClick={() => fresh(picked.a?.latent as number[])}>From A, seed {picked.a.seed}</button>}
          <button type="button" disabled={!sample} onClick={() => { const blob = sample && blobOfSample(sample); if (blob) save(blob, "latent.png"); }}><icons.save />Download</button>
        </div>
        <p class="soft small number">|z| = {short(Math.hypot(...z))}; a draw of {n} normal numbers has about {short(Math.sqrt(n))}.</p>
      </div>
      <div class="stack">
        <fieldset class="card stack tight"><legend class="visually-hidden">Directions</legend><h2>Directions</h2>
          {along.map((value, k) => (
            <Range key={k} label={`Direction ${k + 1}`} value={value} min={-6} max={6} step={0.25} show={(v) => short(v)}
              onChange={(step) => setAlong(along.map((old, i) => (i === k ? step : old)))} />))}
        </fieldset>
        <fieldset class="card stack tight"><legend class="visually-hidden">Coordinates of z</legend>
          <div class="spread"><h2>Coordinates</h2>
            <Field label={`of ${n}`}>{(id) => (
              <select id={id} value={page} onChange={(event) => setPage(Number(event.currentTarget.value))}>
                {Array.from({ length: Math.ceil(n / kPage) }, (_, p) => <option key={p} value={p}>{p * kPage} to {Math.min(n, (p + 1) * kPage) - 1}</option>)}
              </select>)}</Field></div>
          {Array.from({ length: Math.min(kPage, n - page * kPage) }, (_, k) => page * kPage + k).map((i) => (
            <Range key={i} label={`z ${i}`} value={(start[i] ?? 0) + (moved[i] ?? 0)} min={-4} max={4} step={0.05} show={(v) => v.toFixed(2)}
              onChange={(value) => setMoved(moved.map((old, k) => (k === i ? value - (start[i] ?? 0) : old)))} />))}
        </fieldset>
      </div>
    </div>
  );
}
