"""Files as people have them, made by the tests that need them: pictures, sounds, zips."""
import math
import struct
import zipfile
import zlib


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, pixel):
    """pixel(x, y) is a grey value, or three of colour."""
    grey = isinstance(pixel(0, 0), int)
    rows = b"".join(b"\0" + b"".join(bytes([pixel(x, y)] if grey else pixel(x, y)) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if grey else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def picture(number, size=32):
    """A picture unlike those of other numbers."""
    a, b, c = (number * 37 % 256, number * 91 % 256, number * 53 % 256)
    return png(size, size, lambda x, y: ((x * 7 + a) % 256, (y * 5 + b) % 256, (x * y + c) % 256))


def wav(number, seconds=0.2, rate=8000):
    frames = [int(16000 * math.sin(2 * math.pi * (200 + 20 * number) * t / rate)) for t in range(int(seconds * rate))]
    data = struct.pack(f"<{len(frames)}h", *frames)
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
            + b"data" + struct.pack("<I", len(data)) + data)


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def pictures(folder, count, first=0, size=32):
    for i in range(first, first + count):
        put(folder / f"{i}.png", picture(i, size))


def zip_of(path, members):
    """Names as they are given, whatever their slashes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members:
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, data)
