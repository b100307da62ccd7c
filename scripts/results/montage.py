#!/usr/bin/env python3
"""The wide picture of README.md, docs/montage.png, from the figures of the pages in docs/. Needs Pillow 10.1 or newer.

Usage: scripts/results/montage.py
Every tile is a generated image as it stands in its page, at its own size; only the inputs of the pairs (edges, 16 pixels) are data.
"""
import pathlib

from PIL import Image, ImageDraw, ImageFont

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
WIDTH, MARGIN, GAP, CAPTION = 1000, 12, 12, 20
GROUND, INK, QUIET = "#14171c", "#e8eaed", "#9aa4b2"

SENTENCES = [  # of docs/recipes/text2image.md, the rows of faces.png
    "a person with red hair and glasses", "a person with short black hair and a beard", "a person with a hat and a moustache",
    "a smiling person with long blond hair and sunglasses in a blue hoodie", "a person with long pink hair and sunglasses"]


def open_figure(name):
    return Image.open(DOCS / name)


def frames(name, count, scale_to):
    """`count` frames of an animation, evenly spaced, as squares of `scale_to` pixels."""
    film = open_figure(name)
    for i in range(count):
        film.seek(i * film.n_frames // count)
        yield film.convert("RGB").resize((scale_to, scale_to), Image.LANCZOS)


def tile(figure, column, row, side=64, step=64):
    return figure.crop((column * step, row * step, column * step + side, row * step + side))


def wrapped(text, font, width):
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return "\n".join([*lines, line])


class Page:
    def __init__(self, height):
        self.image = Image.new("RGB", (WIDTH, height), GROUND)
        self.draw = ImageDraw.Draw(self.image)
        self.title, self.small = ImageFont.load_default(14), ImageFont.load_default(12)

    def caption(self, x, y, text, recipe):
        self.draw.text((x, y), text, fill=INK, font=self.title)
        self.draw.text((x + self.title.getlength(text) + 8, y + 2), recipe, fill=QUIET, font=self.small)

    def faces(self, x, y):
        self.caption(x, y, "Faces by attributes", "r3gan")
        self.image.paste(open_figure("faces/r3gan.png").crop((0, 192, 512, 512)), (x, y + CAPTION))

    def sentences(self, x, y, width):
        self.caption(x, y, "Faces by sentences", "text2image")
        figure = open_figure("recipes/text2image/faces.png")
        for row, sentence in enumerate(SENTENCES):
            top = y + CAPTION + 64 * row
            text = wrapped(sentence, self.small, width - 5 * 64 - 8)
            self.draw.multiline_text((x, top + 32), text, fill=INK, font=self.small, anchor="lm", spacing=3)
            for column in range(5):
                face = tile(figure, column, row, step=66)
                self.image.paste(face, (x + width - 5 * 64 + 64 * column, top))

    def photographs(self, x, y):
        self.caption(x, y, "Photographs enlarged four times", "srgan")
        self.image.paste(open_figure("recipes/srgan/photos.png").crop((0, 176, 528, 352)), (x, y + CAPTION))

    def pairs(self, x, y, width, name, text, recipe, places):
        """Input and result side by side, of a figure whose columns are input, result, target."""
        self.caption(x, y, text, recipe)
        figure = open_figure(name)
        for i, (column, row) in enumerate(places):
            left = x + i * (width - 128) // (len(places) - 1)
            for k in range(2):
                self.image.paste(tile(figure, 3 * column + k, row), (left + 64 * k, y + CAPTION))

    def walk(self, x, y):
        self.caption(x, y, "From sentence to sentence", "gannet video")
        for i, frame in enumerate(frames("recipes/text2image/walk.webp", 8, 64)):
            self.image.paste(frame, (x + 64 * i, y + CAPTION))

    def clothes(self, x, y):
        self.caption(x, y, "Clothes by class", "r3gan")
        self.image.paste(open_figure("comparison/r3gan.png").crop((0, 0, 280, 56)).convert("RGB"), (x, y + CAPTION + 4))

    def videos(self, x, y, count):
        self.caption(x, y, "Two videos", "video")
        film = open_figure("recipes/video/videos.webp")
        for i in range(count):
            film.seek(3 * i)
            frame = film.convert("RGB")
            for row, (column, line) in enumerate([(2, 0), (3, 3)]):
                self.image.paste(tile(frame, column, line, side=32, step=32), (x + 32 * i, y + CAPTION + 32 * row))


def main():
    right, width = MARGIN + 512 + GAP, WIDTH - 512 - GAP - 2 * MARGIN
    second = MARGIN + CAPTION + 320 + GAP
    third = second + CAPTION + 176 + GAP
    page = Page(third + CAPTION + 64 + MARGIN)
    page.faces(MARGIN, MARGIN)
    page.sentences(right, MARGIN, width)
    page.photographs(MARGIN, second)
    beyond, narrow = MARGIN + 528 + GAP, WIDTH - 528 - GAP - 2 * MARGIN
    page.pairs(beyond, second, narrow, "recipes/pix2pix/faces-AtoB.png", "Faces from edges", "pix2pix", [(0, 0), (0, 3), (1, 2)])
    page.pairs(beyond, second + CAPTION + 64 + GAP, narrow, "recipes/srgan/faces.png", "64 pixels from 16", "srgan", [(0, 1), (1, 0), (0, 3)])
    page.walk(MARGIN, third)
    page.clothes(right, third)
    page.videos(right + 280 + GAP, third, 5)
    out = DOCS / "montage.png"
    page.image.quantize(256, kmeans=3, dither=Image.Dither.FLOYDSTEINBERG).save(out, optimize=True)
    print(f"{out.relative_to(DOCS.parent)}: {page.image.size[0]}x{page.image.size[1]}, {out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
