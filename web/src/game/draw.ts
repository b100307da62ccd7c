import { colour } from "../ui/theme";
import { arrowNorms, type Box, type Scene, typicalNorm } from "./scene";

export interface Layers {
  real: boolean;
  fake: boolean;
  surface: boolean;
  grid: boolean;
  arrows: boolean;
}
export const kAllLayers: Layers = { real: true, fake: true, surface: true, grid: true, arrows: true };

export interface Palette {
  real: string;
  fake: string;
  ink: string;
  paper: string;
  heat: Uint8ClampedArray;
  line: string;
}

const rgb = (hex: string): [number, number, number] =>
  [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)) as [number, number, number];

// 256 colours, from "generated" over "can't tell" to "real".
function heatColours(): Uint8ClampedArray {
  const [fake, mid, real] = ["heat-fake", "heat-mid", "heat-real"].map((name) => rgb(colour(name))) as unknown as [
    number[],
    number[],
    number[],
  ];
  const table = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const t = (i / 255) * 2 - 1,
      end = t < 0 ? fake : real,
      share = Math.abs(t) ** 0.8;
    for (let c = 0; c < 3; c++)
      table[4 * i + c] = (mid[c] as number) + ((end[c] as number) - (mid[c] as number)) * share;
    table[4 * i + 3] = 255;
  }
  return table;
}

export const paletteNow = (): Palette => ({
  real: colour("real"),
  fake: colour("fake"),
  ink: colour("ink"),
  paper: colour("heat-mid"),
  heat: heatColours(),
  line: colour("edge"),
});

type Place = (x: number, y: number) => [number, number];
export const placer = (box: Box, size: number): Place => {
  const [x0, y0, x1, y1] = box;
  return (x, y) => [((x - x0) / (x1 - x0)) * size, size - ((y - y0) / (y1 - y0)) * size];
};

export function drawScene(
  context: CanvasRenderingContext2D,
  size: number,
  scene: Scene,
  layers: Layers,
  palette: Palette,
): void {
  const place = placer(scene.box, size);
  context.fillStyle = palette.paper;
  context.fillRect(0, 0, size, size);
  if (layers.surface && scene.surface) {
    drawSurface(context, size, scene.surface, palette);
    if (scene.surface.probability) drawBorder(context, size, scene.surface, palette);
  }
  if (layers.grid && scene.manifold) drawGrid(context, size, place, scene.manifold, palette);
  if (layers.real) drawDiscs(context, size, place, scene.real, palette.real);
  if (layers.fake) drawDiamonds(context, size, place, scene.fake, palette);
  if (layers.arrows && scene.arrows) drawArrows(context, size, place, scene.arrows, palette.ink);
}

let small: HTMLCanvasElement | null = null;
function drawSurface(
  context: CanvasRenderingContext2D,
  size: number,
  { n, values }: { n: number; values: Uint8Array },
  palette: Palette,
): void {
  small ??= document.createElement("canvas");
  small.width = small.height = n;
  const brush = small.getContext("2d") as CanvasRenderingContext2D,
    image = brush.createImageData(n, n);
  for (let j = 0; j < n; j++)
    for (let i = 0; i < n; i++) {
      const from = 4 * (values[j * n + i] as number),
        to = 4 * ((n - 1 - j) * n + i); // y grows upwards
      for (let c = 0; c < 4; c++) image.data[to + c] = palette.heat[from + c] as number;
    }
  brush.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, size, size);
}

// Means of 3 x 3 cells: 8 bits make stairs of the border where D is nearly flat.
function smooth(n: number, values: Uint8Array): Float32Array {
  const out = new Float32Array(n * n);
  for (let j = 0; j < n; j++)
    for (let i = 0; i < n; i++) {
      let sum = 0,
        count = 0;
      for (let v = Math.max(0, j - 1); v <= Math.min(n - 1, j + 1); v++)
        for (let u = Math.max(0, i - 1); u <= Math.min(n - 1, i + 1); u++, count++) sum += values[v * n + u] as number;
      out[j * n + i] = sum / count;
    }
  return out;
}

// Where D can't tell, D(x) = 0.5: marching squares between the cells' centres.
function drawBorder(
  context: CanvasRenderingContext2D,
  size: number,
  surface: { n: number; values: Uint8Array },
  palette: Palette,
): void {
  const { n } = surface,
    values = smooth(n, surface.values);
  const half = 127.5,
    cell = size / n;
  const cut = (a: number, b: number) => (half - a) / (b - a);
  context.beginPath();
  for (let j = 0; j + 1 < n; j++)
    for (let i = 0; i + 1 < n; i++) {
      const corner = [
        values[j * n + i],
        values[j * n + i + 1],
        values[(j + 1) * n + i + 1],
        values[(j + 1) * n + i],
      ] as [number, number, number, number];
      const [a, b, c, d] = corner,
        ends: [number, number][] = [];
      if (a > half !== b > half) ends.push([i + cut(a, b), j]);
      if (b > half !== c > half) ends.push([i + 1, j + cut(b, c)]);
      if (c > half !== d > half) ends.push([i + cut(d, c), j + 1]);
      if (d > half !== a > half) ends.push([i, j + cut(a, d)]);
      for (let k = 0; k + 1 < ends.length; k += 2) {
        const [p, q] = [ends[k], ends[k + 1]] as [[number, number], [number, number]];
        context.moveTo((p[0] + 0.5) * cell, size - (p[1] + 0.5) * cell);
        context.lineTo((q[0] + 0.5) * cell, size - (q[1] + 0.5) * cell);
      }
    }
  context.strokeStyle = palette.line;
  context.lineWidth = size / 420;
  context.setLineDash([size / 90, size / 110]);
  context.stroke();
  context.setLineDash([]);
}

