"""The lines of docs/files.md that load a network file in PyTorch draw what `gannet sample` draws from the same latents."""
import os
import pathlib
import re
import sys
import unittest

import numpy

import program

try:
    import torch
except ImportError:  # set-up leaves it out where pip brings a CUDA build
    print("skipped: no PyTorch in .deps/test-env")
    sys.exit(77)

PAGE = pathlib.Path(os.environ["SOURCE"]) / "docs" / "files.md"


class PyTorch(program.ProgramTest):
    def test_the_page_draws_what_the_program_draws(self):
        run = self.works("train", "--cfg", "dcgan", "--data", "shapes", "--image-size", 64, "--ngf", 8, "--ndf", 8, "--nz", 16,
                         "--kimg", 0.3, "--outdir", "runs").splitlines()[-1]
        latents = numpy.random.default_rng(5).standard_normal((6, 16)).astype("f4")
        numpy.save(self.folder / "z.npy", latents)
        self.works("sample", "--network", run, "--latents", "z.npy", "--out", "x.npy")
        expected = numpy.load(self.folder / "x.npy")
        lines = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.S)[1]
        self.assertLess(len(lines.splitlines()), 20)
        os.chdir(self.folder)
        (network,) = pathlib.Path(self.folder, run).glob("network-*.safetensors")
        scope = {}
        exec(lines.replace("network-000040.safetensors", str(network)), scope)
        drawn = scope["generator"](torch.from_numpy(latents)).numpy()
        self.assertEqual(drawn.shape, (6, 3, 64, 64))
        self.assertGreater(drawn.std(), 0.01)
        self.assertEqual(expected.dtype, numpy.uint8)
        scaled = numpy.moveaxis(expected.astype("f8") / 127.5 - 1, 3, 1)
        numpy.testing.assert_allclose(drawn, scaled, atol=1.01 / 127.5)  # a level


if __name__ == "__main__":
    program.main()
