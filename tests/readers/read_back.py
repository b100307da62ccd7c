"""Reads what write_samples wrote with the readers of others (safetensors, TensorBoard, NumPy, zlib), and lets it
read what they write. The values are formulas that both know.

Usage: read_back.py WRITE_SAMPLES
"""
import csv
import gzip
import hashlib
import json
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator
from tensorboard.plugins.hparams import metadata as hparams

floats = lambda n: (np.arange(n) * 0.5 - 3).astype("<f4")
doubles = lambda n: 1.0 / (np.arange(n) + 1.0)
integers = lambda n: np.arange(n) * 1_000_000_007 - 5
small = lambda n: (np.arange(n) * 37 % 256).astype("u1")
truths = lambda n: np.arange(n) % 3 == 0


def equal(found, expected):
    assert found.dtype == expected.dtype and found.shape == expected.shape, (found.dtype, found.shape)
    assert found.tobytes() == expected.tobytes()


def check_safetensors(path):
    with safetensors.safe_open(path, "np") as file:
        metadata = file.metadata()
        assert metadata["kind"] == "network" and json.loads(metadata["options"]) == {"nz": "ü"}
        assert set(file.keys()) == {"G.weight", "G.half", "truths", "doubles", "none", "step", "u"}
        equal(file.get_tensor("G.weight"), floats(12).reshape(3, 4))
        equal(file.get_tensor("G.half"), np.array([0x3C00, 0x3C01, 0x3C02], "<u2").view("<f2"))
        equal(file.get_tensor("truths"), truths(7))
        equal(file.get_tensor("doubles"), doubles(6).reshape(2, 3))
        equal(file.get_tensor("none"), np.zeros((0, 5), "f4"))
        equal(file.get_tensor("step"), integers(1).reshape(()))
        equal(file.get_tensor("u"), small(10))
    data = path.read_bytes()
    assert (8 + struct.unpack("<Q", data[:8])[0]) % 64 == 0
    digits = metadata["checksum"].removeprefix("sha256:")
    assert hashlib.sha256(data.replace(digits.encode(), b"0" * 64)).hexdigest() == digits


def check_numpy(folder):
    equal(np.load(folder / "f4.npy"), floats(12).reshape(3, 4))
    with np.load(folder / "many.npz") as many:
        assert list(many) == ["f", "t", "step"]
        equal(many["f"], floats(12).reshape(3, 4))
        equal(many["t"], truths(7))
        equal(many["step"], integers(1).reshape(()))
    stream = np.broadcast_to(small(784).reshape(28, 28, 1), (1000, 28, 28, 1))
    equal(np.load(folder / "stream.npy"), stream)
    equal(np.load(folder / "stream.npy", mmap_mode="r"), stream)
    with np.load(folder / "stream.npz") as archive:
        equal(archive["samples"], stream)


def decode_png(data):
    """8-bit, not interlaced, by the PNG specification; returns [H, W, C]."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert depth == 8 and interlaced == 0
        if kind == b"IDAT":
            packed += body
        at += 12 + length
    assert kind == b"IEND" and at == len(data)
    channels = {0: 1, 2: 3, 6: 4}[colour]
    raw, row = zlib.decompress(packed), width * channels
    assert len(raw) == height * (row + 1)
    rows, above = [], [0] * row
    for y in range(height):
        kind, line = raw[y * (row + 1)], list(raw[y * (row + 1) + 1:(y + 1) * (row + 1)])
        for i in range(row):
            left = line[i - channels] if i >= channels else 0
            corner = above[i - channels] if i >= channels else 0
            paeth = min((left, above[i], corner), key=lambda p: abs(left + above[i] - corner - p))
            line[i] = (line[i] + [0, left, above[i], (left + above[i]) // 2, paeth][kind]) % 256
        rows.append(line)
        above = line
    return np.array(rows, "u1").reshape(height, width, channels)


def check_png(folder):
    for channels in 1, 3, 4:
        equal(decode_png((folder / f"c{channels}.png").read_bytes()), small(19 * 11 * channels).reshape(11, 19, channels))


def check_others(folder):
    data = gzip.decompress((folder / "a.idx.gz").read_bytes())
    assert struct.unpack(">IIII", data[:16]) == (0x803, 2, 19, 11)
    assert data[16:] == small(209).tobytes() * 2
    with open(folder / "a.csv", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["x", 'y "up"'] and [[float(v) for v in r] for r in rows] == [[0.1, -2], [1e-300, 3], [1e22, 5]]


def check_events(folder):
    steps = [0, 100, 200]
    events = event_accumulator.EventAccumulator(str(folder), size_guidance={"images": 0, "scalars": 0})
    events.Reload()
    assert events.Tags()["scalars"] == ["loss/D", "loss/G"] and events.Tags()["images"] == ["fakes"]
    assert events.FirstEventTimestamp() == 1000.5 and events.file_version == 2.0
    for tag, sign in ("loss/D", 1), ("loss/G", -1):
        found = events.Scalars(tag)
        assert [s.step for s in found] == steps and [s.wall_time for s in found] == [1001.0 + s for s in steps]
        assert [np.float32(s.value) for s in found] == [np.float32(sign * s) / np.float32(7) for s in steps]
    image, = events.Images("fakes")
    assert (image.step, image.width, image.height, image.wall_time) == (2**40, 19, 11, 2000)
    equal(decode_png(image.encoded_image_string), small(19 * 11 * 3).reshape(11, 19, 3))
    # What the TensorBoard server itself reads: old summaries as tensors of its plugins.
    events = plugin_event_accumulator.EventAccumulator(str(folder))
    events.Reload()
    assert sorted(events.Tags()["tensors"]) == ["_hparams_/session_end_info", "_hparams_/session_start_info", "fakes", "loss/D", "loss/G"]
    assert events.SummaryMetadata("loss/D").plugin_data.plugin_name == "scalars"
    assert events.SummaryMetadata("fakes").plugin_data.plugin_name == "images"
    # Hyperparameters, by the plugin's own parser.
    content = lambda tag: events.SummaryMetadata(tag).plugin_data.content
    start = hparams.parse_session_start_info_plugin_data(content("_hparams_/session_start_info"))
    assert start.start_time_secs == 1000.5 and set(start.hparams) == {"lr", "mirror", "cfg"}
    assert start.hparams["lr"].number_value == 0.25 and start.hparams["mirror"].bool_value is True and start.hparams["cfg"].string_value == "dcgan"
    end = hparams.parse_session_end_info_plugin_data(content("_hparams_/session_end_info"))
    assert end.end_time_secs == 2001 and end.status == 2  # failure


def write_theirs(folder):
    np.save(folder / "doubles.npy", doubles(6).reshape(2, 3))
    np.savez(folder / "stored.npz", f=floats(1000), u=small(1000))
    np.savez_compressed(folder / "packed.npz", f=floats(1000), u=small(1000))
    safetensors.numpy.save_file({"f": floats(12).reshape(3, 4), "i": integers(4)}, folder / "theirs.safetensors",
                                metadata={"k": "v"})
    with gzip.open(folder / "theirs.idx.gz", "wb") as file:
        file.write(struct.pack(">II", 0x801, 10) + small(10).tobytes())


program = sys.argv[1]
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    subprocess.run([program, "write", name], check=True)
    check_safetensors(folder / "a.safetensors")
    check_numpy(folder)
    check_png(folder)
    check_others(folder)
    check_events(folder)
    write_theirs(folder)
    subprocess.run([program, "read", name], check=True)
print("all read back")
