#!/usr/bin/env python3
"""Makes the seed corpora in fuzz/corpus: small files, good and broken ones, the same on every run.

Usage: scripts/fuzz_corpus.py [FOLDER]. Python's standard library only. Inputs that a fuzzer found
(found-*) are left alone.
"""
import json
import pathlib
import struct
import sys
import zlib

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "fuzz" / "corpus")


def save(reader, name, data):
    path = folder / reader / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def broken(reader, name, data):
    """The file cut in the middle, with a flipped bit, and with a byte too many."""
    middle = len(data) // 2
    save(reader, name + "-cut", data[:middle])
    save(reader, name + "-flipped", data[:middle] + bytes([data[middle] ^ 16]) + data[middle + 1:])
    save(reader, name + "-longer", data + b"\0")


def values(count, seed=1):
    """Bytes without a pattern: a linear congruential generator."""
    out = bytearray()
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2**31
        out.append(seed >> 16 & 255)
    return bytes(out)


# Labels beside images (the corpora jpeg and webp are made by scripts/golden/images.py).
def labels(name, text):
    save("dataset_json", name, text.encode())


labels("numbers", '{"labels": [["a/1.png", 0], ["a\\\\2.png", 2]]}')
labels("several", '{"labels": [["1.png", ["a", "b"]], ["2.png", "c"], ["2.png", "d"], ["3.png", ""]]}')
labels("comma", '{"labels": [["1.png", 0,],],}')
labels("mark", '\ufeff{"labels": [["1.png", 0]]}')
labels("columns", '{"labels": [["1", [3, 1, 0, 1]]], "attributes": ["Age", {"name": "Hair", "words": ["a", "b"]}, '
       '{"name": "S", "words": ["-1", "1"], "yes_no": true}]}')
save("dataset_json", "latin1", '{"labels": [["1.png", "gr\xfcn"]]}'.encode("latin-1"))
for name, text in {
    "lines": '{"file_name": "1.png", "text": "a"}\n{"file_name": "2.png", "n": 1}\n',
    "list": '[{"f": "1", "x": true, "t": ["a", "b"]}, {"f": "2", "x": null, "o": {"a": 1}},]',
    "by_file": '{"1.png": "a", "2.png": ["b", "c"], "3.png": {"age": 3.5}}',
    "coco": '{"images": [{"id": 1, "file_name": "1.jpg"}], "annotations": [{"image_id": 1, "caption": "a"}, {"id": 2}]}',
    "karpathy": '{"images": [{"filename": "1.jpg", "split": "train", "sentences": [{"raw": "a"}, {"raw": "b"}]}]}',
}.items():
    save("json_table", name, text.encode())
labels("vectors", '{"labels": [["1.png", [0.5, -1]], ["2.png", [3, 1e-3]]]}')
labels("captions", '{"labels": [["1.png", "a cat"], ["2.png", "\\u00fc"]]}')
labels("all", '{"labels": [["1.png", 1]], "vectors": [["1.png", [1]]], "captions": [["1.png", "x"]], "classes": ["a", "b"]}')
labels("side", '{"labels": null, "pairs": "side", "more": [1]}')
labels("nothing", "{}")
labels("null-label", '{"labels": [["1.png", null], ["2.png", 1]]}')
labels("mixed", '{"labels": [["1.png", 1], ["2.png", "two"]]}')
labels("lengths", '{"labels": [["1.png", [1]], ["2.png", [1, 2]]]}')
labels("negative", '{"labels": [["1.png", -1]]}')
labels("huge-number", '{"labels": [["1.png", 99999999999]]}')
labels("not-finite", '{"labels": [["1.png", [1e300]]]}')
labels("twice", '{"labels": [["1.png", 1], ["1.png", 1]]}')
labels("few-names", '{"labels": [["1.png", 1]], "classes": ["a"]}')
labels("object", '{"labels": {"1.png": 1}}')
labels("bare", '[["1.png", 1]]')
labels("cut", '{"labels": [["1.png", 1]')
labels("deep", '{"labels": ' + 5000 * "[" + 5000 * "]" + "}")

