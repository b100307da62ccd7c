"""Runs over their life: the line of progress, signals, going on for longer, early snapshots, and looking at them."""
import fcntl
import json
import os
import pathlib
import pty
import select
import signal
import struct
import subprocess
import termios
import time

import program

TOY = ["--cfg", "vanilla", "--preset", "paper", "--data", "ring-8", "--batch", 32, "--ngf", 8, "--ndf", 8, "--tick", 0.064, "--snap", 10]


class Runs(program.ProgramTest):
    def train(self, *more):
        out = self.works("train", *TOY, *more)
        return self.folder / out.splitlines()[-1]

    def on_a_terminal(self, *arguments, columns=80, answer=None, term="xterm", resize=None):
        """What the program draws on a terminal of so many columns; its exit status."""
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([program.GANNET, *map(str, arguments)], cwd=self.folder, stdin=follower, stdout=follower,
                                   stderr=subprocess.PIPE, env=dict(self.environment, TERM=term))
        os.close(follower)
        self.addCleanup(process.stderr.close)
        if answer is not None:
            os.write(leader, answer.encode())
        drawn, end = b"", time.monotonic() + 120
        while time.monotonic() < end:
            ready, _, _ = select.select([leader], [], [], 0.1)
            try:
                part = os.read(leader, 65536) if ready else b""
            except OSError:
                break
            if not part and process.poll() is not None:
                break
            drawn += part
            if resize and len(drawn) > 4000:
                fcntl.ioctl(leader, termios.TIOCSWINSZ, struct.pack("HHHH", 24, resize, 0, 0))
                resize, drawn = None, b""
        os.close(leader)
        return drawn.decode(), process.wait(timeout=60)

    def ticks(self, drawn):
        return [line.split("\r\n")[0] for line in drawn.split("\r\x1b[K")[1:]]

    def test_the_line_of_progress_fits_the_terminal(self):
        drawn, status = self.on_a_terminal("train", *TOY, "--kimg", 3)
        self.assertEqual(status, 0)
        ticks = self.ticks(drawn)
        self.assertGreater(len(ticks), 20)
        for line in ticks:
            self.assertTrue(line.startswith("kimg ") and len(line) < 80, line)
        self.assertIn("modes", ticks[-1])  # of the snapshots before
        narrow, _ = self.on_a_terminal("train", *TOY, "--kimg", 20, resize=40)
        for line in self.ticks(narrow)[3:]:
            self.assertLess(len(line), 40, line)

    def test_no_escapes_where_they_are_none(self):
        drawn, _ = self.on_a_terminal("train", *TOY, "--kimg", 1, term="dumb")
        self.assertNotIn("\x1b", drawn)
        narrow, _ = self.on_a_terminal("train", *TOY, "--kimg", 1, term="dumb", columns=40)
        for line in narrow.splitlines():
            if line.startswith("kimg ") and " of " in line:
                self.assertLess(len(line), 40, line)
        begin = time.monotonic()
        piped = self.works("train", *TOY, "--kimg", 30, "--snap", 1000)
        seconds = time.monotonic() - begin
        self.assertNotIn("\x1b", piped)
        ticks = [line for line in piped.splitlines() if line.startswith("kimg ") and " of " in line]
        self.assertLessEqual(len(ticks), seconds + 2)
        self.assertTrue(ticks[-1].startswith("kimg 30"))

    def test_a_closed_terminal_saves_what_can_be_sampled(self):
        for name in (signal.SIGHUP, signal.SIGINT):
            process = subprocess.Popen([program.GANNET, "train", *map(str, TOY), "--kimg", "10000", "--snap", "1000000", "--desc", name.name],
                                       cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(process.kill)
            while not list(self.folder.glob(f"runs/*{name.name}/stats.jsonl")):
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            process.send_signal(name)
            if name == signal.SIGHUP:  # a terminal and its shell send it both
                time.sleep(0.001)
                process.send_signal(name)
            self.assertEqual(process.wait(timeout=60), 130)
            run = next(self.folder.glob(f"runs/*{name.name}"))
            self.assertTrue((run / "fakes-stopped.png").exists())
            self.works("sample", "--network", run, "--seeds", "0-9", "--out", f"{name.name}.npy")

    def test_a_stopped_command_leaves_no_temporary_file(self):
        run = self.train("--kimg", 0.1)
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = subprocess.Popen([program.GANNET, "sample", "--network", str(run), "--seeds", "0-9000000", "--batch", "1", "--out", "x.npy"],
                                       cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(process.kill)
            while not list(self.folder.glob(".x.npy.*.tmp")):
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            process.send_signal(name)
            self.assertEqual(process.wait(timeout=60), -name)
            self.assertEqual(list(self.folder.glob(".*")), [])
            self.assertFalse((self.folder / "x.npy").exists())

    def test_a_finished_run_is_told_where_its_data_is_now(self):
        (self.folder / "t.csv").write_text("x,y\n" + "".join(f"{i},{i * i}\n" for i in range(50)))
        out = self.works("train", *TOY, "--data", "t.csv", "--kimg", 0.1, "--metrics", "none")
        run = self.folder / out.splitlines()[-1]
        (self.folder / "t.csv").rename(self.folder / "moved.csv")
        self.assertIn("data = ", self.works("resume", run, "--data", "moved.csv"))
        self.assertTrue(json.loads((run / "options.json").read_text())["data"].endswith("moved.csv"))
        (self.folder / "other.csv").write_text("x,y\n" + "".join(f"{i},{i}\n" for i in range(50)))
        self.fails(1, "the data is not what this run began with", "resume", run, "--data", "other.csv")
        self.assertTrue(json.loads((run / "options.json").read_text())["data"].endswith("moved.csv"))

    def test_goes_on_for_longer(self):
        whole, run = self.train("--kimg", 1.28), self.train("--kimg", 0.7)
        self.works("resume", run, "--kimg", 1.28)
        self.assertEqual((whole / "network-000001.safetensors").read_bytes(), (run / "network-000001.safetensors").read_bytes())
        options = json.loads((run / "options.json").read_text())
        self.assertEqual((options["kimg"], options["changes"][0]["option"], options["changes"][0]["step"]), (1.28, "kimg", 22))
        out = self.works("resume", "--kimg=2", run, "--lr", "1e-3")
        self.assertIn("from here on: lr = 0.001, was 0.0002", out)
        self.fails(2, "--ngf", "resume", run, "--kimg", 3, "--ngf", 9, hint="--resume-partial")
        self.fails(2, "unknown option: --arch", "resume", run, "--arch", "mlp")
        self.fails(2, "this run is done", "resume", run, "--lr", "0.1", hint="--kimg")
        text = self.works("resume", "--help")
        self.assertIn("--lr", text)
        self.assertNotIn("--ngf", text)

    def test_hints_of_refused_changes_work(self):
        run = self.train("--kimg", 0.1)
        hint = self.fails(2, "--nz", "resume", run, "--kimg", 0.2, "--nz", 3).stderr.splitlines()[1]
        command = hint[hint.index("gannet ") + 7:].split()
        self.works(*command, "--nz", 3, "--kimg", 0.1)

    def test_starts_from_a_run(self):
        run = self.train("--kimg", 0.32)
        out = self.works("train", *TOY, "--kimg", 0.1, "--resume", run)
        self.assertRegex(out, r"(?m)^weights from .*state-00000010\.safetensors: G, G_ema, D; with the optimizer's moments of D \(10 updates\), G")
        out = self.works("train", *TOY, "--nz", 5, "--kimg", 0.1, "--resume", run, "--resume-partial")
        self.assertRegex(out, r"(?m)^not taken: G\.\S+ is \[8, \d+\] there, \[8, 5\] here")
        self.fails(1, "--resume: ", "train", *TOY, "--nz", 5, "--kimg", 0.1, "--resume", run, hint="--resume-partial")

    def test_an_exported_network_is_a_start(self):
        run = self.train("--kimg", 0.2)
        for more in ((), ("--discriminator",)):
            self.works("export", "--network", run, "--precision", "f16", "--out", "alone.safetensors", *more)
            self.works("sample", "--network", "alone.safetensors", "--seeds", "0-3", "--out", "a.npy")
            start = ["train", *TOY, "--kimg", 0.1, "--resume", "alone.safetensors"]
            if more:  # the average in place of G
                self.assertRegex(self.works(*start), r"weights from \S*alone.safetensors: G, G_ema, D; a network file has no optimizer moments")
            else:
                self.fails(1, "the tensor D.", *start, hint="--resume-partial")
                self.assertIn("D (0 of ", self.works(*start, "--resume-partial"))
        self.fails(2, "--precision", "export", "--network", run, "--out", "b.safetensors", "--precision", "f8")
        newest = sorted(str(path.relative_to(self.folder)) for path in pathlib.Path(self.folder, run).glob("network-0*"))[-1]
        self.fails(2, "would lose what training needs", "export", "--network", newest, "--out", newest, hint="--out another.safetensors")
        (self.folder / "other.json").write_text(json.dumps({"results": [{"metric": "kid", "value": 1, "protocol": {"fake_hash": "sha256:0"}}]}))
        self.fails(2, "of another network", "export", "--network", newest, "--out", "c.safetensors", "--figures", "other.json", hint="gannet eval")
        self.fails(2, "ends in .safetensors", "export", "--network", run, "--out", "b.onnx")
        self.fails(2, "unknown network of the zoo: zoo:nothing", "sample", "--network", "zoo:nothing", "--out", "a.png")

    def test_a_budget_in_time(self):
        out = self.works("train", "--cfg", "vanilla", "--data", "ring-8", "--minutes", 0.05)
        self.assertRegex(out, r"(?m)^kimg = [\d.]+: 0.05 minutes at a measured")
        self.assertIn("kimg = ", self.works("train", "--data", "ring-8", "--hours", 0.01, "-n"))
        self.fails(2, "--minutes and --kimg", "train", *TOY, "--minutes", 1, "--kimg", 3)

    def test_early_snapshots(self):
        run = self.train("--kimg", 3, "--snap", 1000, "--snap-first", 0.1)
        kimg = [json.loads(line)["kimg"] for line in (run / "snapshots.jsonl").read_text().splitlines()]
        self.assertEqual(kimg, [0.128, 0.224, 0.416, 0.8, 1.6, 3.008])
        self.works("video", "--run", run, "--out", "film.webp")
        self.fails(2, "not both", "video", "--run", run, "--network", run, "--out", "film.webp")
        self.works("video", "--network", run, "--seeds", "0,1", "--frames", 3, "--out", "points.apng")
        kept = self.train("--kimg", 3, "--snap", 5, "--snap-keep", 2)
        self.assertLessEqual(len(list(kept.glob("network-0*"))), 3)  # and the best
        self.assertRegex(next(run.glob("events.*")).name, r"^events\.out\.tfevents\.[1-9]\d{9}\.gannet$")

    def test_plots_of_points_have_the_game(self):
        run = self.train("--kimg", 0.64)
        out = self.works("runs", "plot", run, "--outdir", "plots").splitlines()
        self.assertEqual(out[-2:], ["plots/plot-film.webp", "plots/plot-surface.png"])
        self.assertEqual((self.folder / "plots/plot-film.webp").read_bytes()[8:12], b"WEBP")
        self.works("video", "--run", run, "--out", "film.webp")
        self.assertEqual((self.folder / "plots/plot-film.webp").read_bytes(), (self.folder / "film.webp").read_bytes())
        grid = sorted(run.glob("fakes-0*.png"))[-1]
        self.assertEqual((self.folder / "plots/plot-surface.png").read_bytes(), grid.read_bytes())
        self.works("runs", "plot", run)
        self.assertTrue((run / "plot-surface.png").exists())
        self.assertIn("plot-film.webp", self.works("runs", "plot", "--help"))
        images = self.works("train", "--cfg", "vanilla", "--data", "shapes", "--image-size", 16, "--kimg", 0.032, "--batch", 16, "--ngf", 8, "--ndf", 8)
        self.assertNotIn("film", self.works("runs", "plot", images.splitlines()[-1]))

    def test_files_that_are_there_stay(self):
        out = self.works("train", "--cfg", "vanilla", "--data", "shapes", "--image-size", 16, "--kimg", 0.032, "--batch", 16, "--ngf", 8, "--ndf", 8)
        run = self.folder / out.splitlines()[-1]
        sample = ("sample", "--network", run, "--seeds", "0-1", "--outdir", "out")
        self.works(*sample)
        self.works(*sample)  # the same again
        (self.folder / "out/seed0001.png").write_bytes(b"another one")
        self.fails(1, "seed0001.png", *sample, hint="--overwrite")
        more = (*sample[:3], "--seeds", "0-9", "--outdir", "out")
        self.fails(1, "seed0001.png", *more, hint="--overwrite")
        self.assertFalse((self.folder / "out/seed0002.png").exists(), "written before it was refused")
        (self.folder / "out/seed0000.png").write_bytes(b"another one")
        self.fails(1, "2 of 10 files are there already, of other content; the first: out/seed0000.png", *more)
        self.works(*sample, "--overwrite")
        self.assertNotEqual((self.folder / "out/seed0001.png").read_bytes(), b"another one")
        for command in (["sample", "--network", run, "--seeds", "0-1"], ["video", "--network", run, "--frames", 2, "--seeds", "0,1"],
                        ["project", "--network", run, "--steps", 1, "--target", "out/seed0000.png"], ["data", "show", "shapes"],
                        ["fool", "--data", "shapes", "--steps", 1, "--limit", 10]):
            with self.subTest(command=command[0]):
                (self.folder / "kept.png").write_bytes(b"another one")
                self.works(*command, "--out", "kept.png")  # named in full, as with -o of a compiler
                self.assertNotEqual((self.folder / "kept.png").read_bytes(), b"another one")
        self.works("sample", "--network", run, "--grid", "2x1", "--scale", 4, "--out", "large.png")
        self.assertEqual(struct.unpack(">II", (self.folder / "large.png").read_bytes()[16:24]), (128, 64))
        self.fails(2, "--scale", "sample", "--network", run, "--scale", 4, "--out", "x.npy")

    def test_an_interrupted_sample_says_what_is_written(self):
        out = self.works("train", "--cfg", "vanilla", "--data", "shapes", "--image-size", 16, "--kimg", 0.032, "--batch", 16, "--ngf", 8, "--ndf", 8)
        sample = ["sample", "--network", out.splitlines()[-1], "--seeds", "0-19999", "--outdir", "many"]
        process = subprocess.Popen([program.GANNET, *sample], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not list(self.folder.glob("many/*.png")):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertRegex(errors, r"^gannet: interrupted, \d+ of 20000 files are written: many\nhint: the same command writes the rest\n$")
        self.assertEqual(int(errors.split()[2]), len(list(self.folder.glob("many/*.png"))))

    def test_true_reasons(self):
        run = self.train("--kimg", 0.1)
        (self.folder / "table.csv").write_text("a,b\n1,2\n")
        self.fails(1, "this network draws points", "detect", "--network", run, "table.csv", hint="gannet compare A B")
        self.fails(2, "has no encoder", "reconstruct", "--network", run, "--data", "table.csv")

    def test_removing_asks_on_a_terminal(self):
        run = self.train("--kimg", 0.1)
        drawn, status = self.on_a_terminal("runs", "rm", run, answer="n\n")
        self.assertIn("remove ", drawn)
        self.assertEqual((status, run.exists()), (0, True))
        self.on_a_terminal("runs", "rm", run, answer="y\n")
        self.assertFalse(run.exists())
        run = self.train("--kimg", 0.1)
        self.on_a_terminal("runs", "rm", run, "--yes")
        self.assertFalse(run.exists())


if __name__ == "__main__":
    program.main()
