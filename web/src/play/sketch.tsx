import { useEffect, useRef, useState } from "preact/hooks";
import { passed } from "../ui/hooks";
import { Range } from "../ui/parts";

type Stroke = { width: number; points: [number, number][] };
const kSize = 512;

// A drawing canvas for line art: black on white, as the data's edges are; sent at the network's own size.
export function Sketch({
  width,
  height,
  onPicture,
  busy,
}: {
  width: number;
  height: number;
  onPicture: (picture: Blob) => Promise<void>;
  busy: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null),
    [strokes, setStrokes] = useState<Stroke[]>([]),
    [pen, setPen] = useState(10);
  const [cursor, setCursor] = useState<[number, number] | null>(null),
    [down, setDown] = useState(false);
  const tall = Math.round((kSize * height) / width);
  useEffect(() => {
    const context = canvas.current?.getContext("2d") as CanvasRenderingContext2D;
    paint(context, tall, strokes);
    if (cursor) {
      context.strokeStyle = down ? "#a3271f" : "#1f78ae";
      context.lineWidth = 3;
      context.beginPath();
      context.arc(...cursor, pen / 2 + 6, 0, 7);
      context.stroke();
    }
  }, [strokes, cursor, down, pen, tall]);
  const place = (event: PointerEvent): [number, number] => {
    const box = (canvas.current as HTMLCanvasElement).getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * kSize, ((event.clientY - box.top) / box.height) * tall];
  };
  const begin = (point: [number, number]) => setStrokes((old) => [...old, { width: pen, points: [point] }]);
  const extend = (points: [number, number][]) =>
    setStrokes((old) => {
      const last = old.at(-1);
      return last ? [...old.slice(0, -1), { ...last, points: [...last.points, ...points] }] : old;
    });
  const key = (event: KeyboardEvent) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key],
      far = event.shiftKey ? 40 : 10;
    const [x, y] = cursor ?? [kSize / 2, tall / 2];
    if (way) {
      const next: [number, number] = [
        Math.min(kSize, Math.max(0, x + (way[0] as number) * far)),
        Math.min(tall, Math.max(0, y + (way[1] as number) * far)),
      ];
      setCursor(next);
      if (down) extend([next]);
    } else if (event.key === " ") {
      if (!down) begin([x, y]);
      setCursor([x, y]);
      setDown(!down);
    } else return;
    event.preventDefault();
  };
  const send = () => {
    const small = document.createElement("canvas"),
      large = document.createElement("canvas");
    large.width = kSize;
    large.height = tall;
    paint(large.getContext("2d") as CanvasRenderingContext2D, tall, strokes);
    small.width = width;
    small.height = height;
    const context = small.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
    context.imageSmoothingQuality = "high";
    context.drawImage(large, 0, 0, width, height);
    small.toBlob((picture) => {
      if (picture) void onPicture(picture);
    }, "image/png");
  };
  return (
    <div class="card stack tight">
      <canvas
        ref={canvas}
        class="sketch"
        width={kSize}
        height={tall}
        tabIndex={0}
        role="img"
        aria-label={`Drawing of ${strokes.length} lines: arrow keys move the pen, Space puts it down and lifts it`}
        onKeyDown={key}
        onPointerDown={(event) => {
          canvas.current?.setPointerCapture(event.pointerId);
          begin(place(event));
        }}
        onPointerMove={(event) => {
          if (event.buttons) extend(passed(event).map(place));
        }}
      />
      <Range
        label="Pen"
        value={pen}
        min={4}
        max={40}
        step={2}
        show={(w) => `${w} of ${kSize} pixels`}
        onChange={setPen}
      />
      <div class="row">
        <button type="button" class="primary" disabled={!strokes.length || busy} onClick={send}>
          Colour it
        </button>
        <button type="button" disabled={!strokes.length} onClick={() => setStrokes(strokes.slice(0, -1))}>
          Undo
        </button>
        <button type="button" disabled={!strokes.length} onClick={() => setStrokes([])}>
          Clear
        </button>
      </div>
    </div>
  );
}

function paint(context: CanvasRenderingContext2D, tall: number, strokes: Stroke[]): void {
  context.fillStyle = "#fff";
  context.fillRect(0, 0, kSize, tall);
  context.strokeStyle = "#000";
  context.lineCap = context.lineJoin = "round";
  for (const { width, points } of strokes) {
    const [x, y] = points[0] as [number, number];
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 0.01, y);
    for (const [u, v] of points) context.lineTo(u, v);
    context.stroke();
  }
}
