// Draws banknotes and crude forgeries of them. Usage: node banknotes.mjs COUNT SIZE SEED FOLDER
import fs from 'node:fs';
import { pick, png, progress, render, unit } from './images.mjs';

const [countText, sizeText, seed, folder] = process.argv.slice(2);
const count = Number(countText), size = Number(sizeText);

// Four series: paper, the ink of the curves, the ink of the print, lobes of the rosette.
const series = [
  { paper: '#eef0dc', curves: '#3c8a5e', ink: '#14503c', lobes: 7 },
  { paper: '#e8eef2', curves: '#3f78b4', ink: '#183c78', lobes: 9 },
  { paper: '#f0eae6', curves: '#a0643c', ink: '#643214', lobes: 6 },
  { paper: '#efe8f0', curves: '#8a4c96', ink: '#4c1e5a', lobes: 8 },
];

// The note is 128 x 128 units: two to a pixel at the usual size.
const path = (points, closed) => `M${points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')}${closed ? 'Z' : ''}`;

// Guilloche: closed curves r = radius + depth cos(lobes a + phase), their phases evenly spread, so that they weave.
function rosette(cx, cy, radius, depth, lobes, strands, wobble = 0) {
  return Array.from({ length: strands }, (_, k) => path(Array.from({ length: 181 }, (_, i) => {
    const a = (2 * Math.PI * i) / 180;
    const r = radius + depth * Math.cos(lobes * a + (2 * Math.PI * k) / strands) + wobble * Math.sin(3 * a + 1.3 * k);
    return [cx + r * Math.cos(a), cy + r * Math.sin(a)];
  }), true)).join('');
}
// The same along a line: three waves and their beat.
function band(y, height, waves, beat) {
  return Array.from({ length: 3 }, (_, k) => path(Array.from({ length: 121 }, (_, i) => {
    const x = 6 + (116 * i) / 120, a = (2 * Math.PI * i) / 120;
    return [x, y + height * Math.cos(waves * a + (2 * Math.PI * k) / 3) * (0.65 + 0.35 * Math.cos(beat * a))];
  }), false)).join('');
}

// A gannet's head in an oval, looking left.
const portrait = (ink, paper) => `
  <ellipse cx="93" cy="56" rx="25" ry="32" fill="${paper}" stroke="${ink}" stroke-width="2"/>
  <path d="M93 87 C83 84 80 76 82 67 C84 60 83 57 81 53 C79 41 88 32 97 33 C108 34 113 45 111 58 C110 69 112 78 108 83 C103 87 98 88 93 87Z" fill="#ffffff" stroke="${ink}" stroke-width="1.6"/>
  <path d="M84 41 C88 34 97 31 104 36 C110 41 112 50 111 58 C104 50 96 44 84 41Z" fill="#e6b85a" fill-opacity="0.85"/>
  <path d="M83 44 L66 53 L68 55 L83 57 C86 53 86 48 83 44Z" fill="#a9bac4" stroke="${ink}" stroke-width="1.4"/>
  <path d="M67 54 L84 51" stroke="${ink}" stroke-width="1.2"/>
  <circle cx="89" cy="46.500" r="3.200" fill="#9fd0e8" stroke="${ink}" stroke-width="1.200"/><circle cx="89" cy="46.500" r="1.300" fill="${ink}"/>
  <path d="M88 66 Q95 70 104 66 M88 72 Q96 76 105 72 M90 78 Q97 82 105 78" fill="none" stroke="${ink}" stroke-width="1.1"/>`;

// 100 in strokes.
const hundred = (x, y, h, ink) => `<g fill="none" stroke="${ink}" stroke-width="${0.2 * h}" stroke-linecap="round">
  <path d="M${x} ${y + 0.18 * h}L${x + 0.2 * h} ${y}V${y + h}"/>
  <ellipse cx="${x + 0.78 * h}" cy="${y + 0.5 * h}" rx="${0.28 * h}" ry="${0.5 * h}"/><ellipse cx="${x + 1.6 * h}" cy="${y + 0.5 * h}" rx="${0.28 * h}" ry="${0.5 * h}"/></g>`;

// Digits of 3 x 5 dots, rows from the top, three bits each.
const digits = [[7, 5, 5, 5, 7], [2, 6, 2, 2, 7], [7, 1, 7, 4, 7], [7, 1, 7, 1, 7], [5, 5, 7, 1, 1], [7, 4, 7, 1, 7], [7, 4, 7, 5, 7], [7, 1, 1, 1, 1],
  [7, 5, 7, 5, 7], [7, 5, 7, 1, 7]];
function number(text, x, y, dot, ink) {
  let dots = '';
  [...text].forEach((digit, n) => digits[digit].forEach((row, r) => {
    for (let c = 0; c < 3; ++c) if (row & (4 >> c)) dots += `M${x + dot * (4 * n + c)} ${y + dot * r}h${dot}v${dot}h-${dot}z`;
  }));
  return `<path d="${dots}" fill="${ink}"/>`;
}
// Luhn's check digit of the first six.
function checkDigit(six) {
  const sum = [...six].reverse().reduce((total, d, i) => total + (i % 2 === 0 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d] : Number(d)), 0);
  return (10 - (sum % 10)) % 10;
}

