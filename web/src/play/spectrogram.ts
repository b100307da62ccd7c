// The magnitude spectrogram of a clip in decibels: a Hann window of `size` samples, moved by a quarter; 80 dB below the loudest is 0.
export function spectrogram(
  samples: Float32Array,
  size = 512,
): { columns: number; rows: number; values: Float32Array } {
  const hop = size / 4,
    rows = size / 2,
    columns = Math.max(1, Math.floor((samples.length - size) / hop) + 1);
  const values = new Float32Array(columns * rows),
    re = new Float32Array(size),
    im = new Float32Array(size);
  let loudest = 1e-9;
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < size; i++) {
      re[i] = (samples[c * hop + i] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
      im[i] = 0;
    }
    transform(re, im);
    for (let r = 0; r < rows; r++) {
      const power = Math.hypot(re[r] as number, im[r] as number);
      values[c * rows + r] = power;
      loudest = Math.max(loudest, power);
    }
  }
  for (let i = 0; i < values.length; i++)
    values[i] = Math.max(0, 1 + (20 * Math.log10((values[i] as number) / loudest + 1e-9)) / 80);
  return { columns, rows, values };
}

// Fast Fourier transform in place, radix 2.
function transform(re: Float32Array, im: Float32Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] as number, re[i] as number];
      [im[i], im[j]] = [im[j] as number, im[i] as number];
    }
  }
  for (let length = 2; length <= n; length <<= 1) {
    const angle = (-2 * Math.PI) / length;
    for (let start = 0; start < n; start += length)
      for (let k = 0; k < length / 2; k++) {
        const c = Math.cos(angle * k),
          s = Math.sin(angle * k),
          a = start + k,
          b = a + length / 2;
        const x = (re[b] as number) * c - (im[b] as number) * s,
          y = (re[b] as number) * s + (im[b] as number) * c;
        re[b] = (re[a] as number) - x;
        im[b] = (im[a] as number) - y;
        re[a] = (re[a] as number) + x;
        im[a] = (im[a] as number) + y;
      }
  }
}

// The samples and rate of a WAV file as Gannet writes it: 16-bit integers or 32-bit floats, the first channel.
export function readWav(bytes: Uint8Array): { rate: number; samples: Float32Array } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 44 || view.getUint32(0) !== 0x52494646) return null;
  let at = 12,
    rate = 0,
    channels = 1,
    bits = 16;
  while (at + 8 <= view.byteLength) {
    const name = view.getUint32(at),
      size = view.getUint32(at + 4, true),
      body = at + 8;
    if (name === 0x666d7420) {
      channels = view.getUint16(body + 2, true);
      rate = view.getUint32(body + 4, true);
      bits = view.getUint16(body + 14, true);
    } else if (name === 0x64617461) {
      const step = (channels * bits) / 8,
        count = Math.floor(Math.min(size, view.byteLength - body) / step);
      return {
        rate,
        samples: Float32Array.from({ length: count }, (_, i) =>
          bits === 32 ? view.getFloat32(body + i * step, true) : view.getInt16(body + i * step, true) / 32768,
        ),
      };
    }
    at = body + size + (size & 1);
  }
  return null;
}
