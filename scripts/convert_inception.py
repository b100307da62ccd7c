#!/usr/bin/env python3
"""Writes a file for gannet eval --features inception=FILE (or nsfwjs=FILE) of Inception-v3's weights as others have them:

    convert_inception.py pt_inception-2015-12-05-6726825d.pth fid.safetensors       pytorch-fid's: the FID's network of 2015
    convert_inception.py inception_v3_google-0cc3c7bd.pth torchvision.safetensors   torchvision's
    convert_inception.py nsfwjs-4.3.0.tgz nsfwjs.safetensors                        of `npm pack nsfwjs`, or the folder it unpacks to

Takes .safetensors of the same tensors too. Needs NumPy, and PyTorch for .pth and .pt."""
import base64
import hashlib
import json
import pathlib
import re
import sys
import tarfile

import numpy as np

FORMAT = "gannet-inception-1"


def fail(what, where, hint=""):
    sys.exit(f"convert_inception.py: {what}: {where}" + (f"\nhint: {hint}" if hint else ""))


def write(path, variant, tensors):
    """Safetensors, with the SHA-256 of the whole file (these digits as zeros) in the metadata."""
    zeros, blob, header = "0" * 64, b"", {"__metadata__": {"format": FORMAT, "variant": variant, "checksum": "sha256:" + "0" * 64}}
    for name in sorted(tensors):
        x = np.ascontiguousarray(tensors[name], dtype="<f4")
        header[name] = {"dtype": "F32", "shape": list(x.shape), "data_offsets": [len(blob), len(blob) + x.nbytes]}
        blob += x.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % 64)
    data = len(text).to_bytes(8, "little") + text + blob
    digits = hashlib.sha256(data).hexdigest()
    pathlib.Path(path).write_bytes(data.replace(b"sha256:" + zeros.encode(), b"sha256:" + digits.encode(), 1))


def read_safetensors(path):
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    kinds = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "I64": "<i8"}
    tensors = {}
    for name, entry in json.loads(data[8:end]).items():
        if name != "__metadata__":
            a, b = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[end + a:end + b], kinds[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def read_torch(path):
    try:
        import torch
    except ImportError:
        fail("PyTorch is needed to read this file, and is not here", path, "pip install torch; or a .safetensors of the same tensors")
    state = torch.load(path, map_location="cpu", weights_only=True)
    return {name: x.numpy() for name, x in state.items()}


def of_state_dict(tensors, source):
    kept = {n: x for n, x in tensors.items() if not n.startswith("AuxLogits.") and not n.endswith("num_batches_tracked")}
    classes = kept["fc.bias"].shape[0] if "fc.bias" in kept else 0
    variants = {1008: "fid-2015", 1000: "torchvision"}
    if classes not in variants or "Mixed_7c.branch_pool.conv.weight" not in kept:
        fail(f"{classes} classes, expected Inception-v3 of 1008 (FID) or 1000 (torchvision) with torchvision's names", source)
    return variants[classes], kept


def nsfwjs_files(path):
    """name -> text of the model's JavaScript modules."""
    folder = "dist/models/inception_v3/"
    if path.is_dir():
        found = {p.name: p.read_text() for p in path.glob("**/" + folder + "*.js")}
    else:
        with tarfile.open(path) as tar:
            found = {pathlib.Path(m.name).name: tar.extractfile(m).read().decode() for m in tar if folder in m.name and m.name.endswith(".js")}
    if not any(name.startswith("model.") for name in found):
        fail("no " + folder + "model.min.js in it", path, "npm pack nsfwjs")
    return found


def manifest(text):
    """[(name, shape, min, scale)] of the quantized weights, in their order."""
    number = r"-?[0-9.]+(?:e-?[0-9]+)?"
    entry = r'\{name:"([^"]+)",shape:\[([0-9,]*)\],dtype:"float32",quantization:\{min:(' + number + r"),scale:(" + number + r'),dtype:"uint8"\}\}'
    rows = re.findall(entry, text[text.index("weightsManifest"):])
    return [(name, [int(n) for n in shape.split(",") if n], float(low), float(scale)) for name, shape, low, scale in rows]


def nsfwjs_convolutions():
    """torchvision's names of conv2d_1, conv2d_2, ... in Keras' order, up to mixed5."""
    names = ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3"]
    a = ["branch1x1", "branch5x5_1", "branch5x5_2", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3", "branch_pool"]
    b = ["branch3x3", "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"]
    c = ["branch1x1", "branch7x7_1", "branch7x7_2", "branch7x7_3", *(f"branch7x7dbl_{i}" for i in range(1, 6)), "branch_pool"]
    blocks = [("5b", a), ("5c", a), ("5d", a), ("6a", b), ("6b", c), ("6c", c)]
    return names + [f"Mixed_{block}.{name}" for block, convs in blocks for name in convs]


def of_nsfwjs(path):
    files = nsfwjs_files(path)
    model = next(text for name, text in files.items() if name.startswith("model."))
    shards = sorted((n for n in files if "shard" in n), key=lambda n: int(re.search(r"shard(\d+)of", n).group(1)))
    data = b"".join(base64.b64decode(max(re.findall(r'"([A-Za-z0-9+/=]{1000,})"', files[n]), key=len)) for n in shards)
    raw, at = {}, 0
    for name, shape, low, scale in manifest(model):
        n = int(np.prod(shape))
        raw[name] = (np.frombuffer(data[at:at + n], np.uint8).astype(np.float32) * np.float32(scale) + np.float32(low)).reshape(shape)
        at += n
    if at != len(data):
        fail(f"{len(data)} bytes of weights, the manifest names {at}", path)
    tensors = {}
    for i, name in enumerate(nsfwjs_convolutions(), 1):
        norm = f"batch_normalization_{i}"
        tensors[name + ".conv.weight"] = raw[f"conv2d_{i}/kernel"].transpose(3, 2, 0, 1)
        tensors[name + ".bn.bias"] = raw[norm + "/beta"]
        tensors[name + ".bn.running_mean"] = raw[norm + "/moving_mean"]
        tensors[name + ".bn.running_var"] = raw[norm + "/moving_variance"]
        tensors[name + ".bn.weight"] = raw.get(norm + "/gamma", np.ones_like(raw[norm + "/beta"]))
    return "nsfwjs", tensors


def main():
    if len(sys.argv) != 3 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1])
    if not source.exists():
        fail("no such file or folder", source)
    if source.is_dir() or source.suffix in (".tgz", ".gz"):
        variant, tensors = of_nsfwjs(source)
    else:
        variant, tensors = of_state_dict(read_safetensors(source) if source.suffix == ".safetensors" else read_torch(source), source)
    write(sys.argv[2], variant, tensors)
    print(f"{sys.argv[2]}: {variant}, {len(tensors)} tensors")


if __name__ == "__main__":
    main()