function wear(at) {
  let marks = '';
  const folds = Math.floor(3 * unit(...at('folds')));
  for (let k = 0; k < folds; ++k) {
    const upright = unit(...at('fold', k)) < 0.6, where = 30 + 68 * unit(...at('where', k)), lean = 6 * (unit(...at('lean', k)) - 0.5);
    const line = upright ? `M${where} 0L${where + lean} 128` : `M0 ${where}L128 ${where + lean}`;
    marks += `<path d="${line}" stroke="#ffffff" stroke-width="1.6" stroke-opacity="${0.25 + 0.3 * unit(...at('strength', k))}"/>`;
    marks += `<path d="${line}" stroke="#30281e" stroke-width="0.8" stroke-opacity="0.25" transform="translate(1.2 1.2)"/>`;
  }
  const stains = Math.floor(3 * unit(...at('stains')));
  for (let k = 0; k < stains; ++k) marks += `<ellipse cx="${128 * unit(...at('x', k))}" cy="${128 * unit(...at('y', k))}" rx="${5 + 14 * unit(...at('rx', k))}" ry="${5 + 12 * unit(...at('ry', k))}"
    fill="#6e5a32" fill-opacity="${0.05 + 0.1 * unit(...at('dark', k))}"/>`;
  return marks;
}

// A note as pixels; `forgery` is '' or the kind of forgery.
function note(part, i, forgery) {
  const at = (...words) => [seed, 'banknote', part, i, ...words];
  const s = pick(series, ...at('series'));
  let lobes = s.lobes, wobble = 0, { curves, ink, paper } = s;
  if (forgery === 'curves') lobes += pick([-3, -2, 2, 3], ...at('lobes')), wobble = 1 + 2 * unit(...at('wobble'));
  if (forgery === 'colour') [curves, ink] = pick(series.filter((other) => other !== s).map((other) => [other.curves, ink]), ...at('inks'));
  const six = String(Math.floor(1e6 * unit(...at('serial')))).padStart(6, '0');
  const check = (checkDigit(six) + (forgery === 'serial' ? 1 + Math.floor(9 * unit(...at('wrong'))) : 0)) % 10;
  const turn = 1.2 * (unit(...at('turn')) - 0.5), dx = 1.6 * (unit(...at('dx')) - 0.5), dy = 1.6 * (unit(...at('dy')) - 0.5);
  const head = forgery === 'portrait' ? `<g transform="translate(186 0) scale(-1 1)">${portrait(ink, paper)}</g>` : portrait(ink, paper);
  const blur = forgery === 'blur' ? 1.5 + unit(...at('blur')) : 0.25 + 0.35 * unit(...at('blur'));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128">
    <defs><filter id="b" x="0" y="0" width="1" height="1"><feGaussianBlur stdDeviation="${blur.toFixed(2)}"/></filter></defs>
    <g filter="url(#b)"><g transform="rotate(${turn.toFixed(3)} 64 64) translate(${dx.toFixed(3)} ${dy.toFixed(3)})">
    <rect x="-8" y="-8" width="144" height="144" fill="${paper}"/>
    <rect x="3" y="3" width="122" height="122" fill="none" stroke="${ink}" stroke-width="2"/>
    <path d="${band(97, 8.500, 7, 2)}" fill="none" stroke="${curves}" stroke-width="1.250"/>
    <path d="${rosette(37, 56, 22, 10, lobes, 3, wobble)}" fill="none" stroke="${curves}" stroke-width="1.500"/>
    <path d="${rosette(37, 56, 10, 4, lobes - 3, 2, wobble)}" fill="${paper}" stroke="${ink}" stroke-width="1.200"/>
    ${head}${hundred(9, 9, 13, ink)}
    ${number(six + check, 22, 108, 3, ink)}
    ${wear(at)}</g></g></svg>`;
  return scan(render(svg, size, paper), at);
}

// The effects of a scanner: brightness, contrast, a gradient across, and noise in each pixel.
function scan(rgb, at) {
  let state = Math.floor(2 ** 32 * unit(...at('noise'))) >>> 0;
  const next = () => {  // Marsaglia's xorshift on 32 bits
    state ^= state << 13, state ^= state >>> 17, state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  state ||= 1;
  const light = 14 * (unit(...at('light')) - 0.5), contrast = 0.94 + 0.12 * unit(...at('contrast'));
  const across = 10 * (unit(...at('across')) - 0.5), down = 10 * (unit(...at('down')) - 0.5), sigma = 2 + 3 * unit(...at('sigma'));
  for (let p = 0; p < rgb.length; ++p) {
    const x = (Math.floor(p / 3) % size) / size - 0.5, y = Math.floor(p / 3 / size) / size - 0.5;
    const normal = next() + next() + next() + next() - 2;  // of variance 1/3
    rgb[p] = Math.max(0, Math.min(255, Math.round(128 + contrast * (rgb[p] - 128) + light + across * x + down * y + sigma * Math.sqrt(3) * normal)));
  }
  return rgb;
}

const sets = [['real/train', count, ''], ['real/test', Math.ceil(count / 5), ''],
  ...['curves', 'blur', 'colour', 'portrait', 'serial'].map((kind) => [`forged/${kind}`, Math.ceil(count / 20), kind])];
const say = progress('notes', sets.reduce((sum, [, n]) => sum + n, 0));
let drawn = 0;
for (const [part, n, forgery] of sets) {
  fs.mkdirSync(`${folder}/${part}`, { recursive: true });
  for (let i = 0; i < n; ++i) {
    fs.writeFileSync(`${folder}/${part}/note${String(i).padStart(6, '0')}.png`, png(size, size, note(part, i, forgery)));
    say(++drawn);
  }
}
