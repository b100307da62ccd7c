// Shared by the sets made from SVG: rendering, PNG, and a zip in StyleGAN's layout. Needs Node's own modules and resvg.
import crypto from 'node:crypto';
import fs from 'node:fs';
import zlib from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';

// [0, 1) as a function of the words alone: addressed, so that no order of drawing matters.
export function unit(...words) {
  return crypto.createHash('sha256').update(words.join(' ')).digest().readUIntBE(0, 6) / 2 ** 48;
}
export function pick(list, ...words) {
  return list[Math.floor(unit(...words) * list.length)];
}

// RGB pixels of a square image on an opaque background '#rrggbb'.
export function render(svg, size, background) {
  const image = new Resvg(svg, { fitTo: { mode: 'width', value: size }, background, font: { loadSystemFonts: false } }).render();
  if (image.width !== size || image.height !== size) throw new Error(`drawn at ${image.width}x${image.height}`);
  const rgba = image.pixels, rgb = Buffer.alloc(3 * size * size);
  for (let p = 0; p < size * size; ++p) for (let c = 0; c < 3; ++c) rgb[3 * p + c] = rgba[4 * p + c];
  return rgb;
}

// Two images of one size as one, side by side.
export function sideBySide(left, right, size) {
  const both = Buffer.alloc(6 * size * size);
  for (let y = 0; y < size; ++y) {
    left.copy(both, 6 * size * y, 3 * size * y, 3 * size * (y + 1));
    right.copy(both, 6 * size * y + 3 * size, 3 * size * y, 3 * size * (y + 1));
  }
  return both;
}

const table = Int32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; ++k) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

function chunk(kind, data) {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(kind, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

// RGB pixels as a PNG file.
export function png(width, height, rgb) {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; ++y) rgb.copy(rows, y * (1 + 3 * width) + 1, 3 * width * y, 3 * width * (y + 1));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', zlib.deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0))]);
}

// A zip of images 00000/img00000000.png and so on, with their dataset.json: add({image, label, vector, caption}) each
// (absent parts are left out), then close({classes: [...], ...}).
export class Archive {
  constructor(path) {
    this.file = fs.openSync(path, 'w');
    this.directory = [];
    this.at = 0;
    this.lists = { labels: [], vectors: [], captions: [] };
    this.count = 0;
  }
  add({ image, label, vector, caption }) {
    const number = String(this.count++).padStart(8, '0');
    const name = `${number.slice(0, 5)}/img${number}.png`;
    this.store(name, image);
    if (label !== undefined) this.lists.labels.push([name, label]);
    if (vector !== undefined) this.lists.vectors.push([name, vector]);
    if (caption !== undefined) this.lists.captions.push([name, caption]);
  }
  close(more = {}) {
    const labels = Object.fromEntries(Object.entries(this.lists).filter(([, list]) => list.length > 0));
    this.store('dataset.json', Buffer.from(JSON.stringify({ labels: null, ...labels, ...more })));
    const directory = Buffer.concat(this.directory), files = this.directory.length;
    const end64 = Buffer.alloc(76), end = Buffer.alloc(22);
    end64.writeUInt32LE(0x06064b50, 0);
    end64.writeUInt32LE(44, 4);
    end64.writeUInt32LE(0x002d002d, 12);
    for (const place of [24, 32]) end64.writeUInt32LE(files, place);
    end64.writeUInt32LE(directory.length, 40);
    end64.writeUInt32LE(this.at, 48);
    end64.writeUInt32LE(0x07064b50, 56);
    end64.writeUInt32LE(this.at + directory.length, 64);
    end64.writeUInt32LE(1, 72);
    end.writeUInt32LE(0x06054b50, 0);
    for (const place of [8, 10]) end.writeUInt16LE(Math.min(files, 65535), place);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(this.at, 16);
    this.write(directory);
    if (files >= 65535) this.write(end64);
    this.write(end);
    fs.closeSync(this.file);
  }
  store(name, bytes) {
    const common = Buffer.alloc(26), crc = crc32(bytes);
    common.writeUInt16LE(20, 0);      // version needed
    common.writeUInt16LE(33, 8);      // 1980-01-01
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);   // comment, disk, attributes, offset
    place.writeUInt32LE(this.at, 10);
    this.directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, place, Buffer.from(name)]));
    this.write(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), bytes]));
  }
  write(bytes) {
    fs.writeSync(this.file, bytes);
    this.at += bytes.length;
  }
}

// A line of progress about every ten seconds.
export function progress(what, total) {
  let last = Date.now();
  return (done) => {
    if (Date.now() - last < 10_000) return;
    last = Date.now();
    console.log(`${done} of ${total} ${what}`);
  };
}
