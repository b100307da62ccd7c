"""gannet eval: figures of two sets and of a network, with their protocol, and what is refused."""
import json
import random
import zipfile

import program

TINY = ["--kimg", 0.128, "--batch", 16, "--ngf", 4, "--ndf", 4, "--nz", 8, "--tick", 0.064, "--snap", 2]


class Eval(program.ProgramTest):
    def points(self, name, seed, n, shift=0.0):
        draw = random.Random(seed)
        rows = [f"{draw.gauss(shift, 1)},{draw.gauss(0, 2)}" for _ in range(n)]
        (self.folder / name).write_text("x,y\n" + "\n".join(rows) + "\n")
        return [[float(v) for v in row.split(",")] for row in rows]

    def test_two_sets(self):
        real, fake = self.points("real.csv", 1, 300), self.points("fake.csv", 2, 200, 3.0)
        found = self.works_json("eval", "--real", "real.csv", "--fake", "fake.csv", "--metrics", "fd,kid,prdc,1nn,precision100_k4")
        results = {r["metric"]: r for r in found["results"]}
        self.assertEqual(list(results), ["fd", "kid", "precision", "recall", "density", "coverage", "1nn", "precision100_k4"])
        mean = lambda rows, i: sum(row[i] for row in rows) / len(rows)
        self.assertGreater(results["fd"]["value"], (mean(real, 0) - mean(fake, 0)) ** 2)
        self.assertAlmostEqual(results["fd"]["value"], 9, delta=2)
        self.assertLess(results["fd"]["real"], 0.5)
        self.assertIn("error", results["kid"])
        protocol = results["precision"]["protocol"]
        self.assertEqual((protocol["n_real"], protocol["n_fake"], protocol["k"]), (300, 200, 3))
        self.assertEqual((protocol["features"], protocol["split"], protocol["filter"]), ("pixels", "train", "none"))
        self.assertRegex(protocol["feature_hash"], "^sha256:[0-9a-f]{64}$")
        self.assertEqual(results["precision100_k4"]["protocol"]["n_fake"], 100)
        self.assertEqual(results["precision"]["reference"]["what"], "two halves of the real samples")
        text = self.works("eval", "--real", "real.csv", "--fake", "fake.csv", "--metrics", "fd", "--reference", "false")
        self.assertIn("200 of fake.csv against 300 of real.csv", text)

    def test_a_network(self):
        run = self.works("train", "--cfg", "dcgan", "--data", "shapes", "--image-size", 28, *TINY).splitlines()[-1]
        arguments = ["eval", "--network", run, "--data", "shapes", "--metrics", "kid200,prdc200,ms_ssim100,swd100"]
        found = self.works_json(*arguments)
        self.assertEqual(found["results"][0]["protocol"]["shape"], [3, 28, 28])
        self.assertEqual(found, self.works_json(*arguments))
        self.assertEqual(found, self.works_json(*arguments, "--cache", "false"))
        self.works("sample", "--network", run, "--seeds", "0-199", "--out", "x.npy")
        self.works("data", "pack", "shapes", "reals.zip", "--image-size", 28, "--limit", 300)
        pictures = self.works_json("eval", "--real", "reals.zip", "--fake", "x.npy", "--metrics", "kid200,precision200")
        self.assertAlmostEqual(pictures["results"][0]["value"], found["results"][0]["value"], delta=0.2)

    def test_what_networks_alone_have(self):
        run = self.works("train", "--cfg", "cgan", "--data", "shapes", "--image-size", 16, "--metrics", "kid400,precision100", *TINY).splitlines()[-1]
        found = self.works_json("eval", "--network", run, "--data", "shapes", "--metrics", "ppl50,gan-train200,gan-test200")
        results = {r["metric"]: r for r in found["results"]}
        self.assertIsNone(results["ppl50"]["real"])
        self.assertEqual(results["ppl50"]["protocol"]["paths"], 50)
        self.assertGreater(results["gan-train200"]["real"], results["gan-train200"]["value"])
        self.assertIn("error", results["gan-test200"])
        self.fails(2, "draws from no images", "eval", "--network", run, "--data", "shapes", "--metrics", "psnr")
        lines = [json.loads(line) for line in (self.folder / run / "metrics.jsonl").read_text().splitlines()]
        self.assertEqual([line["metric"] for line in lines[:2]], ["kid400", "precision100"])
        self.assertEqual((lines[0]["better"], lines[0]["protocol"]["n_fake"]), ("lower", 400))
        self.assertIsInstance(lines[0]["real"], float)
        self.assertEqual(lines[-1]["real"], lines[1]["real"])

    def test_a_network_that_draws_sentences(self):
        run = self.works("train", "--cfg", "text2image", "--text-width", 8, "--data", "shapes", "--image-size", 16, "--metrics", "kid100", *TINY).splitlines()[-1]
        lines = [json.loads(line) for line in (self.folder / run / "metrics.jsonl").read_text().splitlines()]
        self.assertEqual(lines[0]["metric"], "kid100")
        arguments = ["eval", "--network", run, "--data", "shapes", "--metrics", "kid100"]
        found = self.works_json(*arguments)
        self.assertEqual(found["results"][0]["value"], lines[-1]["value"])
        self.assertIn("the network drew the captions of shapes", self.works(*arguments))
        self.works("data", "pack", "shapes", "none.zip", "--image-size", 16, "--limit", 200)
        with zipfile.ZipFile(self.folder / "none.zip") as packed, zipfile.ZipFile(self.folder / "bare.zip", "w") as bare:
            for name in packed.namelist():
                if name.endswith(".png"):
                    bare.writestr(name, packed.read(name))
        self.fails(1, "the real samples have none: bare.zip", "eval", "--network", run, "--data", "bare.zip", "--metrics", "kid100", hint="with captions")

    def test_the_data_of_a_run(self):
        run = self.works("train", "--cfg", "vanilla", "--preset", "paper", "--data", "ring-8", "--batch", 32, "--ngf", 8, "--ndf", 8, "--kimg", 0.32).splitlines()[-1]
        found = self.works_json("eval", "--network", 0, "--metrics", "fd100")
        self.assertIn("real samples: ring-8 (test), the data of the run", found["notes"])
        self.assertEqual(found["results"][0]["protocol"]["split"], "test")
        self.assertEqual(self.works_json("eval", "--network", run, "--metrics", "fd100", "--split", "train")["results"][0]["protocol"]["split"], "train")
        (self.folder / "points.csv").write_text("a,b\n" + "".join(f"{i % 7},{i % 5}\n" for i in range(200)))
        self.works("train", "--cfg", "vanilla", "--preset", "paper", "--data", "points.csv", "--batch", 32, "--ngf", 8, "--ndf", 8, "--kimg", 0.32)
        found = self.works_json("eval", "--network", 1, "--metrics", "fd100,two-sample100")
        self.assertEqual({result["protocol"]["split"] for result in found["results"]}, {"train"})
        self.assertIn("has no test split, so against samples that the network may have learnt from", "".join(found["notes"]))
        self.fails(2, "is of data that --data names, and none is named: --image-size", "eval", "--network", 0, "--image-size", 32)
        (self.folder / "alone.safetensors").write_bytes(next(self.folder.glob("runs/00000*/network-0*")).read_bytes())
        self.fails(2, "this network is of no run", "eval", "--network", "alone.safetensors")

    def test_pairs(self):
        self.works("data", "pack", "shapes", "a.zip", "--image-size", 32, "--limit", 20)
        found = self.works_json("eval", "--real", "a.zip", "--fake", "a.zip", "--metrics", "ssim")
        self.assertAlmostEqual(found["results"][0]["value"], 1)

    def test_wrong_usage(self):
        self.points("a.csv", 1, 30)
        self.fails(2, "--network or --fake is missing", "eval", "--data", "ring-8")
        self.fails(2, "--data or --real is missing", "eval", "--fake", "a.csv")
        self.fails(2, "exclude each other", "eval", "--fake", "a.csv", "--network", "x", "--data", "ring-8")
        pair = ["eval", "--real", "a.csv", "--fake", "a.csv", "--metrics"]
        self.fails(2, "unknown metric: --metrics precison", *pair, "precison", hint="precision")
        self.fails(2, "Inception", *pair, "fid50k", hint="fd")
        self.fails(2, "images of 16 pixels", *pair, "ms_ssim")
        self.fails(1, "fd1k needs 1000 samples, found 30: a.csv", *pair, "fd1k", hint="--metrics fd")
        self.fails(2, "samples are of two shapes", "eval", "--real", "ring-8", "--fake", "shapes")
        self.fails(2, "needs a classifier", *pair, "is", hint="gannet classifier")
        self.fails(2, "compares by classes", *pair, "gan-train")
        self.fails(2, "needs a --network", *pair, "ppl")
        self.fails(2, "needs a --network", *pair, "reconstruction")
        self.fails(2, "compares audio clips", *pair, "log-mel")
        self.fails(2, "images of 16 pixels", *pair, "psnr")
        self.fails(2, "modes are known", *pair, "modes")
        features = ["eval", "--real", "a.csv", "--fake", "a.csv", "--features"]
        self.fails(2, "unknown features 'inception'", *features, "inception", hint="inception=FILE")
        self.fails(2, "1 or 3 channels", *features, "inception=a.csv")


if __name__ == "__main__":
    program.main()
