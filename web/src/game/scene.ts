import type { GameFrame } from "../api/types";
import { bytesOf, floatsOf } from "../ui/format";

export type Box = readonly [number, number, number, number]; // x0, y0, x1, y1 in the data's units
export interface Scene {
  box: Box;
  real: Float32Array; // [N, 2]
  fake: Float32Array; // [N, 2]
  surface: { n: number; values: Uint8Array; probability: boolean } | null; // [n, n], rows from y0 on: 255 D(x), or D's output scaled
  manifold: { n: number; points: Float32Array } | null; // [n, n, 2]: G of a grid of latents
  arrows: Float32Array | null; // [M, 4]: x, y, and the way G's samples are pushed
}

export const kEmptyScene: Scene = {
  box: [-1.5, -1.5, 1.5, 1.5],
  real: new Float32Array(),
  fake: new Float32Array(),
  surface: null,
  manifold: null,
  arrows: null,
};

export function withFrame(scene: Scene, frame: GameFrame): Scene {
  return {
    ...scene,
    box: frame.box ?? scene.box,
    fake: floatsOf(frame.fake),
    surface: frame.surface
      ? { n: frame.surface.n, values: bytesOf(frame.surface.values), probability: frame.surface.probability }
      : null,
    manifold: frame.manifold ? { n: frame.manifold.n, points: floatsOf(frame.manifold.points) } : null,
    arrows: frame.arrows ? floatsOf(frame.arrows) : null,
  };
}

// The norms of G's pull at each arrow, and what is typical of them: their 80th percentile.
export const arrowNorms = (arrows: Float32Array): number[] =>
  Array.from({ length: Math.floor(arrows.length / 4) }, (_, i) =>
    Math.hypot(arrows[4 * i + 2] as number, arrows[4 * i + 3] as number),
  );
export const typicalNorm = (norms: number[]): number =>
  [...norms].sort((a, b) => a - b)[Math.floor(norms.length * 0.8)] ?? 0;

export interface Curves {
  step: number[];
  lossD: (number | null)[];
  lossG: (number | null)[];
  js: (number | null)[];
  floor: (number | null)[];
  kl: (number | null)[];
  real: (number | null)[];
  fake: (number | null)[];
}
const kLongest = 1600;

export const noCurves = (): Curves => ({
  step: [],
  lossD: [],
  lossG: [],
  js: [],
  floor: [],
  kl: [],
  real: [],
  fake: [],
});

// One frame more; a step back (a reset) starts over. At kLongest every other point is dropped, so that the whole game stays in view.
export function extend(old: Curves, frame: GameFrame): Curves {
  let curves = frame.step < (old.step.at(-1) ?? -1) ? noCurves() : old;
  if (curves.step.length >= kLongest)
    curves = Object.fromEntries(
      Object.entries(curves).map(([name, values]) => [name, (values as number[]).filter((_, i) => i % 2 === 0)]),
    ) as unknown as Curves;
  const values = {
    step: frame.step,
    lossD: frame.loss.D,
    lossG: frame.loss.G,
    js: frame.js,
    floor: frame.js_floor,
    kl: frame.kl,
    real: frame.score.real,
    fake: frame.score.fake,
  };
  if (curves.step.at(-1) === frame.step)
    // one phase of a step: the newest figures of it
    for (const [name, value] of Object.entries(values))
      (curves[name as keyof Curves] as (number | null)[])[curves.step.length - 1] = value;
  else
    for (const [name, value] of Object.entries(values)) (curves[name as keyof Curves] as (number | null)[]).push(value);
  return curves;
}
