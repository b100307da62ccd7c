import { useEffect, useRef, useState } from "preact/hooks";
import { passed } from "../ui/hooks";
import { useColours } from "../ui/theme";
import { drawDiscs, drawScene, kAllLayers, type Layers, paletteNow, placer } from "./draw";
import { kEmptyScene, type Scene } from "./scene";
import type { GameHandle } from "./use_game";

export interface Drawing {
  points: [number, number][];
  add: (points: [number, number][]) => void;
}
const kKeys: Record<string, string> = { s: "step", d: "step_D", g: "step_G" };

// The plane: real points, generated ones, what D thinks of each place, G's grid, and where G is pushed. With `drawing` it takes points.
export function Board({
  game,
  layers = kAllLayers,
  drawing,
  label,
}: {
  game: GameHandle;
  layers?: Layers;
  drawing?: Drawing | null;
  label: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null),
    scene = useRef<Scene>(kEmptyScene),
    asked = useRef(0);
  const [cursor, setCursor] = useState<[number, number] | null>(null);
  const colours = useColours();
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement,
      context = element.getContext("2d") as CanvasRenderingContext2D,
      palette = paletteNow();
    const paint = () => {
      asked.current = 0;
      const size = Math.round(element.clientWidth * Math.min(2, devicePixelRatio || 1));
      if (!size) return;
      if (element.width !== size) element.width = element.height = size;
      if (drawing) drawScene(context, size, { ...kEmptyScene, box: scene.current.box }, layers, palette);
      else drawScene(context, size, scene.current, layers, palette);
      if (drawing)
        drawDiscs(
          context,
          size,
          placer(scene.current.box, size),
          Float32Array.from(drawing.points.flat()),
          palette.real,
        );
      if (drawing && cursor) drawCursor(context, size, placer(scene.current.box, size)(...cursor), palette.ink);
    };
    const soon = () => {
      asked.current ||= requestAnimationFrame(paint);
    };
    const resize = new ResizeObserver(soon);
    resize.observe(element);
    const stop = game.watch((now) => {
      scene.current = now;
      soon();
    });
    soon();
    return () => {
      stop();
      resize.disconnect();
      cancelAnimationFrame(asked.current);
      asked.current = 0;
    };
  }, [layers, drawing?.points, cursor, colours]);

  const place = (event: PointerEvent): [number, number] => {
    const { left, top, width, height } = (canvas.current as HTMLCanvasElement).getBoundingClientRect(),
      [x0, y0, x1, y1] = scene.current.box;
    return [x0 + ((event.clientX - left) / width) * (x1 - x0), y1 - ((event.clientY - top) / height) * (y1 - y0)];
  };
  const spray = ([x, y]: [number, number], count: number) => {
    const spread = 0.012 * (scene.current.box[2] - scene.current.box[0]);
    drawing?.add(Array.from({ length: count }, () => [x + spread * normal(), y + spread * normal()]));
  };
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (drawing) {
      const [x0, y0, x1, y1] = scene.current.box,
        way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      const [x, y] = cursor ?? [(x0 + x1) / 2, (y0 + y1) / 2],
        far = event.shiftKey ? 0.1 : 0.025;
      if (way) setCursor([x + (way[0] as number) * far * (x1 - x0), y + (way[1] as number) * far * (y1 - y0)]);
      else if (event.key === " ") spray([x, y], 12);
      else return;
    } else if (event.key === " ") void game.act(game.running ? "pause" : "run");
    else if (kKeys[event.key]) void game.act(kKeys[event.key] as string);
    else return;
    event.preventDefault();
  };
  return (
    <canvas
      ref={canvas}
      class={drawing ? "board drawing" : "board"}
      tabIndex={0}
      role="img"
      aria-label={label}
      aria-keyshortcuts="Space S D G"
      onKeyDown={key}
      onPointerDown={(event) => {
        if (drawing) {
          canvas.current?.setPointerCapture(event.pointerId);
          spray(place(event), 6);
        }
      }}
      onPointerMove={(event) => {
        if (drawing && event.buttons) for (const one of passed(event)) spray(place(one), 3);
      }}
    />
  );
}

const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

function drawCursor(context: CanvasRenderingContext2D, size: number, [x, y]: [number, number], ink: string): void {
  context.strokeStyle = ink;
  context.lineWidth = size / 300;
  context.beginPath();
  context.arc(x, y, size / 45, 0, 2 * Math.PI);
  context.moveTo(x - size / 30, y);
  context.lineTo(x + size / 30, y);
  context.moveTo(x, y - size / 30);
  context.lineTo(x, y + size / 30);
  context.stroke();
}
