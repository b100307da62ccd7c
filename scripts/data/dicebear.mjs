// Draws DiceBear's faces with attributes of our choice. Usage: node dicebear.mjs STYLE COUNT SIZE SEED FOLDER
import crypto from 'node:crypto';
import { createAvatar } from '@dicebear/core';
import { Archive, pick, png, progress, render, unit } from './images.mjs';

const [style, countText, sizeText, seed, folder] = process.argv.slice(2);
const count = Number(countText), size = Number(sizeText);
const drawing = await import(`@dicebear/${style}`);
const background = '#dde6f0';

// A style is groups of choices: name -> {weight, set: options or a list of such to pick from}. Choices are parts that are visible
// at 64 pixels and have a name; other parts (eyes, brows) are in `free` and in no label. Every part is set, because
// DiceBear's own random draws are correlated for consecutive seeds.
const avataaars = {
  hair: { black: '2c1b18', brown: '724133', blond: 'e2bf6a', red: 'c93305', grey: '9c9ca0', pink: 'f59797' },
  colour: (name, value) => ({ hairColor: [value], facialHairColor: [value] }),
  heads: {
    bald: { set: { topProbability: 0, facialHairColor: ['724133'] } },
    hat: { set: [['hat', 'a hat'], ['winterHat1', 'a winter hat'], ['turban', 'a turban'], ['hijab', 'a hijab']].map(([top, words]) => (
      { top: [top], topProbability: 100, words, facialHairColor: ['2c1b18'], hairColor: ['2c1b18'], noFace: top === 'hijab' })),
      more: { hatColor: ['3f7fd9', 'd9483f', '3aa657', 'e8b52e', '8458c8'] } },
  },
  groups: {
    length: {
      short: { weight: 1, set: ['shortFlat', 'shortRound', 'shortWaved', 'shortCurly', 'theCaesar', 'theCaesarAndSidePart', 'dreads01', 'frizzle'].map(
        (top) => ({ top: [top], topProbability: 100 })) },
      long: { weight: 1, set: ['bob', 'bigHair', 'straight01', 'straight02', 'straightAndStrand', 'longButNotTooLong', 'miaWallace', 'curly', 'curvy'].map(
        (top) => ({ top: [top], topProbability: 100 })) },
    },
    glasses: {
      none: { weight: 5, set: { accessoriesProbability: 0 } },
      glasses: { weight: 3, set: ['prescription02', 'round'].map((a) => ({ accessories: [a], accessoriesProbability: 100, accessoriesColor: ['262e33'] })) },
      sunglasses: { weight: 2, set: ['sunglasses', 'wayfarers'].map((a) => ({ accessories: [a], accessoriesProbability: 100, accessoriesColor: ['262e33'] })) },
    },
    face: {
      none: { weight: 6, set: { facialHairProbability: 0 } },
      beard: { weight: 2.5, set: ['beardMedium', 'beardMajestic'].map((f) => ({ facialHair: [f], facialHairProbability: 100 })) },
      moustache: { weight: 1.5, set: ['moustacheFancy', 'moustacheMagnum'].map((f) => ({ facialHair: [f], facialHairProbability: 100 })) },
    },
    mouth: {
      smiling: { weight: 3, set: ['smile', 'twinkle'].map((m) => ({ mouth: [m] })) },
      serious: { weight: 3, set: { mouth: ['serious'] } },
      sad: { weight: 2, set: ['sad', 'concerned'].map((m) => ({ mouth: [m] })) },
      shouting: { weight: 2, set: { mouth: ['screamOpen'] } },
    },
    clothes: {
      hoodie: { weight: 1, set: { clothing: ['hoodie'] } },
      overalls: { weight: 1, set: { clothing: ['overall'] } },
      sweater: { weight: 1, set: { clothing: ['collarAndSweater'] } },
      shirt: { weight: 2, set: ['shirtCrewNeck', 'shirtScoopNeck', 'shirtVNeck'].map((c) => ({ clothing: [c] })) },
      blazer: { weight: 1, set: { clothing: ['blazerAndShirt'] } },
    },
    dye: paints('clothesColor', { blue: '3f7fd9', red: 'd9483f', green: '3aa657', yellow: 'e8b52e', purple: '8458c8', white: 'f6f6f6' }),
    skin: paints('skinColor', { pale: 'ffdbb4', light: 'edb98a', tan: 'd08b5b', brown: 'ae5d29', dark: '614335' }),
  },
  free: { style: ['default'], base: ['default'], nose: ['default'], eyes: ['default', 'happy', 'side', 'squint', 'surprised', 'wink'],
    eyebrows: ['default', 'defaultNatural', 'flatNatural', 'raisedExcitedNatural', 'upDownNatural'] },
  apart: [['pink', 'sunglasses'], ['grey', 'glasses'], ['blond', 'beard'], ['hat', 'moustache'], ['bald', 'sunglasses'], ['black', 'shouting']],
};

