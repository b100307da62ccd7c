"""Recipes that make images from images: what `sample` takes, writes and says, and its one line where nothing fits."""
import struct
import zlib

import program
from images_test import png

TINY = ["--kimg", 0.032, "--batch", 8, "--ngf", 4, "--ndf", 4]


def size(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", data[16:24])


def pixels(data):
    """The raw rows of an 8-bit PNG, filters and all: equal for equal images written by one program."""
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return zlib.decompress(packed)


class FromImages(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment["OMP_WAIT_POLICY"] = "passive"

    def trained(self, cfg, data, *more):
        return self.works("train", "--cfg", cfg, "--data", data, *TINY, *more).splitlines()[-1]

    def read(self, name):
        return (self.folder / name).read_bytes()

    def test_pix2pix(self):
        run = self.trained("pix2pix", "shapes-pairs")
        sample = ["sample", "--network", run]
        self.fails(2, "none is given", *sample, "--out", "x.png", hint="--input IMAGE, or --data SRC")
        text = self.works(*sample, "--data", "shapes-pairs", "--split", "test", "--seeds", "0-7", "--out", "x.png")
        self.assertRegex(text, r"(?m)^compared with the 8 targets:\n  output +L1 [\d.]+, PSNR [\d.]+ dB, SSIM [\d.-]+, ")
        self.assertEqual(size(self.read("x.png")), (3 * 32, 3 * 32))
        self.works(*sample, "--data", "shapes-pairs", "--seeds", "0,1", "--grid", "1x2", "--with-input", "--out", "three.png")
        self.assertEqual(size(self.read("three.png")), (3 * 32, 2 * 32))
        (self.folder / "drawing.png").write_bytes(png(50, 40, 3, channels=1))
        for seeds in ("5", "5", "6"):
            self.works(*sample, "--input", "drawing.png", "--seeds", seeds, "--outdir", "made")
        self.works(*sample, "--input", "drawing.png", "--seeds", "9,6", "--outdir", "again")
        self.assertEqual(size(self.read("made/seed0005.png")), (40, 32))  # whole, its shorter side as the network's
        self.assertNotEqual(pixels(self.read("made/seed0005.png")), pixels(self.read("made/seed0006.png")))
        self.assertEqual(self.read("made/seed0006.png"), self.read("again/seed0006.png"))
        self.works(*sample, "--data", "shapes-pairs", "--seeds", "0-4", "--out", "x.npy")
        self.assertIn(b"(5, 32, 32, 3)", self.read("x.npy")[:128])
        for command, *more in (("video", "--out", "x.webp"), ("detect", "--data", "shapes", "drawing.png"),
                               ("project", "--target", "drawing.png", "--out", "y.png")):
            self.fails(1, "draws from input images, not from a latent", command, "--network", run, *more)

    def test_a_whole_pair_as_input_is_said(self):
        (self.folder / "both").mkdir()
        for i in range(8):
            (self.folder / f"both/{i}.png").write_bytes(png(64, 32, i))
        run = self.trained("pix2pix", "both", "--pairs", "side", "--patch", 16)
        self.assertIn("the shape of a whole pair of the training", self.works("sample", "--network", run, "--input", "both/0.png", "--out", "x.png"))
        (self.folder / "half.png").write_bytes(png(32, 32, 3))
        self.assertNotIn("whole pair", self.works("sample", "--network", run, "--input", "half.png", "--out", "y.png"))

    def test_srgan(self):
        run = self.trained("srgan", "shapes", "--blocks", 1)
        sample = ["sample", "--network", run]
        (self.folder / "small.png").write_bytes(png(21, 13, 5))
        self.works(*sample, "--input", "small.png", "--out", "big.png")
        self.assertEqual(size(self.read("big.png")), (84, 52))
        text = self.works(*sample, "--data", "shapes", "--seeds", "0-3", "--out", "x.npy")
        self.assertRegex(text, r"(?m)^  bicubic +L1 ")
        self.assertIn(b"(4, 32, 32, 3)", self.read("x.npy")[:128])

    def test_a_folder_of_inputs(self):
        run = self.trained("srgan", "shapes", "--blocks", 1)
        (self.folder / "in/sub").mkdir(parents=True)
        for name, width, height in (("in/a.png", 9, 7), ("in/sub/2.png", 5, 5), ("in/sub/10.png", 6, 4)):
            (self.folder / name).write_bytes(png(width, height, width))
        (self.folder / "in/notes.txt").write_text("not an image")
        sample = ["sample", "--network", run, "--input", "in"]
        self.fails(2, "a folder of input images", *sample, "--out", "x.png", hint="--outdir DIR")
        text = self.works(*sample, "--outdir", "out")
        self.assertIn("3 of 3 images of in: out; 1 other files were passed over", text)
        self.assertEqual(size(self.read("out/a.png")), (36, 28))
        self.assertEqual(size(self.read("out/sub/10.png")), (24, 16))
        (self.folder / "in/bad.png").write_bytes(png(9, 7, 1)[:50])
        done = self.run_gannet(*sample, "--outdir", "again")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("gannet: 1 of 4 images could not be made: in", done.stderr)
        self.assertIn("3 of 4 images of in: again", done.stdout)
        self.assertIn("in/bad.png", done.stderr)
        self.assertEqual(size(self.read("again/sub/2.png")), (20, 20))
        (self.folder / "empty").mkdir()
        self.fails(1, "no images in it", *sample[:-1], "empty", "--outdir", "out")

    def test_what_does_not_fit(self):
        self.fails(1, "learns from pairs", "train", "--cfg", "pix2pix", "--data", "shapes", *TINY, hint="--data shapes-pairs")
        self.fails(2, "--scale", "train", "--cfg", "srgan", "--data", "shapes", "--scale", 3, *TINY)
        self.fails(1, "cannot be shrunk by 4", "train", "--cfg", "srgan", "--data", "shapes", "--image-size", 30, *TINY)
        self.fails(2, "unknown option: --nz", "train", "--cfg", "srgan", "--data", "shapes", "--nz", 8, *TINY)
        plain = self.trained("vanilla", "shapes", "--image-size", 8)
        self.fails(2, "takes no input image", "sample", "--network", plain, "--data", "shapes", "--out", "x.png")
        pairs = ["sample", "--network", self.trained("pix2pix", "shapes-pairs"), "--out", "x.png"]
        self.fails(2, "--trunc scales a latent", *pairs, "--data", "shapes-pairs", "--trunc", 0.5)
        self.fails(2, "not both", *pairs, "--data", "shapes-pairs", "--input", "x.png")
        self.fails(1, "no such file", *pairs, "--input", "none.png")
        (self.folder / "text.png").write_text("not an image")
        self.fails(1, "text.png", *pairs, "--input", "text.png")
        self.fails(1, "without an input image", *pairs, "--data", "shapes")
        self.fails(1, "makes [3, 32, 32] from [1, 32, 32]", *pairs, "--data", "shapes-pairs", "--image-size", 16)
        self.assertFalse((self.folder / "x.png").exists())


if __name__ == "__main__":
    program.main()
