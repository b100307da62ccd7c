#!/usr/bin/env python3
"""Puts PNG images of equal height side by side: side_by_side.py LEFT.png ... RIGHT.png OUT.png. 8-bit grey or colour without interlace, as
Gannet writes them. Needs NumPy."""
import struct
import sys
import zlib

import numpy as np


def read(path):
    data = open(path, "rb").read()
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
            if depth != 8 or colour not in (0, 2) or interlace:
                raise SystemExit(f"side_by_side: {path} is not an 8-bit grey or colour PNG")
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    channels = 1 if colour == 0 else 3
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    out = np.zeros((height, width * channels), np.uint8)
    for y in range(height):
        above = out[y - 1] if y else np.zeros_like(out[0])
        kind, line = rows[y, 0], rows[y, 1:]
        if kind in (0, 2):
            out[y] = line if kind == 0 else line + above
            continue
        for x in range(len(line)):  # filters that look to the left
            left = int(out[y, x - channels]) if x >= channels else 0
            corner = int(above[x - channels]) if x >= channels else 0
            up = int(above[x])
            if kind == 1:
                guess = left
            elif kind == 3:
                guess = (left + up) // 2
            else:
                p = left + up - corner
                guess = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))[2]
            out[y, x] = (int(line[x]) + guess) & 255
    return out.reshape(height, width, channels)


def write(path, image):
    height, width, channels = image.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), image.reshape(height, -1)], axis=1).tobytes()

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    write(sys.argv[-1], np.concatenate([read(path) for path in sys.argv[1:-1]], axis=1))