// G's grid of latents as it bends; a cell is the darker the denser G puts samples there (one over its area).
function drawGrid(
  context: CanvasRenderingContext2D,
  size: number,
  place: Place,
  { n, points }: { n: number; points: Float32Array },
  palette: Palette,
): void {
  const at = (i: number, j: number) => place(points[2 * (j * n + i)] as number, points[2 * (j * n + i) + 1] as number);
  context.fillStyle = palette.fake;
  for (let j = 0; j + 1 < n; j++)
    for (let i = 0; i + 1 < n; i++) {
      const quad = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)] as [number, number][];
      let area = 0;
      quad.forEach(([x, y], k) => {
        const [u, v] = quad[(k + 1) % 4] as [number, number];
        area += x * v - u * y;
      });
      context.globalAlpha = Math.min(0.5, (0.00012 * size * size) / (Math.abs(area) / 2 + 1));
      context.beginPath();
      for (const [x, y] of quad) context.lineTo(x, y);
      context.closePath();
      context.fill();
    }
  context.globalAlpha = 0.38;
  context.strokeStyle = palette.fake;
  context.lineWidth = size / 640;
  context.beginPath();
  const lineThrough = (along: (k: number) => [number, number]) => {
    for (let k = 0; k < n; k++) {
      const [x, y] = along(k);
      if (k === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
  };
  for (let j = 0; j < n; j++) {
    lineThrough((k) => at(k, j));
    lineThrough((k) => at(j, k));
  }
  context.stroke();
  context.globalAlpha = 1;
}

export function drawDiscs(
  context: CanvasRenderingContext2D,
  size: number,
  place: Place,
  points: Float32Array,
  fill: string,
): void {
  const radius = Math.max(1.8, size / 230);
  context.fillStyle = fill;
  context.globalAlpha = 0.7;
  context.beginPath();
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = place(points[i] as number, points[i + 1] as number);
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fill();
  context.globalAlpha = 1;
}

function drawDiamonds(
  context: CanvasRenderingContext2D,
  size: number,
  place: Place,
  points: Float32Array,
  palette: Palette,
): void {
  const radius = Math.max(2.2, size / 215);
  context.beginPath();
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = place(points[i] as number, points[i + 1] as number);
    context.moveTo(x, y - radius);
    context.lineTo(x + radius, y);
    context.lineTo(x, y + radius);
    context.lineTo(x - radius, y);
    context.closePath();
  }
  context.fillStyle = palette.fake;
  context.globalAlpha = 0.8;
  context.fill();
  context.globalAlpha = 1;
}

// All by one scale: the typical norm is 5% of the board, longer ones are cut at 8%. A typical norm below kFaint shrinks all of them, to
// nothing at kGone: a gradient that vanishes is seen to vanish.
const kFaint = 0.05,
  kGone = 1e-5;
function drawArrows(
  context: CanvasRenderingContext2D,
  size: number,
  place: Place,
  arrows: Float32Array,
  ink: string,
): void {
  const norms = arrowNorms(arrows),
    typical = typicalNorm(norms),
    share = Math.min(1, Math.log(typical / kGone) / Math.log(kFaint / kGone));
  if (!(share > 0)) return;
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = size / 600;
  context.globalAlpha = 0.75;
  norms.forEach((norm, k) => {
    const length = Math.min(0.08, (0.05 * norm) / typical) * share * size;
    if (length < size / 150) return;
    const [x, y] = place(arrows[4 * k] as number, arrows[4 * k + 1] as number);
    const dx = (arrows[4 * k + 2] as number) / norm,
      dy = -(arrows[4 * k + 3] as number) / norm,
      head = Math.min(length * 0.4, size / 90);
    const tip = [x + dx * length, y + dy * length] as const;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(tip[0] - dx * head, tip[1] - dy * head);
    context.stroke();
    context.beginPath();
    context.moveTo(tip[0], tip[1]);
    context.lineTo(tip[0] - dx * head - dy * head * 0.45, tip[1] - dy * head + dx * head * 0.45);
    context.lineTo(tip[0] - dx * head + dy * head * 0.45, tip[1] - dy * head - dx * head * 0.45);
    context.fill();
  });
  context.globalAlpha = 1;
}
