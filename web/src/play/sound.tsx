import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Network, Sample } from "../api/types";
import { blobOf, bytesOf, save, short } from "../ui/format";
import { useObjectUrl } from "../ui/hooks";
import { icons } from "../ui/icons";
import { colour, useColours } from "../ui/theme";
import { readWav, spectrogram } from "./spectrogram";

// A player, and the clip as a picture: time to the right, frequency upwards.
export function Sound({ sample, network }: { sample: Sample; network: Network }) {
  const canvas = useRef<HTMLCanvasElement>(null),
    colours = useColours();
  const blob = useMemo(() => blobOf(sample.wav ?? "", "audio/wav"), [sample.wav]),
    url = useObjectUrl(blob);
  const clip = useMemo(() => readWav(bytesOf(sample.wav ?? "")), [sample.wav]);
  useEffect(() => {
    if (clip && canvas.current) draw(canvas.current, clip.samples);
  }, [clip, colours]);
  const seconds = clip ? clip.samples.length / clip.rate : 0;
  return (
    <figure class="card stack tight sound">
      <div class="spread">
        <h2>Seed {sample.seed}</h2>
        <span class="soft small number">{clip && `${short(seconds)} s at ${clip.rate} Hz`}</span>
      </div>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Spectrogram of the clip of seed ${sample.seed}, 0 to ${(clip?.rate ?? 0) / 2} Hz, 80 dB`}
      />
      <div class="row">
        <audio controls src={url ?? ""} aria-label={`${network.recipe}, seed ${sample.seed}`} />
        <button type="button" onClick={() => save(blob, `seed${String(sample.seed).padStart(4, "0")}.wav`)}>
          <icons.save />
          Download
        </button>
      </div>
    </figure>
  );
}

function draw(canvas: HTMLCanvasElement, samples: Float32Array): void {
  const { columns, rows, values } = spectrogram(samples),
    context = canvas.getContext("2d") as CanvasRenderingContext2D;
  canvas.width = columns;
  canvas.height = rows;
  const image = context.createImageData(columns, rows),
    ink = colour("buff-ink"),
    part = (i: number) => parseInt(ink.slice(1 + 2 * i, 3 + 2 * i), 16);
  for (let c = 0; c < columns; c++)
    for (let r = 0; r < rows; r++) {
      const to = 4 * ((rows - 1 - r) * columns + c);
      for (let k = 0; k < 3; k++) image.data[to + k] = part(k);
      image.data[to + 3] = 255 * (values[c * rows + r] as number);
    }
  context.putImageData(image, 0, 0);
}