# WAV: one fmt chunk of PCM and one of data.
def wav(channels, rate, frames, bits=16, kind=1, extra=b"", data=None):
    width = channels * bits // 8
    body = values(frames * width) if data is None else data
    chunks = (b"fmt " + struct.pack("<IHHIIHH", 16, kind, channels, rate, width * rate, width, bits) + extra
              + b"data" + struct.pack("<I", len(body)) + body)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


save("wav", "mono", wav(1, 16000, 9))
save("wav", "stereo", wav(2, 44100, 5))
save("wav", "lowest", wav(1, 8000, 0, data=b"\x00\x80\xff\x7f"))
save("wav", "empty", wav(1, 16000, 0))
save("wav", "bytes", wav(1, 16000, 6, bits=8))
save("wav", "floats", wav(1, 16000, 3, bits=32, kind=3))
save("wav", "list", wav(1, 16000, 3, extra=b"LIST" + struct.pack("<I", 4) + b"INFO"))
save("wav", "half-frame", wav(2, 16000, 0, data=values(6)))
save("wav", "no-channels", wav(0, 16000, 0))
save("wav", "huge-claim", wav(1, 16000, 4).replace(struct.pack("<I", 8), struct.pack("<I", 2**32 - 1)))
broken("wav", "mono", wav(1, 16000, 9))

# PNG: chunks of length, type, data, CRC.
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour, rows, extra=b"", interlaced=0):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows, 9))
            + chunk(b"IEND", b""))


def rows(width_bytes, height, filtered=0):
    return b"".join(bytes([filtered]) + values(width_bytes, 7 + y) for y in range(height))


palette = chunk(b"PLTE", values(12))
save("png", "grey8", png(5, 4, 8, 0, rows(5, 4)))
save("png", "grey1", png(9, 3, 1, 0, rows(2, 3)))
save("png", "grey16", png(3, 3, 16, 0, rows(6, 3)))
save("png", "grey-alpha", png(3, 3, 8, 4, rows(6, 3)))
save("png", "grey-key", png(3, 3, 8, 0, rows(3, 3), chunk(b"tRNS", b"\0\7")))
save("png", "rgb", png(6, 5, 8, 2, rows(18, 5, 1)))
save("png", "rgba16", png(2, 2, 16, 6, rows(16, 2, 2)))
save("png", "palette2", png(7, 3, 2, 3, rows(2, 3), palette))
save("png", "palette-alpha", png(7, 3, 2, 3, rows(2, 3), palette + chunk(b"tRNS", b"\x01\x80")))
save("png", "paeth", png(4, 4, 8, 2, rows(12, 4, 4)))
save("png", "ancillary", png(1, 1, 8, 0, b"\0\5", chunk(b"gAMA", b"\0\0\xb1\x8f") + chunk(b"tEXt", b"a\0b")))
adam7 = b""  # of 5 by 5: first column and row, steps of the seven passes
for x, y, dx, dy in (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2):
    adam7 += b"".join(b"\0" + values(len(range(x, 5, dx)), 40 + row) for row in range(y, 5, dy))
