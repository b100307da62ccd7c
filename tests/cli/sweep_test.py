"""Several runs beside each other: seeds, sweeps, comparisons, the network that is taken, and when a run stops."""
import csv
import json
import os
import signal
import subprocess
import time

import program

TOY = ["--cfg", "vanilla", "--preset", "paper", "--data", "ring-8", "--batch", 32, "--ngf", 8, "--ndf", 8, "--tick", 0.064, "--snap", 5, "--snap-first", 0]
SWEEP = """seeds = "0-1"
[options]
cfg = "vanilla"
preset = "paper"
data = "ring-8"
batch = 32
ngf = 8
ndf = 8
kimg = 0.64
tick = 0.064
snap = 5
[grid]
lr = [1e-3, 2e-4]
"""


def is_alive(process):
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Sweep(program.ProgramTest):
    def train(self, *more):
        out = self.works("train", *TOY, *more)
        return self.folder / out.splitlines()[-1]

    def test_a_sweep_ends_with_a_table_and_goes_on(self):
        (self.folder / "s.toml").write_text(SWEEP)
        self.assertEqual(self.works("sweep", "s.toml", "-n").count("gannet train --"), 4)
        out = self.works("sweep", "s.toml", "--jobs", 2, "--csv", "s.csv")
        self.assertIn("4 runs in runs/s, 2 at once", out)
        self.assertRegex(out, r"modes: lr=\S+ against lr=\S+ +[-+]\S+ \+-\S+, 95% \S+ to \S+, rank test p \d")
        rows = list(csv.DictReader((self.folder / "s.csv").read_text().splitlines()))
        self.assertEqual(sorted((row["group"], row["seed"]) for row in rows),
                         [("lr=0.0002", "0"), ("lr=0.0002", "1"), ("lr=0.001", "0"), ("lr=0.001", "1")])
        self.assertEqual(len(list(self.folder.glob("runs/s/0*"))), 4)
        self.works("sweep", "s.toml")  # nothing is left
        self.assertEqual(len(list(self.folder.glob("runs/s/0*"))), 4)
        (self.folder / "s.toml").write_text(SWEEP.replace("0-1", "0-2"))
        self.works("sweep", "s.toml")
        self.assertEqual(len(list(self.folder.glob("runs/s/0*"))), 6)
        (self.folder / "s.toml").write_text(SWEEP.replace("kimg = 0.64", "kimg = 1"))
        self.fails(1, "other [options]", "sweep", "s.toml", hint="outdir")

    def test_an_interrupted_sweep_saves_its_runs(self):
        (self.folder / "s.toml").write_text(SWEEP.replace("kimg = 0.64", "kimg = 10000"))
        process = subprocess.Popen([program.GANNET, "sweep", "s.toml", "--jobs", "2"], cwd=self.folder, env=self.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while len(list(self.folder.glob("runs/s/0*/stats.jsonl"))) < 2:
            self.assertIsNone(process.poll())
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("hint: the same command goes on: gannet sweep s.toml", errors)
        self.assertEqual(len(list(self.folder.glob("runs/s/0*/network-stopped.safetensors"))), 2)
        self.assertEqual(self.works("sweep", "s.toml", "-n").count("gannet resume runs/s/0"), 2)

    def test_wrong_sweeps(self):
        for text, error in ((SWEEP + "kimg = [1, 2]\n", "kimg is in [options] and in [grid]"), (SWEEP + "gamma = 1\n", "expected an array of values for gamma"),
                            ("jobs = 2\n" + SWEEP, "unknown key jobs"), (SWEEP + "seed = [1]\n", "seed is not of [grid]"), ("= 1", "not valid TOML")):
            (self.folder / "w.toml").write_text(text)
            self.fails(2, error, "sweep", "w.toml")
        (self.folder / "w.toml").write_text(SWEEP + "gama = [1]\n")
        self.fails(2, "2 of 2 settings cannot be trained: unknown option: --gama (gama=1,lr=0.001 and 1 more): w.toml", "sweep", "w.toml")
        (self.folder / "w.toml").write_text(SWEEP + "b2 = [0.9, 2]\n")  # none begins
        self.fails(2, "2 of 4 settings cannot be trained: ", "sweep", "w.toml")
        self.assertFalse((self.folder / "runs").exists())

    def test_a_value_is_there_once(self):
        for values, error in (("lr = [1e-3, 1e-3]", "0.001 is there twice: lr in w.toml"),
                              ('lr = [2e-4, 0.001, "1e-3"]', "0.001 and 1e-3 are the same value: lr in w.toml"),
                              ('mirror = [true, "1"]', "true and 1 are the same value: mirror in w.toml"),
                              ('data = ["a/b", "a_b"]', "a/b and a_b make runs of one name: data in w.toml")):
            text = SWEEP.replace("lr = [1e-3, 2e-4]", values)
            (self.folder / "w.toml").write_text(text.replace('data = "ring-8"\n', "") if values.startswith("data") else text)
            for more in ((), ("-n",)):
                self.fails(2, error, "sweep", "w.toml", *more)
        for option in ("threads = [1, 2]", 'metrics = ["modes", "none"]', "snap_keep = [1, 2]", 'device = ["cpu", "auto"]'):
            (self.folder / "w.toml").write_text(SWEEP + option + "\n")
            self.fails(2, option.split()[0] + " is not of [grid]: runs that differ in it alone are one group: w.toml", "sweep", "w.toml", hint="among [options]")
        (self.folder / "w.toml").write_text(SWEEP + "n_critic = [1, 2]\nn-critic = [3]\n")
        self.fails(2, "n_critic is there twice", "sweep", "w.toml")
        self.assertFalse((self.folder / "runs").exists())

    def test_hints_of_a_sweep_can_be_typed(self):
        (self.folder / "w.toml").write_text(SWEEP.replace('"0-1"', '"x"'))
        hint = self.fails(2, "found 'x': seeds in w.toml", "sweep", "w.toml", "-n").stderr.splitlines()[1]
        self.assertEqual(hint, 'hint: seeds = "0,1,4-6"')
        (self.folder / "w.toml").write_text(SWEEP.replace('seeds = "0-1"', hint[len("hint: "):]))
        self.assertEqual(self.works("sweep", "w.toml", "-n").count("gannet train --"), 10)
        (self.folder / "w.toml").write_text(SWEEP.replace('"0-1"', '"0,0"'))
        self.fails(2, "seed 0 is there twice: seeds in w.toml", "sweep", "w.toml")
        (self.folder / "w.toml").write_text(SWEEP.split("[grid]")[0].replace("ngf = 8", "ngf = -2"))
        error = self.fails(2, "1 of 1 setting cannot be trained: -2 is out of range", "sweep", "w.toml", "-n").stderr
        self.assertNotIn("()", error)
        self.assertIn("--ngf: w.toml", error)

    def test_a_killed_sweep_waits_for_its_runs(self):
        (self.folder / "s.toml").write_text(SWEEP.replace("kimg = 0.64", "kimg = 10000").replace("0-1", "0").replace("lr = [1e-3, 2e-4]", "lr = [1e-3]"))
        command = [program.GANNET, "sweep", "s.toml", "--jobs", "1"]
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not (locks := list(self.folder.glob("runs/s/0*/.lock"))) or not list(self.folder.glob("runs/s/0*/stats.jsonl")):
            self.assertIsNone(process.poll())
            time.sleep(0.02)
        child = int(locks[0].read_text())
        process.kill()
        process.communicate()
        again = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        lines = [again.stdout.readline() for _ in range(2)]
        self.assertEqual(lines[1], "waiting for 1 run that another process trains: lr=0.001,seed=0\n")
        self.assertIn("in use by process", self.run_gannet("sweep", "s.toml").stderr)
        again.send_signal(signal.SIGTERM)
        _, errors = again.communicate(timeout=60)
        self.assertEqual(again.returncode, 130, errors)
        os.kill(child, signal.SIGTERM)
        while is_alive(child):
            time.sleep(0.02)
        self.assertEqual(len(list(self.folder.glob("runs/s/0*/network-stopped.safetensors"))), 1)

    def test_seeds_in_one_command(self):
        out = self.works("train", *TOY, "--kimg", 0.64, "--seeds", "3,5", "--desc", "x")
        self.assertRegex(out.splitlines()[-1], r"^all +2 (done|alike) +\S+ \(sd ")
        self.assertEqual({json.loads(path.read_text())["seed"] for path in self.folder.glob("runs/*/options.json")}, {3, 5})
        self.fails(2, "--seed and --seeds", "train", *TOY, "--kimg", 0.64, "--seeds", "3,5", "--seed", 1)

    def test_seeds_of_a_budget_in_time_are_one_group(self):
        out = self.works("train", *TOY, "--minutes", 0.06, "--seeds", "0-1")
        self.assertRegex(out.splitlines()[-1], r"^all +[12] .* \S+ \(sd ")

    def test_runs_compare_says_which_has_no_error(self):
        runs = [self.train("--kimg", 0.64, *more) for more in ((), ("--seed", 1), ("--lr", "1e-3"))]
        for run in runs:
            lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
            for line in lines:
                line.pop("error", None)
            (run / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        three = self.works("runs", "compare", *runs)
        self.assertIn(", one run of lr=0.001: no error", three)
        self.assertNotIn("one run each", three)
        self.assertIn(", one run each: no error", self.works("runs", "compare", runs[0], runs[2]))

    def test_runs_compare_draws_the_metrics(self):
        a, b = self.train("--kimg", 0.64), self.train("--kimg", 0.64, "--seed", 1)
        out = self.works("runs", "compare", a, b, "--out", "curves.svg")
        lines = [json.loads(line) for run in (a, b) for line in (run / "metrics.jsonl").read_text().splitlines()]
        metrics = {line["metric"] for line in lines if line.get("value") is not None}
        self.assertEqual(sorted(out.splitlines()[-len(metrics):]), sorted(f"curves-{metric}.svg" for metric in metrics))
        self.assertIn("00001-", (self.folder / "curves-modes.svg").read_text())
        self.assertEqual(len(self.works_json("runs", "compare", a, b, "--out", "both")["plots"]), 2 * len(metrics))
        self.assertTrue((self.folder / "both-modes.png").read_bytes().startswith(b"\x89PNG"))
        for option in ("--csv", "--out"):
            self.fails(2, option, "runs", "compare", a, b, option, "")
        self.fails(2, "ends in .png or .svg", "runs", "compare", a, b, "--out", "curves.jpg")

    def test_a_network_is_named_by_its_kimg(self):
        run = self.train("--kimg", 1.6)  # of files' names, rounded down, three are network-000000
        hint = self.fails(1, "no network at 99 kimg", "sample", "--network", "0@99", "--seeds", "0", "--out", "x.npy", hint="--network 0@1.6; there are: ").stderr
        there = hint.strip().split("there are: ")[1].split(", ")
        self.assertEqual(there, ["0.32", "0.64", "0.96", "1.28", "1.6"])
        taken = {self.works("sample", "--network", f"0@{kimg}", "--seeds", "0", "--out", "x.npy").split(": x.npy")[0] for kimg in there}
        self.assertEqual(len(taken), len(there))
        by_kimg = {line["kimg"]: line["network"] for line in map(json.loads, (run / "snapshots.jsonl").read_text().splitlines())}
        self.assertIn(by_kimg[0.32], self.works("sample", "--network", f"{run}@0.32", "--seeds", "0", "--out", "x.npy"))

    def test_runs_compare(self):
        a, b, c = self.train("--kimg", 0.64), self.train("--kimg", 0.64, "--seed", 1), self.train("--kimg", 0.64, "--lr", "1e-3", "--metrics", "none")
        table = self.works("runs", "compare", a, b, "--csv", "x.csv")
        self.assertIn("(higher is better)", table)
        self.assertEqual(len((self.folder / "x.csv").read_text().splitlines()), 3)
        document = self.works_json("runs", "compare", a, b, c)
        self.assertEqual(document["differences"]["lr"][2], 0.001)
        more = self.train("--kimg", 0.64, "--metrics", "fd500,kid500"), self.train("--kimg", 0.64, "--metrics", "fd400,kid500"), self.train("--kimg", 0.64, "--metrics", "fd400")
        self.assertIn("fd is not compared, its samples or neighbours are of unlike numbers: fd500 in 00003-", self.works("runs", "compare", 3, 4))
        self.fails(1, "fd is not compared, its samples or neighbours are of unlike numbers: fd500 in 00003-", "runs", "compare", more[0], "5", hint="same --metrics")
        self.assertEqual(self.works("runs", "show", "00003").splitlines()[0], self.works("runs", "show", more[0].relative_to(self.folder)).splitlines()[0])
        self.fails(1, "no run of this number: 9", "sample", "--network", 9, "--seeds", 0, "--out", "x.npy")
        self.works("sample", "--network", "3@last", "--seeds", 0, "--out", "x.npy")
        self.works("resume", 5, "--kimg", 1.28)
        (self.folder / "runs/3-x").mkdir()
        (self.folder / "runs/3-x/options.json").write_text("{}")
        self.fails(2, "2 runs have this number: 3", "runs", "show", 3)
        lines = (b / "metrics.jsonl").read_text().replace('"n_fake":10000', '"n_fake":5000')
        (b / "metrics.jsonl").write_text(lines)
        self.fails(1, "the protocols of modes differ: n_fake is 10000", "runs", "compare", a, b)

    def test_the_best_network_has_its_own_figures(self):
        run = self.train("--kimg", 1.28)
        lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        lines = [line for line in lines if line["metric"] in ("modes", "high_quality")]
        for line in lines:
            line.pop("error", None)
        for i, (modes, quality) in enumerate(((8, 0.1), (7, 0.9), (2, 0.3), (1, 0.2))):
            lines[2 * i]["value"], lines[2 * i + 1]["value"] = modes, quality
        (run / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        document = self.works_json("runs", "show", run)
        self.assertEqual(document["best"], {"modes": 8, "high_quality": 0.1})
        self.assertEqual(document["last_network"]["figures"], {"modes": 1, "high_quality": 0.2})
        self.assertIn("modes 8, high_quality 0.1 at 0.32 kimg", self.works("runs", "list"))
        self.assertIn("the newest network of the run: modes 1", self.works("sample", "--network", f"{run}@last", "--seeds", "0-3", "--out", "x.npy"))
        self.assertIn("the best of the run by modes", self.works("sample", "--network", run, "--seeds", "0-3", "--out", "x.npy"))
        hint = self.fails(1, "no network at 7 kimg", "sample", "--network", f"{run}@7", "--seeds", "0", "--out", "x.npy", hint="there are: ").stderr
        at = hint.split("there are: ")[1].split(",")[0]
        self.works("sample", "--network", f"{run}@{at}", "--seeds", "0", "--out", "x.npy")

    def test_a_run_stops_when_it_is_good_enough_and_goes_on_when_asked(self):
        out = self.works("train", *TOY, "--kimg", 1.28, "--stop-when", "high_quality >= 0")
        run = self.folder / out.splitlines()[-1]
        self.assertIn("done early at step 10: high_quality ", out)
        self.assertIn("done early", (run / "DONE").read_text() + out)
        self.assertIn("this run is done already", self.works("resume", run))
        self.works("resume", run, "--stop-when", "")
        self.assertEqual(json.loads((run / "stats.jsonl").read_text().splitlines()[-1])["kimg"], 1.28)
        patient = self.works("train", *TOY, "--kimg", 64, "--patience", 0.64, "--lr", 0)
        self.assertRegex(patient, r"(?m)^done early at step \d+: no better modes than ")
        for wrong in (("--stop-when", "fd < 8"), ("--stop-when", "modes"), ("--patience", 1, "--metrics", "none")):
            result = self.run_gannet("train", *TOY, "--kimg", 1.28, *wrong)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn(wrong[0], result.stderr)


if __name__ == "__main__":
    program.main()
