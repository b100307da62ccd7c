"""Folders and zips of images: check, pack, show, training on them, and what is wrong with them."""
import json
import struct
import subprocess
import zlib

import program

TINY = ["--arch", "mlp", "--kimg", 0.064, "--batch", 8, "--ngf", 8, "--ndf", 8, "--nz", 8, "--tick", 0.016, "--snap", 2]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, seed, channels=3):
    rows = b"".join(b"\0" + bytes((x * 7 + y * 13 + seed * 31 + x * y * seed) % 256 for x in range(width * channels))
                    for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Images(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment["OMP_WAIT_POLICY"] = "passive"
        for kind in ("cats", "dogs"):
            (self.folder / "photos" / kind).mkdir(parents=True)
            for i in range(10):
                (self.folder / "photos" / kind / f"{i}.png").write_bytes(png(20 + i, 16, i + (kind == "dogs") * 100))

    def spoil(self):
        (self.folder / "photos/cats/text.png").write_text("not an image")
        (self.folder / "photos/dogs/cut.jpg").write_bytes(b"\xff\xd8\xff\xe0")
        (self.folder / "photos/dogs/9again.png").write_bytes((self.folder / "photos/dogs/3.png").read_bytes())

    def test_check(self):
        text = self.works("data", "check", "photos", "--image-size", 16)
        for pattern in ("samples +20", r"shape +\[3, 16, 16\]", "class 1 +dogs, 10 samples", "formats +20 png"):
            self.assertRegex(text, f"(?m)^{pattern}$")
        self.spoil()
        result = self.run_gannet("data", "check", "photos", "--image-size", 16)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.splitlines()[0], "gannet: 2 of 23 samples cannot be learned from: photos")
        self.assertEqual(len(result.stderr.splitlines()), 2)
        self.assertIn("problem: cats/text.png: not a PNG, JPEG, WebP, TIFF or BMP image, but a text\n", result.stdout)
        self.assertIn("problem: dogs/cut.jpg: ", result.stdout)
        self.assertIn("duplicate: dogs/9again.png: has the pixels of dogs/3.png\n", result.stdout)
        report = json.loads(self.run_gannet("data", "check", "photos", "--image-size", 16, "--json").stdout)
        self.assertEqual(report["samples"], 21)
        self.assertEqual([c["name"] for c in report["classes"]], ["cats", "dogs"])
        self.assertEqual([p["file"] for p in report["problems"]], ["cats/text.png", "dogs/cut.jpg"])
        self.assertEqual(len(report["duplicates"]), 1)

    def test_pack(self):
        self.works("data", "pack", "photos", "out.zip", "--size", 16)
        names = subprocess.run(["python3", "-m", "zipfile", "-l", str(self.folder / "out.zip")], capture_output=True,
                               text=True).stdout
        self.assertIn("00000/img00000019.png", names)
        checked = self.works_json("data", "check", "out.zip")
        self.assertEqual(checked["hash"], self.works_json("data", "check", "photos", "--image-size", 16)["hash"])
        before = (self.folder / "out.zip").read_bytes()
        self.fails(1, "is there already: out.zip", "data", "pack", "photos", "out.zip", hint="--overwrite")
        self.assertEqual((self.folder / "out.zip").read_bytes(), before)
        self.works("data", "pack", "photos", "out.zip", "--size", 16, "--overwrite")
        self.assertEqual((self.folder / "out.zip").read_bytes(), before)
        self.fails(2, ".zip", "data", "pack", "photos", "out.tar")
        self.fails(1, "only images", "data", "pack", "ring-8", "points.zip")
        self.spoil()
        self.fails(1, "2 of 23", "data", "pack", "photos", "bad.zip")
        self.assertFalse((self.folder / "bad.zip").exists())
        self.works("data", "pack", "photos", "good.zip", "--size", 16, "--bad-files", "skip")
        self.assertEqual(self.works_json("data", "check", "good.zip")["samples"], 21)

    def test_train_show_and_resume(self):
        """A run on a folder stopped and resumed, from another folder, is the run that was not stopped."""
        self.works("data", "show", "photos", "--image-size", 16, "--out", "show.png")
        train = ["train", "--cfg", "cgan", "--data", "photos", "--image-size", 16, *TINY]
        whole = self.works(*train, "--outdir", "whole").splitlines()[-1]
        options = json.loads((self.folder / whole / "options.json").read_text())
        self.assertEqual(options["data"], str(self.folder / "photos"))
        self.assertEqual((options["image-size"], options["crop"], options["filter"]), (16, "center", "lanczos"))
        self.assertTrue(options["dataset"]["hash"].startswith("sha256:"))
        self.assertIn("labels", [d["name"] for d in options["decisions"]])
        self.works("sample", "--network", whole, "--class", "dogs", "--out", "dogs.png")
        part = self.folder / self.works(*train, "--outdir", "part").splitlines()[-1]
        states = sorted(part.glob("state-*"))
        self.assertGreaterEqual(len(states), 2)
        states[-1].unlink()
        (part / "DONE").unlink()
        self.works("resume", part, cwd="/")
        networks = [[(f.name, f.read_bytes()) for f in sorted(run.glob("network-0*"))] for run in (self.folder / whole, part)]
        self.assertEqual(len(networks[0]), 2)  # both of kimg 0, with the images in the second one's name
        self.assertEqual(*networks)
        (self.folder / "photos/cats/0.png").write_bytes(png(20, 16, 77))
        (part / "DONE").unlink()
        self.fails_late(1, "the data is not what this run began with", "resume", part)

    def fails_late(self, status, error, *arguments):
        result = self.run_gannet(*arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertIn(error, result.stderr)

    def test_bad_files(self):
        self.spoil()
        train = ["train", "--cfg", "cgan", "--data", "photos", "--image-size", 16, *TINY]
        result = self.fails(1, "2 of 23 samples cannot be learned from: photos", *train, hint="--bad-files skip")
        self.assertIn("gannet: warning: cats/text.png: not a PNG, JPEG, WebP, TIFF or BMP image, but a text\n", result.stderr)
        self.assertFalse((self.folder / "runs").exists())
        result = self.run_gannet(*train, "--bad-files", "skip")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("gannet: warning: 2 of 23 samples are left out: photos\n", result.stderr)

    def test_wrong_usage(self):
        train = ["train", "--cfg", "vanilla", "--kimg", 0.008, "--batch", 8]
        (self.folder / "empty").mkdir()
        self.fails(1, "no images", *train, "--data", "empty")
        (self.folder / "not.zip").write_bytes(b"PK\3\4 and no more")
        self.fails(1, "zip is cut: its end is missing", *train, "--data", "not.zip")
        self.fails(2, "--background", *train, "--data", "photos", "--background", "pinkish")
        self.fails(2, "--filter", *train, "--data", "photos", "--filter", "nearest")
        self.fails(2, "--crop", *train, "--data", "ring-8", "--crop", "none")
        self.fails(2, "--pairs", *train, "--data", "photos/cats", "--pairs", "folders")


if __name__ == "__main__":
    program.main()