save("png", "interlaced", png(5, 5, 8, 0, adam7, interlaced=1))
save("png", "huge-claim", png(2**20, 2**20, 8, 2, b"\0"))
save("png", "large-claim", png(1000, 1000, 8, 2, b"\0"))
save("png", "too-few-rows", png(4, 4, 8, 0, rows(4, 2)))
save("png", "too-many-rows", png(4, 2, 8, 0, rows(4, 4)))
save("png", "no-data", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IEND", b""))
save("png", "bad-depth", png(1, 1, 3, 0, b"\0\0"))
save("png", "no-palette", png(1, 1, 8, 3, b"\0\0"))
broken("png", "rgb", png(6, 5, 8, 2, rows(18, 5, 1)))


# gzip with a fixed time.
def gz(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def idx(kind, axes, data):
    return struct.pack(">BBBB", 0, 0, kind, len(axes)) + b"".join(struct.pack(">I", a) for a in axes) + data


labels, images = idx(8, [6], values(6)), idx(8, [2, 4, 3], values(24))
for name, data in {"labels": labels, "vectors": idx(8, [2, 5], values(10)), "images": images,
                   "empty-axis": idx(8, [0, 4, 3], b"")}.items():
    save("idx", name, data)
    save("idx", name + ".gz", gz(data))
save("idx", "two-members.gz", gz(images[:9]) + gz(images[9:]))
save("idx", "zeros.gz", gz(idx(8, [1000, 10, 10], bytes(100000))))
save("idx", "bomb.gz", gz(idx(8, [2000, 100, 100], bytes(2000000)))[:2500])
save("idx", "huge-claim", idx(8, [2**32 - 1] * 3, b"\1"))
save("idx", "floats", idx(13, [1], values(4)))
save("idx", "no-axes", idx(8, [], b""))
save("idx", "four-axes", idx(8, [1, 1, 1, 1], b"\1"))
broken("idx", "images", images)
broken("idx", "images.gz", gz(images))


def npy(descr, shape, data, order="False", version=1):
    header = "{'descr': %s, 'fortran_order': %s, 'shape': %s, }" % (descr, order, shape)
    size = 10 if version == 1 else 12
    header += " " * (-(len(header) + size + 1) % 64) + "\n"
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header.encode() + data


floats = npy("'<f4'", "(3, 2)", values(24))
arrays = {"f4": floats, "f8": npy("'<f8'", "(2,)", values(16)), "u1": npy("'|u1'", "(2, 2, 2)", values(8)),
          "i8": npy("'<i8'", "()", values(8)), "b1": npy("'|b1'", "(3,)", b"\0\1\1"),
          "v2": npy("'<i2'", "(2,)", values(4), version=2), "empty": npy("'<f2'", "(0, 5)", b"")}
for name, data in arrays.items():
    save("npy", name, data)
save("npy", "big-endian", npy("'>f4'", "(1,)", values(4)))
save("npy", "fortran-2", npy("'>i2'", "(2, 3)", values(12), order="True"))
save("npy", "fortran", npy("'<f4'", "(1,)", values(4), order="True"))
save("npy", "complex", npy("'<c8'", "(1,)", values(8)))
save("npy", "structured", npy("[('a', '<f4')]", "(1,)", values(4)))
save("npy", "huge-claim", npy("'<f8'", "(4611686018427387904, 4)", b"\1"))
save("npy", "not-a-tuple", npy("'<f4'", "(1)", values(4)))
save("npy", "negative", npy("'<f4'", "(-1,)", values(4)))
save("npy", "python2", npy("'<f4'", "(1L,)", values(4)))
broken("npy", "f4", floats)


# Zip: local records, the directory, its end.
def zip_file(members, deflate=False, zip64=False, comment=b"", flags=0, method=None):
    out, directory = b"", b""
    for name, data in members:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush() if deflate else data
        extra = struct.pack("<HHQQ", 1, 16, len(data), len(packed)) if zip64 else b""
        sizes = (2**32 - 1, 2**32 - 1) if zip64 else (len(packed), len(data))
        packing = method if method is not None else 8 if deflate else 0
        common = struct.pack("<HHHHHIIIHH", 45 if zip64 else 20, flags, packing, 0, 33, zlib.crc32(data),
                             *sizes, len(name), len(extra))
        directory += b"PK\1\2\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name + extra
        out += b"PK\3\4" + common + name + extra + packed
    start, count = len(out), len(members)
    out += directory
    if zip64:
        end64 = len(out)
        out += b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, len(directory), start)
        out += b"PK\6\7" + struct.pack("<IQI", 0, end64, 1)
        return out + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    return out + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, len(comment)) + comment


two = [(b"samples.npy", floats), (b"labels.npy", arrays["u1"])]
save("npz", "stored", zip_file(two))
save("npz", "deflated", zip_file(two, deflate=True))
save("npz", "zip64", zip_file(two, zip64=True))
save("npz", "comment", zip_file(two[:1], comment=b"PK\5\6 not the end"))
save("npz", "empty", zip_file([]))
save("npz", "twice", zip_file([two[0], two[0]]))
save("npz", "not-npy", zip_file([(b"a.txt", b"text")]))
save("npz", "broken-member", zip_file([(b"a.npy", floats[:100])]))
broken("npz", "stored", zip_file(two))
broken("npz", "deflated", zip_file(two, deflate=True))

