"""Runs killed with SIGKILL again and again end bit for bit as a run that was left alone."""
import os
import pathlib
import random
import subprocess
import time

import program
import run_files

KILLS = 14  # for each of the two recipes
SEED = int(os.environ.get("GANNET_KILL_SEED", "1"))  # of the delays; a failure prints it
RECIPES = {
    "vanilla": ["--data", "ring-8", "--batch", 16, "--kimg", 0.48, "--tick", 0.032, "--snap", 1, "--ngf", 32, "--ndf", 32],
    "dcgan": ["--data", "shapes", "--image-size", 28, "--batch", 8, "--kimg", 0.12, "--tick", 0.008, "--snap", 1,
              "--ngf", 4, "--ndf", 4],
}


class Kill(program.ProgramTest):
    def start(self, *arguments):
        process = subprocess.Popen([program.GANNET, *map(str, arguments)], cwd=self.folder, env=self.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def kill_somewhere(self, process, folder, dice):
        """Ends it at a random moment: any time, or as soon as a file is being written; True if it was still alive."""
        wait, delay = dice.choice(("any time", "in a file", "in a file", "in a state")), dice.uniform(0, 0.004)
        if wait == "any time":
            delay = dice.uniform(0.2, 0.8)
        else:
            pattern = "*/.state-*.tmp" if wait == "in a state" else "*/.[a-z]*.tmp"
            while process.poll() is None and not any(folder.glob(pattern)):
                pass
        time.sleep(delay)
        process.kill()
        return process.wait() < 0

    def check_files(self, run):
        """Whatever the moment: what has a name is whole, and what is half written has none."""
        for path in run.glob("*.safetensors"):
            run_files.open_model(path.read_bytes())
        for path in run.glob("*.png"):
            self.assertTrue(path.read_bytes().endswith(b"IEND\xaeB`\x82"), path)

    def killed_run(self, cfg, folder, dice, left):
        """A run that is killed up to `left` times and then ends; the run, and how often it was killed."""
        kills, inside = 0, 0
        train = ["train", "--cfg", cfg, *RECIPES[cfg], "--seed", 7, "--outdir", folder]
        while True:
            run = next((path.parent for path in folder.glob("*/options.json")), None)
            process = self.start(*(["resume", run] if run else train))
            if kills < left and self.kill_somewhere(process, folder, dice):
                kills += 1
                inside += any(folder.glob("*/.*.tmp"))
            else:
                _, stderr = process.communicate(timeout=120)
                self.assertEqual(process.returncode, 0, stderr)
            run = next((path.parent for path in folder.glob("*/options.json")), None)
            if run:
                self.check_files(run)
            if run and (run / "DONE").exists():
                return run, kills, inside

    def check_recipe(self, cfg):
        dice = random.Random(f"{SEED} {cfg}")
        out = self.works("train", "--cfg", cfg, *RECIPES[cfg], "--seed", 7, "--outdir", "whole")
        whole = run_files.fingerprint(self.folder / out.splitlines()[-1])
        kills, inside = 0, 0
        while kills < KILLS:  # a run may end before it was killed so often; then another one follows
            folder = pathlib.Path(self.folder / f"killed-{kills}")
            folder.mkdir()
            run, more, found = self.killed_run(cfg, folder, dice, KILLS - kills)
            self.assertGreater(more, 0, "no kill came in time")
            kills, inside = kills + more, inside + found
            killed = run_files.fingerprint(run)
            self.assertEqual(sorted(whole), sorted(killed))
            for name, value in whole.items():
                self.assertTrue(value == killed[name], f"{name} differs; GANNET_KILL_SEED={SEED}")
            self.check_events(killed["events"])
        print(f"{cfg}: {kills} kills, {inside} of them while a file was half written")
        self.assertGreater(inside, 0, "no kill came into a checkpoint")

    def check_events(self, events):
        steps = [step for step, _ in events]
        self.assertEqual(steps, sorted(steps))
        tags = [(step, tag) for step, of_step in events for tag in of_step]
        self.assertEqual(len(tags), len(set(tags)))
        self.assertIn("fakes", {tag for _, tag in tags})

    def test_killed_before_it_said_done(self):
        out = self.works("train", "--cfg", "vanilla", *RECIPES["vanilla"], "--seed", 7, "--outdir", "whole")
        run = self.folder / out.splitlines()[-1]
        done = (run / "DONE").read_text()
        self.assertTrue(done.startswith("alike: "), done)  # the watchdog's word, which it has from the run's files
        (run / "DONE").unlink()
        (run / "report.html").unlink()
        self.works("resume", run)
        self.assertEqual((run / "DONE").read_text(), done)
        self.assertIn("alike", (run / "report.html").read_text())

    def test_vanilla(self):
        self.check_recipe("vanilla")

    def test_dcgan(self):
        self.check_recipe("dcgan")


if __name__ == "__main__":
    program.main()
