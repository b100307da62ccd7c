// Pairs of line art and colour from the package openmoji. Usage: node openmoji.mjs PACKAGE SIZE FOLDER
import fs from 'node:fs';
import { Archive, png, progress, render, sideBySide, unit } from './images.mjs';

const [from, sizeText, folder] = process.argv.slice(2);
const size = Number(sizeText);
const checkAt = 64;  // the choice of emoji does not depend on --size

// Code points without skin tone, variation selector and sex: the base code points, which must not be on both sides of the split.
const base = (hexcode) => hexcode.split('-').filter((code) => !/^(1F3F[B-F]|FE0F|200D|2640|2642)$/.test(code)).join('-');

const emoji = JSON.parse(fs.readFileSync(`${from}/data/openmoji.json`))
  .filter((e) => e.skintone === '' && e.group !== 'flags' && e.subgroups !== 'flags');
const read = (kind, e) => fs.readFileSync(`${from}/${kind}/svg/${e.hexcode}.svg`, 'utf8');

// Shares of pixels: where line art and colour differ, and those of a hue.
function shares(line, colour) {
  let differ = 0, hued = 0, inked = 0;
  for (let p = 0; p < line.length; p += 3) {
    const [r, g, b] = colour.subarray(p, p + 3);
    const far = Math.max(...[0, 1, 2].map((c) => Math.abs(line[p + c] - colour[p + c])));
    differ += far > 24;
    hued += Math.max(r, g, b) - Math.min(r, g, b) > 24;
    inked += line[p] < 128;
  }
  const all = line.length / 3;
  return { differ: differ / all, hued: hued / all, inked: inked / all };
}

const words = (e) => {
  const tags = e.tags.split(', ').filter((tag) => tag && !e.annotation.toLowerCase().includes(tag.toLowerCase()));
  return [e.annotation, ...tags.slice(0, 4)].join(', ');
};

const groups = [...new Set(emoji.map((e) => e.group))].sort();
const archives = { train: new Archive(`${folder}/train.zip`), test: new Archive(`${folder}/test.zip`) };
const say = progress('emoji', emoji.length), left = { blank: 0, alike: 0, grey: 0 };
emoji.forEach((e, i) => {
  say(i);
  const line = read('black', e), colour = read('color', e);
  const share = shares(render(line, checkAt, '#ffffff'), render(colour, checkAt, '#ffffff'));
  if (share.inked < 0.005) return ++left.blank;
  if (share.differ < 0.02) return ++left.alike;
  if (share.hued < 0.02) return ++left.grey;
  const both = sideBySide(render(line, size, '#ffffff'), render(colour, size, '#ffffff'), size);
  archives[unit('openmoji', base(e.hexcode)) < 0.1 ? 'test' : 'train'].add(
    { image: png(2 * size, size, both), label: groups.indexOf(e.group), caption: words(e) });
});
for (const archive of Object.values(archives)) archive.close({ classes: groups, pairs: 'side' });
console.log(`${emoji.length} emoji without skin tones and flags; left out: ${left.blank} blank, ${left.alike} hardly differing, ` +
  `${left.grey} nearly without colour; ${archives.train.count} pairs for training, ${archives.test.count} for the test`);