texts = [(b"photos\\cats\\1.txt", b"text " * 300), (b"caf\x82/e\xcc\x81.txt", b"\x89PNG\r\n\x1a\n"), (b"../out", b"")]
save("zip", "stored", zip_file(texts))
save("zip", "deflated", zip_file(texts, deflate=True))
save("zip", "zip64", zip_file(texts, zip64=True))
save("zip", "encrypted", zip_file(texts, flags=1))
save("zip", "deflate64", zip_file(texts, method=9))
save("zip", "not-deflated", zip_file(texts, method=8))
save("zip", "twice", zip_file([texts[0], texts[0]]))
broken("zip", "deflated", zip_file(texts, deflate=True))
for name, data in {
        "png": b"\x89PNG\r\n\x1a\n", "gif": b"GIF89a", "bmp": b"BM" + bytes(12) + b"\x28" + bytes(40), "riff": b"RIFF....WAVEfmt ",
        "heic": b"\0\0\0\x18ftypheic", "mp4": b"\0\0\0\x18ftypisom", "mp3": b"\xff\xfb\x90\x64", "tar": bytes(257) + b"ustar",
        "html": b"<!DOCTYPE html>", "svg": b"<?xml?><svg>", "lfs": b"version https://git-lfs", "name": b"a/b.HEIC", "text": b"a line\n",
        "empty": b""}.items():
    save("file_type", name, data)

for name, text in {
        "plain": "1,2\n3,4.5\n-1e-3,+0\n", "numbers": "0.1,1e308,5e-324\n-0,123456789012345678,7\n",
        "header": "x,y\n1,2\n", "quoted": '"a, ""b""", c \r\n 1 ,"2"\r\n\r\n', "mark": "\ufeffx\n1\n",
        "one": "7", "empty": "", "only-header": "x,y\n", "ragged": "1,2\n3\n", "nan": "1\nnan\n", "infinite": "1\n1e999\n",
        "word": "1,2\n3,four\n", "open-quote": '"1,2\n', "after-quote": '"a"b,c\n1,2\n', "blank-line": "1\n\n2\n",
        "semicolons": "a;b\n1,5;1.000\n-2;\n", "tabs": "a\tb\n1\t2\n", "celeba": "2\nx y\na.jpg 1 -1\nb.jpg -1 1\n",
        "r": "x,y\n1,1,2\n2,3,4\n", "numpy": "# x y\n1 2\n3 4\n", "excel": "sep=;\na;b\n1;2\n", "words": "x,k\n1,red\n2,blue\n,red\n",
        "lines": 'a,b\n1,"x\ny"\n', "thousands": 'a,b\n"1,234.5",NA\n"12,000",yes\n', "latin1": "gr\udcfcn,b\n1,2\n",
        "hex": "1\n0x10\n", "nul": "1\0,2\n3,4\n", "commas": ",,,\n1,2,3,4\n",
        "titles": "Staff\n\nof 2024\nname,zip,pay\na,00123,1\nb,80331,2\nTotal,,3\n", "padded": "Staff;;\n;;\nname;zip;pay\na;01067;1,5\nb;2;2\nc;3;4\nSumme;;7\n"}.items():
    save("csv", name, text.encode(errors="surrogateescape"))


def safetensors(header, data=b"", pad=True):
    text = header if isinstance(header, str) else json.dumps(header, separators=(",", ":"))
    text = text.encode()
    text += b" " * (-(len(text) + 8) % 64) if pad else b""
    return struct.pack("<Q", len(text)) + text + data


