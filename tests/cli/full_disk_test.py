"""A disk that fills up (files may not grow beyond a size), folders that cannot be written, and a run that vanishes."""
import os
import resource
import shutil
import subprocess
import time

import program
import run_files

TINY = ["--cfg", "vanilla", "--data", "ring-8", "--batch", 16, "--kimg", 0.16, "--tick", 0.032, "--snap", 1, "--ngf", 32,
        "--ndf", 32, "--seed", 5]


def limit(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class FullDisk(program.ProgramTest):
    def train(self, outdir, **more):
        return self.run_gannet("train", *TINY, "--outdir", outdir, **more)

    def run_in(self, outdir):
        return next((path.parent for path in (self.folder / outdir).glob("*/options.json")), None)

    def one_line(self, result, *words):
        self.assertEqual(result.returncode, 1, result.stderr)
        lines = result.stderr.splitlines()
        self.assertTrue(lines[0].startswith("gannet: "), result.stderr)
        self.assertTrue(len(lines) == 1 or len(lines) == 2 and lines[1].startswith("hint: "), result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_a_run_goes_on_to_the_same_end_when_there_is_space_again(self):
        self.assertEqual(self.train("whole").returncode, 0)
        whole = run_files.fingerprint(self.run_in("whole"))
        network, state = (max(path.stat().st_size for path in self.run_in("whole").glob(pattern))
                          for pattern in ("network-0*.safetensors", "state-*.safetensors"))
        self.assertLess(network, state)
        resumed = 0
        for size in (0, 8000, network - 1, state - 1):
            with self.subTest(size=size):
                outdir = f"full-{size}"
                self.one_line(self.train(outdir, preexec_fn=limit(size)), "File too large", "free some space")
                run = self.run_in(outdir)
                if not run:  # not even the options could be written: nothing to go on with
                    continue
                self.assertTrue(all(path.stat().st_size <= size for path in run.iterdir()))
                self.assertFalse(list(run.glob(".*.tmp")), "space is not given back")
                self.one_line(self.run_gannet("resume", run, preexec_fn=limit(size)), "File too large")
                self.works("resume", run)
                self.assertTrue(whole == run_files.fingerprint(run))
                resumed += 1
        self.assertEqual(resumed, 3)

    def test_why_it_failed_is_kept_until_it_goes_on(self):
        self.train("runs", preexec_fn=limit(30000))
        run = self.run_in("runs")
        self.assertIn("File too large", (run / "FAILED").read_text())
        shown = self.works_json("runs", "show", run)
        self.assertEqual(shown["state"], "failed")
        self.assertIn("File too large", shown["why"])
        self.works("resume", run)
        self.assertFalse((run / "FAILED").exists())

    def test_samples_are_written_whole_or_not_at_all(self):
        self.train("runs")
        run = self.run_in("runs")
        for name in ("x.png", "x.npy", "x.npz"):
            with self.subTest(name=name):
                (self.folder / name).write_text("what was there before")
                self.fails(1, name, "sample", "--network", run, "--seeds", "0-9999", "--out", name, hint="free some space",
                           preexec_fn=limit(2000))
                self.assertEqual((self.folder / name).read_text(), "what was there before")
                self.assertFalse(list(self.folder.glob(".*.tmp")))
                self.works("sample", "--network", run, "--seeds", "0-9999", "--out", name)
                self.assertGreater((self.folder / name).stat().st_size, 2000)

    def test_folders_that_cannot_be_written(self):
        (self.folder / "file").touch()
        for outdir in ("file", "file/runs", "/proc/runs", "/proc"):
            with self.subTest(outdir=outdir):
                self.fails(1, outdir, "train", *TINY, "--outdir", outdir)
        self.train("runs")
        run = self.run_in("runs")
        for out in ("file/x.png", "none/x.npy", "/proc/x.npz"):
            self.fails(1, out, "sample", "--network", run, "--out", out)
        self.fails(1, "is a folder", "sample", "--network", run, "--out", self.make_folder("folder.png"))

    def make_folder(self, name):
        (self.folder / name).mkdir()
        return name

    def test_a_run_that_vanishes(self):
        command = [program.GANNET, "train", *map(str, TINY), "--kimg", "1000000", "--outdir", "runs"]
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        while not list(self.folder.glob("runs/*/state-*")):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        os.rename(self.folder / "runs", self.folder / "elsewhere")
        shutil.rmtree(self.folder / "elsewhere")
        _, stderr = process.communicate(timeout=120)
        self.one_line(subprocess.CompletedProcess(command, process.returncode, "", stderr), "runs/", "No such file")
        self.assertFalse((self.folder / "runs").exists())


if __name__ == "__main__":
    program.main()
