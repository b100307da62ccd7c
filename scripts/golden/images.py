#!/usr/bin/env python3
"""Remakes tests/golden/pictures: small drawn JPEG and WebP files, and beside each, as PNG, what Pillow sees in it, upright.
Also the seed corpora fuzz/corpus/jpeg and webp: the same files, and broken ones. Needs Pillow (made with 13.0) and numpy:

    python scripts/golden/images.py            (a second)
"""

import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN, CORPUS = ROOT / "tests" / "golden" / "pictures", ROOT / "fuzz" / "corpus"


def drawn(width, height, mode="RGB"):
    """Smooth, so that lossy files stay near it, and different in each corner, so that a wrong turn shows."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    planes = [255 * x, 255 * y, 255 * (1 - x) * (1 - y), np.where(x + y > 0.6, 255, 96)]
    return Image.fromarray(np.stack(planes[: len(mode)], -1).astype(np.uint8).squeeze(), mode)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def oriented(number):
    exif = Image.Exif()
    exif[0x0112] = number
    return exif.tobytes()


def seen(data):
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data)))


def patched(data, at, new):
    return data[:at] + new + data[at + len(new):]


good = {
    "jpeg": {
        "grey": encoded(drawn(17, 11, "L"), "JPEG"),
        "rgb": encoded(drawn(24, 16), "JPEG", quality=90, subsampling=0),
        "halved": encoded(drawn(25, 19), "JPEG", subsampling=2),
        "progressive": encoded(drawn(24, 16), "JPEG", progressive=True),
        "restarts": encoded(drawn(40, 24), "JPEG", restart_marker_blocks=1),
        "cmyk": encoded(drawn(16, 16).convert("CMYK"), "JPEG"),
        **{f"turned{n}": encoded(drawn(20, 12), "JPEG", exif=oriented(n)) for n in range(2, 9)},
    },
    "webp": {
        "lossy": encoded(drawn(24, 16), "WEBP", quality=90),
        "lossless": encoded(drawn(25, 13), "WEBP", lossless=True),
        "alpha": encoded(drawn(18, 14, "RGBA"), "WEBP", lossless=True, exact=True),
        "lossy-alpha": encoded(drawn(18, 14, "RGBA"), "WEBP"),
        "turned8": encoded(drawn(20, 12), "WEBP", lossless=True, exif=oriented(8)),
    },
}
frames = [drawn(12, 10).rotate(90 * k) for k in range(3)]
animation = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=[40, 80, 120], lossless=True)

GOLDEN.mkdir(parents=True, exist_ok=True)
for old in GOLDEN.iterdir():
    old.unlink()
for kind, files in good.items():
    for name, data in files.items():
        (GOLDEN / f"{name}.{kind}").write_bytes(data)
        image = seen(data)
        (image.convert("RGB") if image.mode == "CMYK" else image).save(GOLDEN / f"{name}.{kind}.png", optimize=True)

exif = oriented(6).removeprefix(b"Exif\0\0")
(GOLDEN / "exif-chunk").write_bytes(struct.pack(">I", len(exif)) + b"eXIf" + exif + struct.pack(">I", zlib.crc32(b"eXIf" + exif)))

jpeg, progressive, webp = good["jpeg"]["rgb"], good["jpeg"]["progressive"], good["webp"]["lossless"]
size = jpeg.index(b"\xff\xc0") + 5  # of the frame header: height, then width
last_scan = progressive[progressive.rindex(b"\xff\xda"):-2]
bad = {
    "jpeg": {
        "cut": jpeg[: len(jpeg) // 2],
        "no-end": jpeg[:-2],
        "longer": jpeg + b"preview",
        "flipped": patched(jpeg, len(jpeg) - 60, bytes([jpeg[-60] ^ 16])),
        "huge-claim": patched(jpeg, size, struct.pack(">HH", 60000, 60000)),
        "large-claim": patched(jpeg, size, struct.pack(">HH", 8000, 8000)),
        "no-rows": patched(jpeg, size, struct.pack(">H", 0)),
        "twelve-bits": patched(jpeg, size - 1, b"\x0c"),
        "arithmetic": jpeg.replace(b"\xff\xc0", b"\xff\xc9"),
        "lossless-frame": jpeg.replace(b"\xff\xc0", b"\xff\xc3"),
        "many-scans": progressive[:-2] + 150 * last_scan + b"\xff\xd9",
        "header": jpeg[:4],
        "exif-cut": good["jpeg"]["turned6"][:30],
        "exif-loops": good["jpeg"]["turned6"].replace(b"\x01\x12", b"\xff\xff"),
    },
    "webp": {
        "animation": animation,
        "animation-cut": animation[: len(animation) // 2],
        "animation-flipped": patched(animation, len(animation) // 2, bytes([animation[len(animation) // 2] ^ 16])),
        "cut": webp[: len(webp) // 2],
        "cut-lossy": good["webp"]["lossy"][:60],
        "longer": webp + b"\0\0",
        "flipped": patched(webp, len(webp) // 2, bytes([webp[len(webp) // 2] ^ 16])),
        "huge-claim": patched(webp, 21, struct.pack("<I", 16382 | 16382 << 14)),
        "header": webp[:12],
        "riff": patched(webp, 4, struct.pack("<I", 2**32 - 1)),
    },
}
for kind in good:
    folder = CORPUS / kind
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if not old.name.startswith("found-"):
            old.unlink()
    for name, data in {**good[kind], **bad[kind]}.items():
        (folder / name).write_bytes(data)
