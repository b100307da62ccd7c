"""Pictures and sounds as they lie on people's disks: slightly broken files, deep samples, quiet, long recordings, odd shapes."""
import math
import pathlib
import struct
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
from inputs import chunk, pictures, png, put  # noqa: E402
from program import ProgramTest, main  # noqa: E402

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"
TINY = ["--kimg", 0.032, "--batch", 8, "--ngf", 4, "--ndf", 4, "--metrics", "none", "--outdir", "runs"]


def deep(top, i):
    """A PNG of 16 bits, grey from 0 to `top`."""
    rows = b"".join(b"\0" + b"".join(struct.pack(">H", (x * 31 + y * 17 + i) * 65 % (top + 1)) for x in range(16)) for y in range(16))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 16, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


def sound(values, rate=8000):
    data = b"".join(struct.pack("<h", int(32767 * v)) for v in values)
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
            + b"data" + struct.pack("<I", len(data)) + data)


def sine(pitch, seconds, rate=8000):
    return [0.5 * math.sin(2 * math.pi * pitch * t / rate) for t in range(int(seconds * rate))]


def size(file):
    return struct.unpack(">II", file.read_bytes()[16:24])


class Formats(ProgramTest):
    def check(self, source, *arguments):
        return self.works_json("data", "check", source, *arguments)

    def test_what_every_viewer_shows_is_read(self):
        jpeg = (GOLDEN / "pictures/rgb.jpeg").read_bytes()
        for name, data in {"tail.png": png(24, 16, lambda x, y: x) + bytes(4096), "stray.jpg": jpeg[:-2] + b"stray" + jpeg[-2:], "noend.jpg": jpeg[:-2],
                           "scan.tif": (GOLDEN / "pictures/lzw.tiff").read_bytes(), "old.bmp": (GOLDEN / "pictures/rgb.bmp").read_bytes(),
                           "print.jpg": (GOLDEN / "pictures/cmyk-plain.jpeg").read_bytes()}.items():
            put(self.folder / "set" / name, data)
        self.assertEqual(self.check("set")["formats"], {"png": 1, "jpeg": 3, "tiff": 1, "bmp": 1})
        put(self.folder / "set/cut.jpg", (GOLDEN / "pictures/restarts.jpeg").read_bytes()[:-40])
        result = self.run_gannet("data", "check", "set")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"cut.jpg: JPEG is truncated at \d+ bytes, in line 17 of 24")

    def test_deep_pictures_of_little_contrast(self):
        for i in range(16):
            put(self.folder / f"deep/{i}.png", deep(4095, i))
        result = self.run_gannet("train", "--cfg", "vanilla", "--data", "deep", "--kimg", 0.032, "--batch", 8, "--outdir", "runs", "--metrics", "none")
        self.assertIn("gannet: warning: the images use values from 0 to 4095 of 0 to 65535", result.stderr)
        run = self.works("train", "--cfg", "vanilla", "--data", "deep", "--value-range", "auto", "--kimg", 0.032, "--batch", 8, "--outdir", "runs",
                         "--metrics", "none").splitlines()[-1]
        self.works("sample", "--network", run, "--outdir", "made")
        made = (self.folder / "made/seed0000.png").read_bytes()
        self.assertEqual(made[24], 16)  # bits
        self.works("sample", "--network", run, "--out", "made.npy")
        data = (self.folder / "made.npy").read_bytes()[-4 * 256:]
        values = struct.unpack("<256f", data)
        self.assertTrue(all(0 <= v <= 4095 for v in values) and max(values) > 300, max(values))
        said = "deep/3.png: values from 0 to 4095 of 0 to 65535 become black to white, as the network learned them (--value-range)"
        project = ["project", "--network", run, "--target", "deep/3.png", "--steps", 2, "--starts", 2]
        self.assertIn(said, self.works(*project, "--out", "found.png"))
        self.assertIn("nearly of one grey", self.works(*project, "--value-range", "full", "--out", "full.png"))
        self.assertNotEqual((self.folder / "found.png").read_bytes(), (self.folder / "full.png").read_bytes())
        for i in range(16, 48):
            put(self.folder / f"deep/{i}.png", deep(4095, i))
        self.assertIn(said, self.works("detect", "--network", run, "--data", "deep", "--steps", 5, "deep/3.png"))
        for i in range(20):
            put(self.folder / f"dark/{i}.png", deep(2000, i))
        self.assertIn("in both, the range of both together", self.works("compare", "deep", "dark", "--value-range", "auto", "--permutations", 19))
        self.fails(2, "this network draws images, and a table holds points", "sample", "--network", run, "--out", "a.csv", hint="--out samples.png")

    def test_deep_inputs_of_images_from_images(self):
        for i in range(8):
            put(self.folder / f"pairs/a/{i}.png", deep(4095, i))
            put(self.folder / f"pairs/b/{i}.png", deep(2047, i + 3))
        run = self.works("train", "--cfg", "pix2pix", "--data", "pairs", "--value-range", "auto", *TINY).splitlines()[-1]
        sample = ["sample", "--network", run, "--input", "pairs/a/1.png", "--seeds", 0]
        self.assertIn("pairs/a/1.png: values from 0 to 4095", self.works(*sample, "--out", "x.png"))
        self.assertIn("values from 0 to 1000 of 0 to 65535 become black to white\n", self.works(*sample, "--value-range", "0,1000", "--out", "y.png"))
        self.assertNotEqual((self.folder / "x.png").read_bytes(), (self.folder / "y.png").read_bytes())
        self.fails(2, "expected full, auto or LOW,HIGH", *sample, "--value-range", "9", "--out", "z.png")

    def test_late_sounds_and_long_ones(self):
        for i in range(4):
            put(self.folder / f"late/{i}.wav", sound(3000 * [0] + sine(200 + 50 * i, 0.6)))
        report = self.check("late", "--length", 2048)
        self.assertEqual((report["samples"], report["late"], report["problems"]), (4, 4, []))
        put(self.folder / "long/album.wav", sound(v for i in range(20) for v in sine(150 + 40 * i, 0.5)))
        report = self.check("long", "--length", 2048)
        self.assertEqual((report["samples"], report["recordings"], report["repeated"]), (39, 1, 0))

    def test_an_album_with_broken_mp3s(self):
        for i in range(6):
            put(self.folder / f"album/{i}.wav", sound(sine(200 + 50 * i, 0.3)))
        put(self.folder / "album/good.mp3", (GOLDEN / "sounds/tone.mp3").read_bytes())
        for i in range(2):
            put(self.folder / f"album/bad{i}.mp3", b"ID3\3\0\0\0\0\0\0" + bytes(200))
        result = self.run_gannet("data", "check", "album")
        self.assertEqual(result.returncode, 1)
        self.assertIn("bad1.mp3: MP3 is damaged, or has no sound in it", result.stdout)
        self.assertEqual(len(result.stderr.splitlines()), 2, result.stderr)  # the library says nothing

    def test_a_wide_picture_stays_wide(self):
        ring = lambda w, h: (lambda x, y: 0 if abs(math.hypot(x - w / 2, y - h / 2) - 10) < 2 else 255)  # noqa: E731
        for i in range(8):
            put(self.folder / f"pairs/a/{i}.png", png(32, 32, lambda x, y: 8 * (x + i) % 256))
            put(self.folder / f"pairs/b/{i}.png", png(32, 32, ring(32, 32)))
        run = self.works("train", "--cfg", "pix2pix", "--data", "pairs", *TINY).splitlines()[-1]
        for name, width, height in (("wide", 64, 32), ("odd", 45, 70), ("tiny", 3, 1)):
            put(self.folder / f"{name}.png", png(width, height, ring(width, height)))
            text = self.works("sample", "--network", run, "--input", f"{name}.png", "--out", "made.png")
            self.assertEqual(size(self.folder / "made.png"), (width, height))
            self.assertIn(f"{name}.png: ", text)

    def test_sets_of_other_sizes_are_compared(self):
        pictures(self.folder / "small", 24)
        for i in range(24):
            put(self.folder / f"grey/{i}.png", png(40 + i % 5, 40, lambda x, y: (x * 5 + y * i) % 256))
        text = self.works("compare", "small", "grey", "--permutations", 99)
        self.assertRegex(text, "grey: its images are grey, taken as colour|both are compared at")


if __name__ == "__main__":
    main()