const personas = {
  hair: { black: '2b2733', brown: '6c4545', blond: 'f2c55c', red: 'd9482f', grey: 'a9aab4', pink: 'ee7fae' },
  colour: (name, value) => ({ hairColor: [value] }),
  heads: {
    bald: { set: { hair: ['bald'], hairColor: ['6c4545'] } },
    hat: { set: [['cap', 'a cap'], ['beanie', 'a beanie']].map(([hair, words]) => ({ hair: [hair], hairColor: ['2b2733'], words })) },
  },
  groups: {
    length: {
      short: { weight: 1, set: ['shortCombover', 'curlyHighTop', 'curly', 'buzzcut', 'fade', 'shortComboverChops'].map((hair) => ({ hair: [hair] })) },
      long: { weight: 1, set: ['long', 'bobCut', 'bobBangs', 'extraLong', 'pigtails'].map((hair) => ({ hair: [hair] })) },
    },
    glasses: {
      none: { weight: 5, set: ['open', 'happy', 'wink'].map((eyes) => ({ eyes: [eyes] })) },
      glasses: { weight: 3, set: { eyes: ['glasses'] } },
      sunglasses: { weight: 2, set: { eyes: ['sunglasses'] } },
    },
    face: {
      none: { weight: 6, set: { facialHairProbability: 0 } },
      beard: { weight: 2.5, set: { facialHair: ['beardMustache'], facialHairProbability: 100 } },
      moustache: { weight: 1.5, set: { facialHair: ['walrus'], facialHairProbability: 100 } },
    },
    mouth: {
      smiling: { weight: 3, set: ['smile', 'bigSmile'].map((m) => ({ mouth: [m] })) },
      sad: { weight: 2, set: { mouth: ['frown'] } },
      surprised: { weight: 2, set: { mouth: ['surprise'] } },
    },
    dye: paints('clothingColor', { blue: '3f7fd9', red: 'd9483f', green: '3aa657', yellow: 'e8b52e', purple: '8458c8', white: 'f6f6f6' }),
    skin: paints('skinColor', { light: 'eeb4a4', tan: 'd78774', brown: 'b16a5b', dark: '623d36' }),
  },
  free: { body: ['squared', 'rounded', 'small'], nose: ['mediumRound', 'smallRound', 'wrinkles'] },
  apart: [['pink', 'sunglasses'], ['grey', 'glasses'], ['blond', 'beard'], ['hat', 'moustache'], ['bald', 'sunglasses'], ['black', 'surprised']],
};

const bigSmile = {
  hair: { black: '220f00', brown: '8a5a34', blond: 'e9c56a', red: 'd5501c', blue: '3f6fe4', green: '238d50', pink: 'ee7fae' },
  colour: (name, value) => ({ hairColor: [value] }),
  heads: {},
  groups: {
    length: {
      short: { weight: 1, set: ['shortHair', 'mohawk', 'bowlCutHair', 'curlyShortHair', 'froBun', 'bunHair'].map((hair) => ({ hair: [hair] })) },
      long: { weight: 1, set: ['wavyBob', 'curlyBob', 'straightHair', 'braids', 'bangs'].map((hair) => ({ hair: [hair] })) },
    },
    glasses: {
      none: { weight: 5, set: { accessoriesProbability: 0 } },
      glasses: { weight: 3, set: { accessories: ['glasses'], accessoriesProbability: 100 } },
      sunglasses: { weight: 2, set: { accessories: ['sunglasses'], accessoriesProbability: 100 } },
      moustache: { weight: 2, set: { accessories: ['mustache'], accessoriesProbability: 100 } },
    },
    mouth: {
      smiling: { weight: 3, set: ['openedSmile', 'teethSmile'].map((m) => ({ mouth: [m] })) },
      sad: { weight: 2, set: { mouth: ['openSad'] } },
      serious: { weight: 2, set: { mouth: ['unimpressed'] } },
    },
    skin: paints('skinColor', { pale: 'ffe4c0', light: 'efcc9f', tan: 'c99c62', brown: '8c5a2b' }),
  },
  free: { face: ['base'], eyes: ['cheery', 'normal', 'confused', 'winking', 'sleepy'] },
  apart: [['pink', 'sunglasses'], ['blue', 'glasses'], ['blond', 'moustache'], ['green', 'sad'], ['black', 'sunglasses']],
};

function paints(option, colours) {
  return Object.fromEntries(Object.entries(colours).map(([name, value]) => [name, { weight: 1, set: { [option]: [value] } }]));
}

