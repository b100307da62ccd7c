"""A whole session with the real binary: train, kill, resume, sample, look at the runs."""
import hashlib
import json
import signal
import struct
import subprocess
import time
import zipfile

import program

TINY = ["--cfg", "vanilla", "--data", "ring-8", "--batch", 32, "--tick", 0.32, "--snap", 2, "--seed", 3]
TIMINGS = {"seconds", "img_per_s", "memory_mb"}  # of a line of stats.jsonl: not functions of the options


def npy(data):
    """Shape, type and elements of a .npy file, by hand."""
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    length = struct.unpack("<H", data[8:10])[0]
    header = eval(data[10:10 + length], {"__builtins__": {}})  # a literal: {'descr': ..., 'shape': ...}
    assert header["fortran_order"] is False
    return header["shape"], header["descr"], data[10 + length:]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Session(program.ProgramTest):
    def train(self, *more):
        out = self.works("train", *TINY, "--outdir", "runs", *more)
        return self.folder / out.splitlines()[-1]

    def stats(self, run):
        lines = [json.loads(line) for line in (run / "stats.jsonl").read_text().splitlines()]
        return [{key: value for key, value in line.items() if key not in TIMINGS} for line in lines]

    def wait_for(self, process, condition):
        end = time.monotonic() + 120
        while not condition():
            self.assertIsNone(process.poll(), "the run ended too early")
            self.assertLess(time.monotonic(), end, "nothing happened for two minutes")
            time.sleep(0.01)

    def start(self, *more):
        command = [program.GANNET, "train", *map(str, TINY), "--outdir", "runs", *map(str, more)]
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def states(self):
        return sorted(self.folder.glob("runs/*/state-*.safetensors"))

    def assert_same_run(self, a, b):
        self.assertEqual(self.stats(a), self.stats(b))
        names = {path.name for path in a.glob("*.safetensors")}
        self.assertTrue(names)
        self.assertEqual(names, {path.name for path in b.glob("*.safetensors")})
        for name in names:
            if name.startswith("network"):
                self.assertEqual(digest(a / name), digest(b / name), name)

    def test_a_run_writes_its_directory(self):
        run = self.train("--kimg", 1.28, "--desc", "note")
        self.assertEqual(run.name, "00000-vanilla-ring-8-batch32-note")
        for name in ("options.json", "stats.jsonl", "log.txt", "reals.png", "fakes-init.png", "DONE"):
            self.assertTrue((run / name).exists(), name)
        options = json.loads((run / "options.json").read_text())
        self.assertEqual((options["cfg"], options["batch"], options["seed"]), ("vanilla", 32, 3))
        for line in self.stats(run):
            self.assertTrue({"step", "kimg", "loss"} <= set(line))
        self.assertEqual(self.stats(run)[-1]["step"], 40)
        self.assertEqual(self.train("--kimg", 0.32).name, "00001-vanilla-ring-8-batch32")

    def test_killed_and_resumed_is_the_same_bit_for_bit(self):
        whole = self.train("--kimg", 12.8)
        process = self.start("--kimg", 12.8, "--desc", "killed")
        self.wait_for(process, lambda: any("killed" in str(path) for path in self.states()))
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed = next(self.folder.glob("runs/*-killed"))
        out = self.works("resume", killed)
        self.assertEqual(out.splitlines()[-1], str(killed))
        self.assert_same_run(whole, killed)

    def test_interrupted_saves_and_says_how_to_go_on(self):
        for name in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=name):
                process = self.start("--kimg", 10000, "--desc", name.name)
                self.wait_for(process, lambda: list(self.folder.glob(f"runs/*-{name.name}/stats.jsonl")))
                run = next(self.folder.glob(f"runs/*-{name.name}"))
                process.send_signal(name)
                _, stderr = process.communicate(timeout=120)
                self.assertEqual(process.returncode, 130)
                lines = stderr.splitlines()
                self.assertEqual(len(lines), 2, stderr)
                self.assertTrue(lines[0].startswith("gannet: "), stderr)
                self.assertIn(f"gannet resume {run.relative_to(self.folder)}", stderr)
                self.assertTrue(list(run.glob("state-*.safetensors")))
                stopped = self.works_json("runs", "show", run)
                self.assertEqual(stopped["state"], "stopped")

    def test_a_run_that_goes_on_is_in_use(self):
        process = self.start("--kimg", 10000)
        self.wait_for(process, self.states)
        run = self.states()[0].parent
        self.fails(1, "in use", "resume", run)
        self.fails(1, "in use", "runs", "rm", run)
        self.assertEqual(self.works_json("runs", "list")[0]["state"], "running")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)

    def test_standard_output_closed_does_not_stop_a_run(self):
        process = self.start("--kimg", 3.2)
        process.stdout.close()
        self.assertEqual(process.wait(timeout=120), 0, process.stderr.read())

    def test_sample(self):
        run = self.train("--kimg", 0.64)
        network = next(run.glob("network-0*.safetensors"))
        self.works("sample", "--network", network, "--seeds", "5,0-3,5", "--out", "a.npy")
        shape, descr, points = npy((self.folder / "a.npy").read_bytes())
        self.assertEqual((shape, descr), ((6, 2), "<f4"))
        self.assertEqual(points[:8], points[40:48])  # seed 5, twice
        self.works("sample", "--network", run, "--seeds", "0-3", "--batch", 3, "--out", "b.npy")
        self.assertEqual(npy((self.folder / "b.npy").read_bytes())[2], points[8:40])
        self.works("sample", "--network", network, "--seeds", "0-9", "--out", "plot.png")
        self.assertEqual((self.folder / "plot.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        result = self.run_gannet("sample", "--network", network, "--seeds", "0-9", "--out", "-", text=False)
        self.assertEqual(result.stdout, (self.folder / "plot.png").read_bytes())
        self.works("sample", "--network", network, "--seeds", 18446744073709551615, "--out", "c.npz")
        self.assertEqual((self.folder / "c.npz").read_bytes()[:4], b"PK\3\4")
        self.fails(2, "--outdir", "sample", "--network", network, "--outdir", "images")
        self.fails(2, "class", "sample", "--network", network, "--class", "2", "--out", "d.npy")
        self.assertFalse((self.folder / "d.npy").exists())

    def test_images_one_a_seed(self):
        out = self.works("train", "--cfg", "cgan", "--arch", "mlp", "--data", "shapes", "--image-size", 16, "--kimg", 0.1,
                         "--batch", 16, "--ngf", 16, "--ndf", 16)
        run = self.folder / out.splitlines()[-1]
        self.works("sample", "--network", run, "--seeds", "0,17", "--class", 0, "--outdir", "a")
        self.assertEqual(sorted(path.name for path in (self.folder / "a").iterdir()), ["seed0000.png", "seed0017.png"])
        self.works("sample", "--network", run, "--seeds", "0-9", "--class", 0, "--batch", 4, "--outdir", "b")
        self.assertEqual((self.folder / "a/seed0000.png").read_bytes(), (self.folder / "b/seed0000.png").read_bytes())
        self.works("sample", "--network", run, "--grid", "3x2", "--out", "grid.png")
        width, height = struct.unpack(">II", (self.folder / "grid.png").read_bytes()[16:24])
        self.assertEqual((width, height), (48, 32))
        self.works("sample", "--network", run, "--seeds", "0-4", "--out", "a.npy")
        shape, descr, _ = npy((self.folder / "a.npy").read_bytes())
        self.assertEqual((shape, descr), ((5, 16, 16, 3), "|u1"))
        self.fails(2, "class", "sample", "--network", run, "--class", "no-such-class", "--out", "x.png")
        self.fails(2, "--grid", "sample", "--network", run, "--seeds", "0-9", "--grid", "2x2", "--out", "x.png")

    def test_codes_that_a_recipe_made_up(self):
        out = self.works("train", "--cfg", "infogan", "--data", "shapes", "--image-size", 32, "--kimg", 0.032, "--batch", 16,
                         "--ngf", 4, "--ndf", 4, "--categories", 3)
        run = self.folder / out.splitlines()[-1]
        self.works("sample", "--network", run, "--seeds", "0-1", "--class", 2, "--attributes", "0.5,-1", "--out", "a.npy")
        self.works("sample", "--network", run, "--seeds", "0-1", "--class", "code 2", "--attributes=-1,0.5", "--out", "b.npy")
        self.assertEqual(npy((self.folder / "b.npy").read_bytes())[0], (2, 32, 32, 3))
        self.fails(2, "unknown class", "sample", "--network", run, "--class", 3, "--out", "x.npy")
        self.fails(2, "--attributes has 1 numbers, this network takes 2", "sample", "--network", run, "--attributes", "1", "--out", "x.npy")
        self.fails(2, "--attributes", "sample", "--network", run, "--attributes", "1,x", "--out", "x.npy")

    def test_vectors_of_attributes(self):
        self.works("data", "pack", "shapes", "plain.zip", "--size", 32, "--limit", 32)
        with zipfile.ZipFile(self.folder / "plain.zip") as plain, zipfile.ZipFile(self.folder / "x.zip", "w") as told:
            for name in plain.namelist():
                if name != "dataset.json":
                    told.writestr(name, plain.read(name))
            labels = json.loads(plain.read("dataset.json"))["labels"]
            told.writestr("dataset.json", json.dumps({"labels": [[name, [label % 2, 1, 0.5]] for name, label in labels]}))
        small = ("--kimg", 0.032, "--batch", 16, "--ngf", 4, "--ndf", 4)
        out = self.works("train", "--cfg", "r3gan", "--cond", "--cond-type", "attributes", "--data", "x.zip", "--lr", 0.01, *small)
        run = self.folder / out.splitlines()[-1]
        for vector, name in (("0,1,0.5", "a.npy"), ("1,1,0.5", "b.npy")):
            self.works("sample", "--network", run, "--seeds", "0-1", "--attributes", vector, "--out", name)
        self.assertTrue((self.folder / "a.npy").read_bytes() != (self.folder / "b.npy").read_bytes(), "the vector does nothing")
        self.works("sample", "--network", run, "--seeds", 7, "--attributes", "0,1,0.5", "--out", "a.png")
        search = ("project", "--network", run, "--target", "a.png", "--steps", 2, "--starts", 2)
        for other, vector in ((0, "0,1,0.5"), (1, "1,1,0.5")):
            found = self.works_json(*search, "--seed", 7, "--attributes", vector, "--out", "found.png")
            self.assertEqual(found["rms_at_start"] > 0.01, other == 1, "the vector does nothing")
        self.works(*search, "--out", "x.png")
        self.works("sample", "--network", run, "--out", "x.png")  # a sample's of the data
        for recipe in (["cgan"], ["r3gan", "--cond", "--head", "classes"]):
            self.fails(1, "--cond-type attributes needs data with attributes", "train", "--cfg", *recipe, "--cond-type", "attributes", "--data", "plain.zip", *small)

    def test_wrong_use_of_sample(self):
        self.fails(2, "--network", "sample", "--out", "a.png")
        self.fails(2, "--out", "sample", "--network", "x")
        self.fails(2, "not both", "sample", "--network", "x", "--out", "a.png", "--outdir", "b")
        self.fails(2, "--out", "sample", "--network", "x", "--out", "a.jpg")
        for seeds in ("", "a", "1-", "-1", "3-1", "1,,2", "1.5", "18446744073709551616", "0-99999999999", "1,"):
            self.fails(2, "--seeds", "sample", "--network", "x", "--out", "a.png", f"--seeds={seeds or ','}")
        for grid in ("8", "8x", "0x8", "8x8x8", "axb", "-1x2"):
            self.fails(2, "--grid", "sample", "--network", "x", "--out", "a.png", f"--grid={grid}")
        self.fails(1, "missing.safetensors", "sample", "--network", "missing.safetensors", "--out", "a.png")
        (self.folder / "empty.safetensors").touch()
        self.fails(1, "empty.safetensors", "sample", "--network", "empty.safetensors", "--out", "a.png")

    def test_runs(self):
        self.assertEqual(self.works_json("runs", "list"), [])
        first, second = self.train("--kimg", 0.32), self.train("--kimg", 0.64, "--lr", "1e-3")
        listed = self.works_json("runs", "list", "--runs", "runs")
        self.assertEqual([run["name"] for run in listed], [first.name, second.name])
        self.assertEqual([(run["state"], run["kimg"]) for run in listed], [("done", 0.32), ("done", 0.64)])
        text = self.works("runs", "list")
        self.assertIn(first.name, text)
        shown = self.works_json("runs", "show", first)
        self.assertEqual(shown["options"]["lr"], json.loads((first / "options.json").read_text())["lr"])
        self.assertIn("kimg", self.works("runs", "show", first))
        differences = self.works_json("runs", "compare", first, second)["differences"]
        self.assertEqual(differences["lr"][1], 0.001)
        self.assertNotIn("batch", differences)
        self.works("runs", "rm", first)
        self.assertFalse(first.exists())
        self.assertTrue(second.exists())
        self.fails(1, str(first), "runs", "show", first)
        self.fails(1, "", "runs", "rm", self.folder)
        self.assertTrue(self.folder.exists())


if __name__ == "__main__":
    program.main()
