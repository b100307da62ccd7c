#!/usr/bin/env python3
"""Remakes tests/golden/sounds: a tone of 440 Hz (a third of a second, peak 0.5, 22050 Hz) in formats that scripts/fuzz_corpus.py does not write, and the
corpus fuzz/corpus/audio of the same files and broken ones. Needs NumPy and libsndfile 1.1 or later (libsndfile1):

    python scripts/golden/sounds.py            (a second)
"""

import ctypes
import pathlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN, CORPUS = ROOT / "tests" / "golden" / "sounds", ROOT / "fuzz" / "corpus" / "audio"
RATE, FRAMES = 22050, 7350
FORMATS = {"mp3": 0x230000 | 0x82, "flac": 0x170000 | 2, "ogg": 0x200000 | 0x60, "aiff": 0x020000 | 2, "wav": 0x010000 | 2}

lib = ctypes.CDLL("libsndfile.so.1")


class Info(ctypes.Structure):
    _fields_ = [("frames", ctypes.c_int64), ("samplerate", ctypes.c_int), ("channels", ctypes.c_int), ("format", ctypes.c_int),
                ("sections", ctypes.c_int), ("seekable", ctypes.c_int)]


lib.sf_open.restype = ctypes.c_void_p
lib.sf_writef_float.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
lib.sf_close.argtypes = [ctypes.c_void_p]


def write(path, code, values):
    file = lib.sf_open(str(path).encode(), 0x20, ctypes.byref(Info(0, RATE, 1, code, 0, 0)))
    assert file, path
    data = np.ascontiguousarray(values, np.float32)
    lib.sf_writef_float(file, data.ctypes.data, len(data))
    lib.sf_close(file)


for folder in (GOLDEN, CORPUS):
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if not old.name.startswith("found-"):
            old.unlink()
tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(FRAMES) / RATE)
for name, code in FORMATS.items():
    if name in ("mp3", "flac", "ogg", "aiff"):
        write(GOLDEN / f"tone.{name}", code, tone)
    write(CORPUS / name, code, tone[:600])
    whole = (CORPUS / name).read_bytes()
    middle = len(whole) // 2
    (CORPUS / f"{name}-cut").write_bytes(whole[:middle])
    (CORPUS / f"{name}-flipped").write_bytes(whole[:middle] + bytes([whole[middle] ^ 16]) + whole[middle + 1:])
mp3 = (CORPUS / "mp3").read_bytes()
(CORPUS / "mp3-tagged").write_bytes(b"ID3\3\0\0\0\0\0\x14" + bytes(20) + mp3)
(CORPUS / "mp3-only-a-tag").write_bytes(b"ID3\3\0\0\0\0\0\0" + bytes(200))
