"""Reads what a run leaves, independently of the program: model files, event files, and all that a resume must not change."""
import hashlib
import json
import struct

TIMINGS = {"seconds", "img_per_s", "memory_mb"}  # of a line of stats.jsonl: not functions of the options


def open_model(data):
    """(metadata, {name: (type, shape, bytes)}) of a safetensors file whose checksum holds; ValueError otherwise."""
    if len(data) < 8:
        raise ValueError("shorter than its length")
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    name, digits = metadata["checksum"].split(":")
    zeroed = data.replace(digits.encode(), b"0" * 64, 1)
    if name != "sha256" or hashlib.sha256(zeroed).hexdigest() != digits:
        raise ValueError("the checksum does not hold")
    body, tensors, end = data[8 + length:], {}, 0
    for tensor, entry in header.items():
        begin, stop = entry["data_offsets"]
        tensors[tensor] = (entry["dtype"], tuple(entry["shape"]), body[begin:stop])
        end = max(end, stop)
    if end != len(body):
        raise ValueError("the tensors do not fill the file")
    return metadata, tensors


def masked_crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >> 8)
    crc ^= 0xffffffff
    return ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff


def crc_entry(n):
    for _ in range(8):
        n = n >> 1 ^ (0x82f63b78 if n & 1 else 0)
    return n


CRC_TABLE = [crc_entry(n) for n in range(256)]


def fields(message):
    """(number, value) of each field of a protocol buffer: int for varints, bytes for all else."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            value |= (message[at] & 0x7f) << shift
            at, shift = at + 1, shift + 7
            if message[at - 1] < 0x80:
                return value
    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
            continue
        size = {1: 8, 5: 4}.get(key & 7) or varint()
        yield key >> 3, message[at:at + size]
        at += size


def events(data):
    """(step, {tag: value or PNG}) of each record of a TensorBoard file, checksums included."""
    at, result = 0, []
    while at < len(data):
        length, crc = struct.unpack("<QI", data[at:at + 12])
        record = data[at + 12:at + 12 + length]
        assert crc == masked_crc32c(data[at:at + 8]), "the checksum of a length"
        assert struct.unpack("<I", data[at + 12 + length:at + 16 + length])[0] == masked_crc32c(record), "of a record"
        at += 16 + length
        step, tags = 0, {}
        for number, value in fields(record):
            if number == 2:  # Event.step
                step = value
            if number == 5:  # Event.summary
                for _, entry in fields(value):
                    entry = dict(fields(entry))
                    image = dict(fields(entry[4]))[4] if 4 in entry else None
                    # Hyperparameters (field 9, a plugin's message) have times in them.
                    tags[entry[1].decode()] = image or ("message" if 2 not in entry else struct.unpack("<f", entry[2])[0])
        result.append((step, tags))
    return result


def stats(run):
    lines = [json.loads(line) for line in (run / "stats.jsonl").read_text().splitlines()]
    return [{key: value for key, value in line.items() if key not in TIMINGS} for line in lines]


def fingerprint(run):
    """All that must not depend on how often a run was stopped, by name."""
    parts = {"stats": stats(run)}
    for path in run.iterdir():
        if path.suffix == ".png" or path.name.startswith("network-") or path.name in ("metrics.jsonl", "snapshots.jsonl", "DONE"):
            parts[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    last = max(run.glob("state-*.safetensors"))
    metadata, tensors = open_model(last.read_bytes())
    parts["progress"] = json.loads(metadata["progress"])
    for name, tensor in tensors.items():
        parts[f"{last.name} {name}"] = tensor
    parts["events"] = [(step, {tag: value for tag, value in tags.items() if tag not in TIMINGS})
                       for step, tags in events(next(run.glob("events.*")).read_bytes())]
    return parts
