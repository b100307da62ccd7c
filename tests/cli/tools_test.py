"""Commands that use trained networks and data: compare, detect, sample --nearest, video, project, fool."""
import struct
import zipfile

import program

TINY = ["--kimg", 0.128, "--batch", 16, "--ngf", 4, "--ndf", 4, "--nz", 8, "--tick", 0.064, "--snap", 2]


def png_size(data):
    return struct.unpack(">II", data[16:24])


class Tools(program.ProgramTest):
    def test_compare(self):
        alike = self.works_json("compare", "ring-8", "ring-8", "--limit", 60, "--permutations", 99, "--seed", 1)
        self.assertEqual([t["test"] for t in alike["tests"]], ["mmd", "energy", "1nn", "friedman_rafsky", "classifier"])
        for test in alike["tests"]:
            self.assertEqual(sorted(test), ["p_value", "statistic", "test"])
            self.assertTrue(0 < test["p_value"] <= 1)
        self.assertEqual(alike["protocol"]["samples"], 60)
        (self.folder / "far.csv").write_text("x,y\n" + "".join(f"{i % 7 + 50},{i % 5}\n" for i in range(60)))
        apart = self.works_json("compare", "far.csv", "ring-8", "--permutations", 99)
        self.assertEqual([t["p_value"] for t in apart["tests"]], [0.01] * 5)
        text = self.works("compare", "far.csv", "ring-8", "--permutations", 999)
        self.assertIn("A and B differ", text)
        self.assertIn("60 samples of each, of 60 and 100000", text)

    def test_compare_wrong_usage(self):
        self.fails(2, "samples are of two shapes, [2] and [3, 32, 32]", "compare", "ring-8", "shapes")
        self.fails(2, "B is missing", "compare", "ring-8")
        self.fails(2, "unknown data set", "compare", "ring-8", "ring8", hint="did you mean ring-8?")
        self.fails(2, "--limit", "compare", "ring-8", "ring-8", "--limit", 3)
        self.fails(2, "--relabellings", "compare", "ring-8", "ring-8", "--relabellings", 19, hint="--permutations")
        (self.folder / "few.csv").write_text("1,2\n3,4\n")
        self.fails(1, "expected at least 20 samples, found 2: few.csv", "compare", "few.csv", "ring-8")

    def network(self, recipe, *more):
        return self.works("train", "--cfg", recipe, "--data", "shapes", "--image-size", 28, *TINY, *more).splitlines()[-1]

    def test_video(self):
        run = self.network("cgan")
        text = self.works("video", "--network", run, "--seeds", "0,1", "--frames", 3, "--scale", 2, "--out", "walk.apng")
        self.assertTrue(text.startswith("6 frames of "), text)
        self.assertIn("class embeddings are interpolated", text)
        data = (self.folder / "walk.apng").read_bytes()
        self.assertEqual(png_size(data), (56, 56))
        self.assertEqual((data.count(b"acTL"), data.count(b"fcTL")), (1, 6))
        self.works("video", "--network", run, "--seeds", "4,7", "--classes", "star,0", "--frames", 2, "--loop=0", "--out", "a.webp")
        self.assertEqual((self.folder / "a.webp").read_bytes()[8:12], b"WEBP")
        self.fails(2, ".mp4, found 'a.gif'", "video", "--network", run, "--out", "a.gif")
        self.fails(2, "unknown class", "video", "--network", run, "--classes", "squid", "--out", "a.webp")
        self.fails(2, "unknown class", "video", "--network", run, "--classes", "star,,0", "--out", "a.webp")
        self.fails(2, "--texts was given, and this network takes none", "video", "--network", run, "--texts", "a; b", "--out", "a.webp")
        self.fails(2, "--attributes was given, and this network takes none", "video", "--network", run, "--attributes", "0,1; 1,x", "--out", "a.webp")
        self.fails(2, "--network is missing", "video", "--out", "a.webp")

    def test_video_by_ffmpeg(self):
        """Without the program, one line; with one, it gets the frames and its file is taken."""
        run = self.network("dcgan")
        (self.folder / "bin").mkdir()
        self.environment["PATH"] = str(self.folder / "bin")
        video = ["video", "--network", run, "--seeds", "0,1", "--frames", 2, "--fps", 10, "--scale", 1, "--out", "walk.mp4"]
        self.fails(1, "MP4 needs the program ffmpeg", *video, hint="walk.webp")
        program_file = self.folder / "bin" / "ffmpeg"
        program_file.write_text('#!/bin/sh\nwhile [ "$1" != -i ]; do [ "$1" = -s ] && size=$2; shift; done\nin=$2\n'
                                'while [ $# -gt 1 ]; do shift; done\n{ echo "$size"; /bin/cat "$in"; } > "$1"\n')
        program_file.chmod(0o755)
        self.works(*video)
        size, pixels = (self.folder / "walk.mp4").read_bytes().split(b"\n", 1)
        self.assertEqual((size, len(pixels)), (b"28x28", 4 * 28 * 28 * 3))
        program_file.write_text("#!/bin/sh\nexit 3\n")
        self.fails(1, "ffmpeg failed", *video)
        self.assertEqual((self.folder / "walk.mp4").read_bytes().split(b"\n", 1)[0], b"28x28")

    def test_project(self):
        run = self.network("cgan", "--g-upsample", "transposed")  # learns more in so few steps
        self.works("sample", "--network", run, "--seeds", 3, "--class", "ring", "--out", "target.png")
        result = self.works_json("project", "--network", run, "--target", "target.png", "--class", "ring", "--steps", 30,
                                 "--starts", 2, "--out", "found")
        self.assertLess(result["rms"], result["rms_at_start"])
        self.assertEqual(result["class"], "ring")
        names = sorted(f.name for f in (self.folder / "found").iterdir())
        self.assertEqual(names, ["comparison.png", "latent.npy", "loss.csv", "loss.png", "result.png", "target.png"])
        table = (self.folder / "found/loss.csv").read_text().splitlines()
        self.assertEqual((table[0], len(table)), ("step,start0,start1", 32))
        self.assertEqual(png_size((self.folder / "found/result.png").read_bytes()), (28, 28))
        self.works("project", "--network", run, "--target", "target.png", "--steps", 2, "--out", "one.png")
        self.fails(1, "none.png", "project", "--network", run, "--target", "none.png", "--out", "x")
        self.fails(2, "--attributes was given", "project", "--network", run, "--target", "target.png", "--attributes", "1,0", "--out", "x")
        self.fails(2, "--target is missing", "project", "--network", run, "--out", "x")

    def test_nearest(self):
        run = self.network("dcgan")
        text = self.works("sample", "--network", run, "--seeds", "0-2", "--nearest", "shapes", "--out", "near.png")
        self.assertRegex(text, r"median distance to the nearest of 20000 real images: 0\.\d+ of samples")
        self.assertIn("do not look like copies", text)
        self.assertEqual(png_size((self.folder / "near.png").read_bytes())[0], 5 * 92 + 24)
        self.fails(2, "--nearest", "sample", "--network", run, "--nearest", "shapes", "--out", "near.npy")
        self.fails(1, "the network's are [3, 28, 28]", "sample", "--network", run, "--nearest", "ring-8", "--out", "a.png")

    def test_detect(self):
        run = self.network("dcgan")
        for folder, seed in (("notes/real", 1), ("notes/forged/odd", 2)):
            (self.folder / folder).mkdir(parents=True)
            self.works("data", "pack", "shapes", "shapes.zip", "--size", 28, "--limit", 12, "--overwrite")
            for i, (name, data) in enumerate(sorted(zipped(self.folder / "shapes.zip").items())):
                (self.folder / folder / f"{seed}{i:03}.png").write_bytes(data)
        detect = ["detect", "--network", run, "--steps", 20, "--limit", 80]
        report = self.works_json(*detect, "--generated", 12, "--roc", "roc.png", "notes")
        self.assertEqual(len(report["files"]), 24)
        self.assertTrue(all(0 <= f["probability"] <= 1 and 0 < f["p_value"] <= 1 for f in report["files"]))
        self.assertEqual({f["kind"] for f in report["files"]}, {"real", "odd"})
        kinds = {k["kind"]: k for k in report["kinds"]}
        self.assertEqual(sorted(kinds), ["generated", "odd"])
        self.assertEqual(kinds["odd"]["auc"], 0.5)  # the same images
        self.assertGreater(kinds["generated"]["auc_classifier"], 0.9)
        self.assertEqual(png_size((self.folder / "roc.png").read_bytes()), (560, 480))
        text = self.works(*detect, "notes/real/1000.png")
        self.assertRegex(text, r"(?m)^ *[\d.]+% .* notes/real/1000.png$")
        self.fails(1, "none.png", *detect, "none.png")
        self.fails(2, "a ROC needs", *detect, "--roc", "roc.png", "notes/forged")
        self.fails(2, "IMAGE|FOLDER is missing", *detect)

    def test_fool(self):
        fool = ["fool", "--data", "shapes", "--image-size", 16, "--steps", 40, "--limit", 50, "--images", "0-1"]
        first = self.works_json(*fool, "--out", "fooled.png")
        self.assertEqual([p["image"] for p in first["images"]], [0, 1])
        self.assertLessEqual(first["accuracy"]["after"], first["accuracy"]["before"])
        self.assertTrue((self.folder / "data/classifiers/shapes-0.safetensors").is_file())
        self.assertIn("Of 50 images", self.works(*fool, "--out", "fooled.png"))
        self.assertEqual(self.works_json(*fool), first)  # by the classifier that was kept
        self.fails(2, "there is no such image", *fool, "--images", 20000, "--json")
        self.fails(1, "expected images of two classes or more: ring-8", "fool", "--data", "ring-8", "--json")
        (self.folder / "bad.safetensors").write_bytes(b"no classifier")
        self.fails(1, "bad.safetensors", *fool, "--classifier", "bad.safetensors", "--json")
        self.assertEqual((self.folder / "bad.safetensors").read_bytes(), b"no classifier")


def zipped(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist() if name.endswith(".png")}


if __name__ == "__main__":
    program.main()
