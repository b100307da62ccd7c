"""gannet eval: figures of two sets and of a network, with their protocol, and what is refused."""
import random

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
        self.fails(2, "unknown value 'inception'", "eval", "--real", "a.csv", "--fake", "a.csv", "--features", "inception")


if __name__ == "__main__":
    program.main()
