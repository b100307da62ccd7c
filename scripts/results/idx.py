"""Reads IDX files, as `gannet data fetch` keeps them: MNIST and Fashion-MNIST. Needs NumPy."""
import gzip

import numpy as np


def read(folder, name):
    """uint8 of FOLDER/NAME or FOLDER/NAME.gz, in its shape."""
    for path in (folder / name, folder / (name + ".gz")):
        if path.exists():
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            dims = data[3]
            shape = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(dims)]
            return np.frombuffer(data, np.uint8, offset=4 + 4 * dims).reshape(shape)
    raise SystemExit(f"no {name} in {folder} (gannet data fetch)")
