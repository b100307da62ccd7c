"""The lines of docs/files.md that load a network file in PyTorch draw what `gannet sample` draws from the same latents."""
import os
import pathlib
import re
import sys
import unittest

import numpy

import program

try:
    import safetensors.torch
    import torch
except ImportError:  # set-up leaves it out where pip brings a CUDA build
    print("skipped: no PyTorch in .deps/test-env")
    sys.exit(77)

SOURCE = pathlib.Path(os.environ["SOURCE"])
PAGE = SOURCE / "docs" / "files.md"
sys.path.append(str(SOURCE / "scripts" / "golden"))
import draws

SAMPLE, METRIC = 7, 11  # Purpose


def great_circle(a, b, t):
    """slerp (White 2016, arXiv:1609.04468, section 3)."""
    cosine = (a * b).sum(1) / numpy.linalg.norm(a, axis=1) / numpy.linalg.norm(b, axis=1)
    angle = numpy.arccos(cosine)[:, None]
    return (numpy.sin((1 - t) * angle) * a + numpy.sin(t * angle) * b) / numpy.sin(angle)


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

    def test_the_path_length_is_numpys(self):
        run = self.works("train", "--cfg", "vanilla", "--data", "shapes", "--image-size", 8, "--ngf", 16, "--ndf", 16, "--nz", 8,
                         "--kimg", 2, "--metrics", "none", "--outdir", "runs").splitlines()[-1]
        found = self.works_json("eval", "--network", run + "@last", "--data", "shapes", "--metrics", "ppl300", "--features", "pixels", "--seed", 3)
        (network,) = pathlib.Path(self.folder, run).glob("network-000002.safetensors")
        weights = {name.split(".", 1)[1]: x.double().numpy() for name, x in safetensors.torch.load_file(network).items() if name.startswith("G_ema.")}
        layers = sorted({name.split(".")[0] for name in weights})

        def images(z):
            for layer in layers:
                z = z @ weights[layer + ".weight"].T + weights[layer + ".bias"]
                z = numpy.tanh(z) if layer == layers[-1] else z.clip(0)
            return (z + 1) / 2

        n, step = 300, found["results"][0]["protocol"]["epsilon"]
        latents = lambda first: numpy.concatenate(
            [draws.normal(8, 1, seed=3 + first + i, step=0, purpose=SAMPLE) for i in range(n)]).astype("f8")
        a, b = latents(0), latents(n)
        t = draws.uniform(1, n, seed=3, step=0, purpose=METRIC, layer=62).astype("f8")
        lengths = ((images(great_circle(a, b, t + step)) - images(great_circle(a, b, t))) ** 2).sum(1) / step ** 2
        low, high = numpy.percentile(lengths, 1, method="lower"), numpy.percentile(lengths, 99, method="higher")
        expected = lengths[(low <= lengths) & (lengths <= high)].mean()
        self.assertAlmostEqual(found["results"][0]["value"] / expected, 1, delta=2e-3)  # images are in float32, and so near


if __name__ == "__main__":
    program.main()
