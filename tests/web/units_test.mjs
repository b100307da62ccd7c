// Parts of the page that need no browser: seeds, numbers, the spectrogram, a game's curves.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { need, scratch, web } from "./support.mjs";

const { build } = need("esbuild");
const out = scratch();
async function load(path) {
  const outfile = join(out, `${path.replaceAll("/", "_")}.mjs`);
  await build({
    entryPoints: [join(web, "src", path)],
    outfile,
    bundle: true,
    format: "esm",
    logLevel: "error",
  });
  return import(pathToFileURL(outfile));
}

test("seeds are read as the command line reads them", async () => {
  const { seedsOf } = await load("play/requests.ts");
  assert.deepEqual(seedsOf("0,1,4-6"), [0, 1, 4, 5, 6]);
  assert.deepEqual(seedsOf(" 7 "), [7]);
  for (const wrong of ["", "a", "5-3", "1,,2", "-1", "0-256", "1.5"]) assert.equal(seedsOf(wrong), null, wrong);
});

test("figures of a network have what they share of their protocols", async () => {
  const { sharedProtocol } = await load("play/figures.tsx");
  const one = { n_real: 10, data: "a", data_hash: "sha256:1", k: 3, shape: [1, 2] };
  const all = [one, { ...one, k: 5 }].map((protocol) => ({ metric: "fd", value: 1, protocol }));
  assert.deepEqual(sharedProtocol(all), { n_real: 10, data: "a" });
  assert.deepEqual(sharedProtocol([{ metric: "fd", value: 1 }]), {});
});

test("numbers are short and never wrong in their last digit", async () => {
  const { short, pValue, duration } = await load("ui/format.ts");
  assert.deepEqual(
    [0, 0.5, 0.123456, 1234, 1234567, 0.00002, null, NaN].map((value) => short(value)),
    ["0", "0.5", "0.123", "1,234", "1.2e6", "2.0e-5", "–", "–"],
  );
  assert.deepEqual(
    [0.26, 0.0409, 0.00001].map((p) => pValue(p)),
    ["p = 0.26", "p = 0.041", "p < 0.001"],
  );
  assert.deepEqual(
    [3, 119.6, 7260].map((seconds) => duration(seconds)),
    ["3 s", "2 min 0 s", "2 h 1 min"],
  );
});

test("the spectrogram of a sine has its loudest row at the sine's frequency", async () => {
  const { spectrogram, readWav } = await load("play/spectrogram.ts");
  const samples = Float32Array.from({ length: 4096 }, (_, i) => Math.sin((2 * Math.PI * 40 * i) / 512));
  const { columns, rows, values } = spectrogram(samples);
  assert.equal(rows, 256);
  for (let c = 0; c < columns; c++) {
    const column = [...values.subarray(c * rows, (c + 1) * rows)];
    assert.equal(column.indexOf(Math.max(...column)), 40);
  }
  const wav = Buffer.alloc(44 + 4);
  wav.write("RIFF", 0);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(16000, 24);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(4, 40);
  wav.writeInt16LE(16384, 44);
  wav.writeInt16LE(-32768, 46);
  assert.deepEqual(readWav(new Uint8Array(wav)), {
    rate: 16000,
    samples: Float32Array.from([0.5, -1]),
  });
  assert.equal(readWav(new Uint8Array(10)), null);
});

test("a game's curves keep the whole game, and start over with it", async () => {
  const { extend, noCurves } = await load("game/scene.ts");
  const frame = (step, js = 0) => ({
    step,
    loss: { D: 1, G: 2 },
    score: { real: 0.5, fake: 0.5 },
    js,
    js_floor: 0,
    kl: 0,
  });
  let curves = noCurves();
  for (let step = 0; step < 5000; step++) curves = extend(curves, frame(step, step));
  assert.ok(curves.step.length <= 1600);
  assert.equal(curves.step[0], 0);
  assert.equal(curves.step.at(-1), 4999);
  assert.deepEqual(curves.step, curves.js, "all curves are thinned alike");
  curves = extend(curves, frame(4999, -1));
  assert.equal(curves.js.at(-1), -1, "a phase of the same step takes its place");
  assert.equal(extend(curves, frame(0)).step.length, 1, "a reset");
});
