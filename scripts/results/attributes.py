#!/usr/bin/env python3
"""Do images agree with their sentences or attributes? A small convolutional classifier is trained on real images to predict the attributes
named in their sentences; its accuracy on held-out real images is printed; then it classifies a network's samples.

    attributes.py split SHAPES.zip FOLDER                  shapes: train.zip, test.zip, and pairs.zip, whose pairs of kind and
                                                           colour never come in the other two
    attributes.py judge --gannet PROGRAM --network FILE|RUN --data FOLDER [--size 32] [--sentences 120] [--seeds 4]
    attributes.py judge --gannet PROGRAM --network FILE|RUN --data FOLDER --by-class         a network of classes (hair)
    attributes.py judge --gannet PROGRAM --network FILE|RUN --data FOLDER --by-attributes  a network of attributes: those of test.zip
    attributes.py rows A.npy B.npy ... OUT.png             arrays of images as the rows of one
    attributes.py judge --images X.npy --captions X.txt --data FOLDER        images from anywhere, a sentence each

FOLDER has train.zip, test.zip and pairs.zip with sentences, as `gannet data fetch dicebear` and `split` make them; `apart` in the
dataset.json of pairs.zip lists the pairs of attributes that occur there alone. The classifier is trained on train.zip and every second
image of pairs.zip, a generator on train.zip alone. Sentences are those of the other half of pairs.zip, and as many of test.zip.
Images are taken at --size: means of squares, as `--filter box` does it. Prints Markdown. Needs torch and NumPy."""
import argparse
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import side_by_side

# Attributes in sentences: name -> (pattern, values, value where the sentence does not name it; None: unknown).
SHAPES = {
    "kind": (r"(circle|square|triangle|star|cross|ring|heart|moon)", "circle square triangle star cross ring heart moon", None),
    "colour": (r"(red|orange|yellow|green|teal|blue|purple|pink) ", "red orange yellow green teal blue purple pink", None),
    "size": (r"(small|large) ", "small medium large", "medium"),
    "ground": (r"(light|dark) background", "light dark", None),
}
FACES = {
    "hair": (r"(black|brown|blond|red|grey|pink) hair|(bald)|(?:a|winter) (hat)|a (turban|hijab)", "black brown blond red grey pink bald hat",
             None),
    "length": (r"(short|long) \w+ hair", "short long", None),
    "glasses": (r"(sunglasses|glasses)", "no-glasses glasses sunglasses", "no-glasses"),
    "face": (r"a (beard|moustache)", "shaved beard moustache", "shaved"),
    "mouth": (r"(smiling|serious|sad|shouting) person", "smiling serious sad shouting", None),
    "clothes": (r"(hoodie|overalls|sweater|shirt|blazer)", "hoodie overalls sweater shirt blazer", None),
    "dye": (r"in (?:a )?(blue|red|green|yellow|purple|white) ", "blue red green yellow purple white", None),
}


def attributes(sentence):
    """name -> value, of the attributes in a sentence."""
    said = {}
    for name, (pattern, _, otherwise) in (SHAPES if "background" in sentence else FACES).items():
        found = re.search(pattern, sentence)
        word = next((g for g in found.groups() if g), None) if found else otherwise
        if word:
            said[name] = "hat" if word in ("turban", "hijab") else word
    return said


def read_zip(path):
    """The PNG files of a zip and its dataset.json."""
    with zipfile.ZipFile(path) as archive:
        labels = json.loads(archive.read("dataset.json"))
        captions = dict(map(tuple, labels.get("captions") or labels["labels"]))
        return [(name, archive.read(name), captions[name]) for name in sorted(captions)], labels