def tensor(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


good = {"__metadata__": {"kind": "network", "recipe": "dcgan"}, "G.weight": tensor("F32", [2, 3], 0, 24),
        "G.bias": tensor("BF16", [3], 24, 30), "empty": tensor("F64", [0, 7], 30, 30), "n": tensor("I64", [], 30, 38)}


def with_checksum():
    """SHA-256 of the whole file, with its own digits as zeros."""
    import hashlib
    zeros = "sha256:" + "0" * 64
    header = dict(good, __metadata__=dict(good["__metadata__"], checksum=zeros))
    data = safetensors(header, values(38))
    return data.replace(zeros.encode(), ("sha256:" + hashlib.sha256(data).hexdigest()).encode())


save("safetensors", "good", safetensors(good, values(38)))
save("safetensors", "checksum", with_checksum())
save("safetensors", "nothing", safetensors({}, pad=False))
for kind, size in {"F16": 2, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}.items():
    save("safetensors", "type-" + kind.lower(), safetensors({"a": tensor(kind, [3], 0, 3 * size)}, values(3 * size)))
save("safetensors", "unordered", safetensors({"b": tensor("U8", [4], 4, 8), "a": tensor("U8", [4], 0, 4)}, values(8)))
save("safetensors", "hole", safetensors({"a": tensor("U8", [4], 4, 8)}, values(8)))
save("safetensors", "overlap", safetensors({"a": tensor("U8", [4], 0, 4), "b": tensor("U8", [4], 2, 6)}, values(6)))
save("safetensors", "wrong-size", safetensors({"a": tensor("F32", [4], 0, 4)}, values(4)))
save("safetensors", "overflow", safetensors({"a": tensor("F32", [2**62, 4], 0, 0)}))
save("safetensors", "unknown-type", safetensors({"a": tensor("F33", [1], 0, 4)}, values(4)))
save("safetensors", "twice", safetensors('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},'
                                         '"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'))
save("safetensors", "key-twice", safetensors('{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}'))
save("safetensors", "metadata-number", safetensors({"__metadata__": {"a": 1}}))
save("safetensors", "deep", safetensors('{"a":' + "[" * 500 + "}"))
save("safetensors", "not-json", safetensors("{\"a\" 1}"))
save("safetensors", "list", safetensors("[]"))
save("safetensors", "escapes", safetensors('{"__metadata__":{"\\u00fc\\n":"\\ud83d\\ude00"}}'))
save("safetensors", "huge-header", struct.pack("<Q", 2**63) + b"{}")
broken("safetensors", "checksum", with_checksum())

# TensorBoard: CRC-32C by its definition.
def crc32c(data):
    crc = 2**32 - 1
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    crc ^= 2**32 - 1
    return ((crc >> 15 | crc << 17) + 0xa282ead8) % 2**32


def record(data):
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", crc32c(length)) + data + struct.pack("<I", crc32c(data))


def field(number, data):
    return bytes([number << 3 | 2, len(data)]) + data


def event(step, summary=b"", wall_time=1.5):
    return b"\x09" + struct.pack("<d", wall_time) + bytes([0x10, step]) + (field(5, summary) if summary else b"")


start = b"\x09" + struct.pack("<d", 1.0) + field(3, b"brain.Event:2")
scalar = field(1, field(1, b"loss/D") + b"\x15" + struct.pack("<f", 0.5))
small = png(1, 1, 8, 0, b"\0\5")
image = field(1, field(1, b"fakes") + field(4, b"\x08\1\x10\1\x18\1" + field(4, small)))
parts = {"start": start, "scalar": event(1, scalar), "image": event(2, image), "both": event(3, scalar + image),
         "unknown": b"\x78\x05\x79" + values(8) + field(15, b"xy") + b"\x7d" + values(4) + b"\x10\x07",
         "negative-step": b"\x10" + b"\xff" * 9 + b"\x01", "long-number": b"\xff" * 11, "no-field": b"\0\0",
         "wrong-wire": b"\x0dabcd", "group": b"\x33", "too-long": b"\x2a\x7f", "empty": b""}
for name, data in parts.items():
    save("tensorboard", name, record(data))
    save("tensorboard", name + "-bare", data)  # the target wraps these in a record of its own
whole = b"".join(record(parts[p]) for p in ("start", "scalar", "image", "both"))
save("tensorboard", "whole", whole)
save("tensorboard", "back-in-time", record(start) + record(event(9, scalar)) + record(event(2, scalar)))
save("tensorboard", "huge-length", struct.pack("<Q", 2**64 - 4) + struct.pack("<I", crc32c(struct.pack("<Q", 2**64 - 4))))
broken("tensorboard", "whole", whole)
