#!/usr/bin/env python3
"""Remakes tests/golden/pictures: small drawn JPEG, WebP, TIFF and BMP files, and beside each, as PNG, what Pillow sees in it, upright.
Also the seed corpora fuzz/corpus/jpeg, webp, tiff and bmp: the same files, and broken ones. Needs Pillow (made with 13.0) and numpy:

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


def deep(width, height, dtype):
    """Grey from 0 to the type's white."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    white = 1 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    return Image.fromarray((x * y * white).astype(dtype))


def seen(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode in ("I;16", "I;16B", "F"):  # 8 bits of the type's range, rounded
        image = Image.fromarray(np.rint(np.array(image) * (255 / (1 if image.mode == "F" else 65535))).astype(np.uint8))
    return image.convert("L") if image.mode == "1" else image.convert("RGB") if image.mode in ("P", "CMYK", "YCbCr") else image


def without(jpeg, marker):
    """The file without its segments of this marker."""
    at, out = 2, jpeg[:2]
    while jpeg[at + 1] != 0xDA:
        size = 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        out += b"" if jpeg[at + 1] == marker else jpeg[at:at + size]
        at += size
    return out + jpeg[at:]


def tiff(width, height, tags, strips, order="<"):
    """A TIFF of one directory. tags: {number: (type, values)}; strips: of 273 and 279, or 324 and 325 of tiles."""
    sizes = {1: "B", 3: "H", 4: "I"}
    at, where = 8 + sum(map(len, strips)), 8
    offsets = [8 + sum(map(len, strips[:i])) for i in range(len(strips))]
    tiled = 322 in tags
    tags = {256: (4, [width]), 257: (4, [height]), **tags, (324 if tiled else 273): (4, offsets),
            (325 if tiled else 279): (4, [len(s) for s in strips])}
    entries, more = b"", b""
    after = at + 2 + 12 * len(tags) + 4
    for number in sorted(tags):
        kind, values = tags[number]
        data = struct.pack(order + str(len(values)) + sizes[kind], *values)
        if len(data) > 4:
            value = struct.pack(order + "I", after + len(more))
            more += data + b"\0" * (len(data) % 2)
        else:
            value = data.ljust(4, b"\0")
        entries += struct.pack(order + "HHI", number, kind, len(values)) + value
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", at)
    return head + b"".join(strips) + struct.pack(order + "H", len(tags)) + entries + bytes(4) + more


def bmp(width, height, bits, rows, compression=0, masks=b"", palette=b"", header=40):
    """masks: what of the header follows its first 40 bytes."""
    info = struct.pack("<IiiHHIIIIII", header, width, height, 1, bits, compression, len(rows), 2835, 2835, len(palette) // 4, 0)
    if header == 12:
        info = struct.pack("<IHHHH", header, width, height, 1, bits)
    start = 14 + len(info) + len(masks) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + info + masks + palette + rows


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
        "cmyk-plain": without(encoded(drawn(16, 16).convert("CMYK"), "JPEG"), 0xEE),
        **{f"turned{n}": encoded(drawn(20, 12), "JPEG", exif=oriented(n)) for n in range(2, 9)},
    },
    "webp": {
        "lossy": encoded(drawn(24, 16), "WEBP", quality=90),
        "lossless": encoded(drawn(25, 13), "WEBP", lossless=True),
        "alpha": encoded(drawn(18, 14, "RGBA"), "WEBP", lossless=True, exact=True),
        "lossy-alpha": encoded(drawn(18, 14, "RGBA"), "WEBP"),
        "turned8": encoded(drawn(20, 12), "WEBP", lossless=True, exif=oriented(8)),
    },
    "tiff": {
        "grey": encoded(drawn(17, 11, "L"), "TIFF"),
        "rgb": encoded(drawn(24, 16), "TIFF"),
        "lzw": encoded(drawn(25, 19), "TIFF", compression="tiff_lzw"),
        "deflate": encoded(drawn(25, 19), "TIFF", compression="tiff_adobe_deflate"),
        "packbits": encoded(drawn(25, 19, "L"), "TIFF", compression="packbits"),
        "jpeg": encoded(drawn(32, 16), "TIFF", compression="jpeg", quality=95),
        "fax": encoded(drawn(40, 24, "L").convert("1"), "TIFF", compression="group4"),
        "palette": encoded(drawn(24, 16).quantize(16), "TIFF"),
        "alpha": encoded(drawn(18, 14, "RGBA"), "TIFF"),
        "deep": encoded(deep(23, 9, np.uint16), "TIFF"),
        "float": encoded(deep(23, 9, np.float32), "TIFF"),
        "turned6": encoded(drawn(20, 12), "TIFF", tiffinfo={0x0112: 6}),
        "pages": encoded(drawn(12, 10), "TIFF", save_all=True, append_images=[drawn(12, 10).rotate(180)]),
        "big-endian": tiff(3, 2, {258: (3, [16]), 262: (3, [1]), 277: (3, [1]), 278: (4, [2])},
                           [struct.pack(">6H", 0, 9000, 65535, 300, 40000, 32768)], ">"),
        "white-is-zero": tiff(5, 2, {258: (3, [8]), 262: (3, [0]), 277: (3, [1]), 278: (4, [1])}, [bytes(range(0, 250, 50)), bytes(5)]),
    },
    "bmp": {
        "rgb": encoded(drawn(25, 13), "BMP"),
        "grey": encoded(drawn(17, 11, "L"), "BMP"),
        "one": encoded(drawn(19, 7, "L").convert("1"), "BMP"),
        "palette": encoded(drawn(24, 16).quantize(16), "BMP"),
        "downwards": bmp(2, -2, 24, bytes(range(6)) + bytes(2) + bytes(range(100, 106)) + bytes(2)),
        "four": bmp(3, 2, 4, b"\x01\x20\0\0\x21\x00\0\0", palette=bytes([0, 0, 250, 0, 0, 250, 0, 0, 250, 0, 0, 0])),
        "sixteen": bmp(2, 1, 16, struct.pack("<HH", 0x7c1f, 0x03e0)),
        "five-six-five": bmp(2, 1, 16, struct.pack("<HH", 0xf81f, 0x07e0), 3, struct.pack("<III", 0xf800, 0x7e0, 0x1f)),
        "thirty-two": bmp(2, 1, 32, bytes([1, 2, 3, 0, 4, 5, 6, 9])),
        "alpha": bmp(2, 1, 32, bytes([1, 2, 3, 0, 4, 5, 6, 9]), 3,
                     struct.pack("<IIII", 0xff0000, 0xff00, 0xff, 0xff000000) + b"sRGB" + bytes(48), header=108),
        "os2": bmp(2, 1, 24, bytes(range(6)) + bytes(2), header=12),
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
        seen(data).save(GOLDEN / f"{name}.{kind}.png", optimize=True)

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
        "stray": jpeg[:-2] + b"\x12\x34\x56" * 20 + b"\xff\xd9",
        "stray-header": jpeg[:20] + b"\x12\x34\x56" + jpeg[20:],
        "progressive-no-end": progressive[:-2],
        "progressive-scan-short": progressive[: -2 - len(last_scan)],
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
    "tiff": {
        "cut": good["tiff"]["deflate"][: len(good["tiff"]["deflate"]) // 2],
        "short-strip": tiff(5, 4, {258: (3, [8]), 262: (3, [1]), 277: (3, [1]), 278: (4, [1])}, [bytes(5), bytes(5), bytes(3), bytes(5)]),
        "flipped": patched(good["tiff"]["deflate"], 60, bytes([good["tiff"]["deflate"][60] ^ 16])),
        "huge-claim": tiff(60000, 60000, {258: (3, [8]), 262: (3, [1]), 277: (3, [1])}, [b"\0"]),
        "large-claim": tiff(8000, 8000, {258: (3, [8]), 262: (3, [1]), 277: (3, [1])}, [b"\0"]),
        "no-size": tiff(0, 0, {258: (3, [8])}, [b"\0"]),
        "five-channels": tiff(1, 1, {258: (3, [8] * 5), 262: (3, [1]), 277: (3, [5])}, [bytes(5)]),
        "twelve-bits": tiff(2, 1, {258: (3, [12]), 262: (3, [1]), 277: (3, [1])}, [bytes(3)]),
        "signed": tiff(2, 1, {258: (3, [16]), 262: (3, [1]), 277: (3, [1]), 339: (3, [2])}, [struct.pack("<hh", -1000, 3000)]),
        "double": tiff(2, 1, {258: (3, [64]), 262: (3, [1]), 277: (3, [1]), 339: (3, [3])}, [struct.pack("<dd", float("nan"), 7e9)]),
        "planes": tiff(2, 2, {258: (3, [8] * 3), 262: (3, [2]), 277: (3, [3]), 278: (4, [2]), 284: (3, [2])},
                       [bytes(range(4)), bytes(range(4, 8)), bytes(range(8, 12))]),
        "premultiplied": tiff(1, 1, {258: (3, [8] * 4), 262: (3, [2]), 277: (3, [4]), 338: (3, [1])}, [bytes([10, 20, 40, 64])]),
        "tiles": tiff(17, 3, {258: (3, [8]), 262: (3, [1]), 277: (3, [1]), 322: (4, [16]), 323: (4, [16])},
                      [bytes(range(256)), bytes(256)]),
        "tiny-tiles": tiff(64, 64, {258: (3, [8]), 262: (3, [1]), 277: (3, [1]), 322: (4, [16]), 323: (4, [16])}, [bytes(9)] * 16),
        "palette-16": tiff(1, 1, {258: (3, [16]), 262: (3, [3]), 277: (3, [1])}, [bytes(2)]),
        "loop": struct.pack("<4sIHHHIII", b"II*\0", 8, 1, 256, 4, 1, 1, 8),
        "header": b"II*\0",
        "zeros": b"II*\0" + bytes(100),
    },
    "bmp": {
        "cut": good["bmp"]["rgb"][:-5],
        "last-byte": good["bmp"]["rgb"][:-1],
        "rle": patched(good["bmp"]["palette"], 30, b"\1"),
        "huge-claim": patched(good["bmp"]["rgb"], 18, struct.pack("<ii", 2**24, 2**24)),
        "lowest": patched(good["bmp"]["rgb"], 22, struct.pack("<i", -2**31)),
        "no-palette": bmp(4, 4, 8, bytes(16), palette=bytes(4)),
        "no-masks": bmp(2, 1, 16, bytes(4), 3, bytes(12)),
        "wide-mask": bmp(2, 1, 32, bytes(8), 3, struct.pack("<III", 2**32 - 1, 1, 2**31)),
        "offset": patched(good["bmp"]["rgb"], 10, struct.pack("<I", 2**32 - 1)),
        "header": good["bmp"]["rgb"][:20],
        "thirteen": patched(good["bmp"]["rgb"], 28, struct.pack("<H", 13)),
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