def decode(files):
    """uint8 [N, H, W, 3] of 8-bit colour PNGs of one size, all at once: filters look at the left neighbour, pixel by pixel."""
    packed = []
    for data in files:
        at, body = 8, b""
        while at < len(data):
            length, kind = struct.unpack(">I4s", data[at:at + 8])
            if kind == b"IHDR":
                width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", data[at + 8:at + 8 + length])
                if (depth, colour, interlace) != (8, 2, 0):
                    raise SystemExit("attributes: expected PNG files of 8-bit colour")
            elif kind == b"IDAT":
                body += data[at + 8:at + 8 + length]
            at += 12 + length
        packed.append(np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, 1 + 3 * width))
    rows = np.stack(packed)
    kinds, out = rows[:, :, 0], rows[:, :, 1:].reshape(len(rows), height, width, 3).copy()
    if not kinds.any():
        return out
    zero = np.zeros((len(rows), 3), np.int32)
    for y in range(height):
        above = out[:, y - 1].astype(np.int32) if y else np.zeros((len(rows), width, 3), np.int32)
        kind = kinds[:, y, None]
        left, corner = zero, zero
        for x in range(width):
            up = above[:, x]
            p = left + up - corner
            near = np.stack([abs(p - left), abs(p - up), abs(p - corner)]).argmin(0)
            paeth = np.choose(near, [left, up, corner])
            guess = np.choose(np.broadcast_to(kind, left.shape), [zero, left, up, (left + up) // 2, paeth])
            left = (out[:, y, x] + guess) & 255
            out[:, y, x] = left
            corner = up
    return out


def shrunk(images, size):
    by = images.shape[1] // size
    if by == 1:
        return images
    n, h, w, c = images.shape
    return (images.reshape(n, h // by, by, w // by, by, c).mean((2, 4)) + 0.5).astype(np.uint8)


def load(path, size):
    files, labels = read_zip(path)
    return shrunk(decode([data for _, data, _ in files]), size), [caption for _, _, caption in files], labels


def split(source, folder):
    files, _ = read_zip(source)
    kinds, colours = SHAPES["kind"][1].split(), SHAPES["colour"][1].split()
    apart = [[kind, colours[(3 * i + 1) % 8]] for i, kind in enumerate(kinds)]
    sets = {"train": [], "test": [], "pairs": []}
    for i, file in enumerate(files):
        said = attributes(file[2])
        sets["pairs" if [said["kind"], said["colour"]] in apart else "test" if i % 20 == 0 else "train"].append(file)
    folder.mkdir(parents=True, exist_ok=True)
    for name, some in sets.items():
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_STORED) as archive:
            for path, data, _ in some:
                archive.writestr(path, data)
            archive.writestr("dataset.json", json.dumps({"labels": None, "captions": [[p, c] for p, _, c in some], "apart": apart}))


class Judge(nn.Module):
    def __init__(self, groups, size):
        super().__init__()
        self.groups, layers, width = groups, [], 3
        for to in (32, 64, 128) if size == 32 else (24, 48, 96, 128):
            layers += [nn.Conv2d(width, to, 4, 2, 1, bias=False), nn.BatchNorm2d(to), nn.ReLU()]
            width = to
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.3), nn.Linear(16 * width, 128), nn.ReLU())
        self.heads = nn.ModuleDict({name: nn.Linear(128, len(values)) for name, values in groups.items()})

    def forward(self, x):
        h = self.body(x)
        return {name: head(h) for name, head in self.heads.items()}


def tensor(images):
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1


def numbers(groups, captions):
    """int64 [N] for each group, -100 where the sentence does not name it."""
    said = [attributes(caption) for caption in captions]
    return {name: torch.tensor([values.index(s[name]) if name in s else -100 for s in said]) for name, values in groups.items()}


def trained(groups, images, captions, epochs):
    torch.manual_seed(0)
    judge, targets = Judge(groups, images.shape[1]), numbers(groups, captions)
    steps = len(images) // 64
    optimizer = torch.optim.Adam(judge.parameters(), 1e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=epochs * steps)
    for epoch in range(epochs):
        order = torch.randperm(len(images))
        for i in range(steps):
            pick = order[64 * i:64 * i + 64]
            said = judge(tensor(images[pick]))
            loss = sum(F.cross_entropy(said[name], targets[name][pick], ignore_index=-100, reduction="sum") for name in groups) / 64
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rate.step()
        print(f"attributes: judge, epoch {epoch + 1} of {epochs}, loss {loss.item():.3f}", file=sys.stderr, flush=True)
    return judge.eval()


def named(judge, images):
    """The predictions for each image: a list of {name: value}."""
    with torch.no_grad():
        said = [judge(tensor(images[i:i + 500])) for i in range(0, len(images), 500)]
    said = {name: torch.cat([s[name] for s in said]).argmax(1).tolist() for name in judge.groups}
    return [{name: judge.groups[name][said[name][i]] for name in said} for i in range(len(images))]


def pair_in(asked, apart):
    values = set(asked.values())
    return next((f"{a} + {b}" for a, b in apart if a in values and b in values), None)


def table(title, rows):
    """rows: (requested, predicted, pair or None). Shares that are right: of each attribute, of all at once, of each pair."""
    names = list(rows[0][1])
    share = lambda hits: f"{np.mean(hits):.1%}" if hits else ""
    each = [share([a[n] == f[n] for a, f, _ in rows if n in a]) for n in names]
    every = share([all(f[n] == v for n, v in a.items()) for a, f, _ in rows])
    pairs = [all(f[n] == v for n, v in a.items() if v in pair.split(" + ")) for a, f, pair in rows if pair]
    print(f"| {title} | {len(rows)} | " + " | ".join(each) + f" | {every} | {share(pairs)} |", flush=True)


def sampled(gannet, network, sentences, seeds):
    with tempfile.TemporaryDirectory() as work:
        out = pathlib.Path(work) / "x.npy"
        for i, sentence in enumerate(sentences):
            subprocess.run([gannet, "sample", "--network", network, "--text", sentence, "--seeds", f"{i * seeds}-{i * seeds + seeds - 1}",
                            "--out", out], check=True, stdout=subprocess.DEVNULL)
            for image in np.load(out):
                yield image, sentence


def of_classes(gannet, network, classes, seeds):
    with tempfile.TemporaryDirectory() as work:
        out = pathlib.Path(work) / "x.npy"
        for i, name in enumerate(classes):
            subprocess.run([gannet, "sample", "--network", network, "--class", str(i), "--seeds", f"0-{seeds - 1}", "--out", out],
                           check=True, stdout=subprocess.DEVNULL)
            for image in np.load(out):
                yield image, {"hair": name.split()[0]}


def of_attributes(gannet, network, about, count):
    """The attributes of each of `count` samples of a set, a seed for each."""
    names = about["attributes"]
    with tempfile.TemporaryDirectory() as work:
        out = pathlib.Path(work) / "x.npy"
        for seed, (_, vector) in enumerate(about["vectors"][:count]):
            subprocess.run([gannet, "sample", "--network", network, "--attributes", ",".join(map(str, vector)), "--seeds", str(seed), "--out", out],
                           check=True, stdout=subprocess.DEVNULL)
            on = {name for name, value in zip(names, vector) if value}
            asked = {}
            for group, (_, values, otherwise) in FACES.items():
                ending = {"dye": " clothes", "hair": " hair"}.get(group, "")
                word = next((v for v in values.split() if v + ending in on or (group == "hair" and v in on)), otherwise)
                if word:
                    asked[group] = word
            yield np.load(out)[0], asked


def judge_all(args):
    folder = pathlib.Path(args.data)
    train, train_said, about = load(folder / "train.zip", args.size)
    pairs, pairs_said, labels = load(folder / "pairs.zip", args.size)
    test, test_said, of_test = load(folder / "test.zip", args.size)
    groups = {name: values.split() for name, (_, values, _) in (SHAPES if "background" in train_said[0] else FACES).items()}
    judge = trained(groups, np.concatenate([train, pairs[::2]]), train_said + pairs_said[::2], args.epochs)
    apart = labels["apart"]

    def rows(images, said):
        asked = [s if isinstance(s, dict) else attributes(s) for s in said]
        return [(a, f, pair_in(a, apart)) for a, f in zip(asked, named(judge, images))]

    print(f"\n| {args.size} px | images | " + " | ".join(groups) + " | all | the pair |")
    print("|---" * (len(groups) + 4) + "|")
    table("real, test", rows(test, test_said))
    table("real, held-out pairs", rows(pairs[1::2], pairs_said[1::2]))
    if args.images:
        captions = pathlib.Path(args.captions).read_text().splitlines()
        return table("images", rows(np.load(args.images), captions))
    if args.by_class:
        drawn, said = zip(*of_classes(args.gannet, args.network, about["classes"], args.seeds))
        return table("generated by class", rows(np.stack(drawn), said))
    if args.by_attributes:
        drawn, said = zip(*of_attributes(args.gannet, args.network, of_test, args.sentences * args.seeds))
        return table("generated by attributes", rows(np.stack(drawn), said))
    # Spread over the pairs, so that none is missing.
    by_pair = {}
    for caption in pairs_said[1::2]:
        by_pair.setdefault(pair_in(attributes(caption), apart), []).append(caption)
    by_pair.pop(None, None)
    asked = [some[i] for i in range(args.sentences) for some in by_pair.values() if i < len(some)][:args.sentences]
    drawn, said = zip(*sampled(args.gannet, args.network, test_said[:args.sentences], args.seeds))
    table("generated, sentences of test", rows(np.stack(drawn), said))
    drawn, said = zip(*sampled(args.gannet, args.network, asked, args.seeds))
    found = rows(np.stack(drawn), said)
    table("generated, held-out pairs", found)
    print("\n| pair | " + " | ".join(by_pair) + " |\n|---" + "|---" * len(by_pair) + "|")
    right = {pair: [all(f[n] == v for n, v in a.items() if v in pair.split(" + ")) for a, f, p in found if p == pair] for pair in by_pair}
    print("| right | " + " | ".join(f"{np.mean(hits):.0%} of {len(hits)}" if hits else "" for hits in right.values()) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["split", "judge", "rows"])
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    parser.add_argument("--gannet", default="build/release/gannet")
    for name in ("--network", "--data", "--images", "--captions"):
        parser.add_argument(name)
    for name in ("--by-class", "--by-attributes"):
        parser.add_argument(name, action="store_true")
    for name, value in (("--size", 32), ("--sentences", 120), ("--seeds", 4), ("--epochs", 4)):
        parser.add_argument(name, type=int, default=value)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.what == "split":
        return split(*args.paths)
    if args.what == "rows":
        *arrays, out = args.paths
        images = [np.pad(np.load(path), ((0, 0), (0, 2), (0, 2), (0, 0)), constant_values=255) for path in arrays]
        return side_by_side.write(out, np.concatenate([np.concatenate(list(row), axis=1) for row in images])[:-2, :-2])
    judge_all(args)


if __name__ == "__main__":
    main()