const { hair, colour, heads, groups, free, apart } = { avataaars, personas, 'big-smile': bigSmile }[style];
const headNames = [...Object.keys(hair), ...Object.keys(heads)];
const classes = headNames.map((name) => (name in hair ? `${name} hair` : name));
const attributes = [...classes, ...Object.entries(groups).flatMap(([group, choices]) =>
  Object.keys(choices).filter((name) => name !== 'none').map((name) => (group === 'dye' ? `${name} clothes` : group === 'skin' ? `${name} skin` : name)))];

function weighted(choices, ...address) {
  const entries = Object.entries(choices);
  let left = unit(...address) * entries.reduce((sum, [, choice]) => sum + choice.weight, 0);
  for (const [name, choice] of entries) if ((left -= choice.weight) < 0) return name;
  return entries[0][0];
}

// The face of number i: DiceBear's options, and the name chosen in each group.
function face(i) {
  const at = (...words) => [seed, style, i, ...words];
  const options = {}, chosen = { head: pick(headNames, ...at('head')) };
  const apply = (group, choice) => {
    Object.assign(options, Array.isArray(choice.set) ? pick(choice.set, ...at(group, 'set')) : choice.set);
    for (const [key, values] of Object.entries(choice.more ?? {})) options[key] = [pick(values, ...at(group, key))];
  };
  for (const [key, values] of Object.entries(free)) options[key] = [pick(values, ...at(key))];
  const hairy = chosen.head in hair;
  if (hairy) Object.assign(options, colour(chosen.head, hair[chosen.head]));
  else apply('head', heads[chosen.head]);
  const headWords = options.words, noFace = options.noFace;
  delete options.words, delete options.noFace;
  for (const [group, choices] of Object.entries(groups)) {
    if (group === 'length' && !hairy) continue;
    chosen[group] = group === 'face' && noFace ? 'none' : weighted(choices, ...at(group));
    apply(group, choices[chosen[group]]);
  }
  return { options, chosen, sentence: sentence(chosen, headWords, at) };
}

// The caption: the hair's colour, glasses and beards always, so that their absence in a sentence means none; the hair's
// length, mouth and clothes in half of the sentences.
function sentence(chosen, headWords, at) {
  const says = (group) => chosen[group] && unit(...at('say', group)) < 0.5;
  const parts = chosen.head in hair ? [`${says('length') ? `${chosen.length} ` : ''}${chosen.head} hair`] : chosen.head === 'bald' ? ['a bald head'] : [headWords];
  if (chosen.glasses === 'moustache') parts.push('a moustache');
  else if (chosen.glasses !== 'none') parts.push(chosen.glasses);
  if (chosen.face && chosen.face !== 'none') parts.push(`a ${chosen.face}`);
  const list = parts.length < 3 ? parts.join(' and ') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  let text = `a ${says('mouth') ? `${chosen.mouth} ` : ''}person with ${list}`;
  if (chosen.clothes && says('clothes')) {
    text += ` in ${chosen.clothes === 'overalls' ? '' : 'a '}${chosen.dye} ${chosen.clothes}`;
  } else if (!chosen.clothes && chosen.dye && says('dye')) text += ` in ${chosen.dye}`;
  return text;
}

function vector(chosen) {
  const values = headNames.map((name) => Number(name === chosen.head));
  for (const [group, choices] of Object.entries(groups))
    for (const name of Object.keys(choices)) if (name !== 'none') values.push(Number(name === chosen[group]));
  return values;
}

const sets = { train: count, test: Math.ceil(count / 10), pairs: Math.ceil(count / 10) };
const archives = Object.fromEntries(Object.keys(sets).map((name) => [name, new Archive(`${folder}/${name}.zip`)]));
const seen = new Set(), say = progress('faces', count + 2 * sets.test);
const total = () => Object.values(archives).reduce((sum, archive) => sum + archive.count, 0);
const most = 40 * count + 1000;
for (let i = 0; i < most && Object.keys(sets).some((name) => archives[name].count < sets[name]); ++i) {
  const { options, chosen, sentence: caption } = face(i);
  const has = Object.values(chosen);
  const kept = apart.some(([a, b]) => has.includes(a) && has.includes(b)) ? 'pairs' : unit(seed, style, i, 'split') < 1 / 11 ? 'test' : 'train';
  const tuple = JSON.stringify(options);
  if (archives[kept].count === sets[kept] || seen.has(tuple)) continue;
  seen.add(tuple);
  const own = crypto.createHash('sha256').update(`${seed} ${style} ${i}`).digest('hex').slice(0, 24);
  const svg = createAvatar(drawing, { seed: own, ...options }).toString();
  archives[kept].add({ image: png(size, size, render(svg, size, background)), label: headNames.indexOf(chosen.head), vector: vector(chosen), caption });
  say(total());
}
for (const [name, archive] of Object.entries(archives)) {
  if (archive.count < sets[name]) console.log(`note: ${name}.zip has ${archive.count} faces: there are no more that differ`);
  archive.close({ classes, attributes, apart });
}
