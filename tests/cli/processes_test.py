"""`gannet train` and `resume` in several processes, by the variables of each launcher: what they train, who speaks, and how they end."""
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import time

import program
import run_files

# Batches of 12, twenty steps; SGD, where weights differ by the order of sums alone.
RUN = ["--cfg", "dcgan", "--data", "shapes", "--image-size", 16, "--batch", 12, "--kimg", 0.24, "--tick", 0.06, "--snap", 2,
       "--ngf", 4, "--ndf", 4, "--optimizer", "sgd", "--lr", 0.01, "--noise", 0, "--metrics", "none"]
LONG = [{0.24: 1000}.get(word, word) for word in RUN]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def floats(run):
    """The numbers of the newest state, by tensor."""
    _, tensors = run_files.open_model(max(run.glob("state-*.safetensors")).read_bytes())
    return {name: struct.unpack(f"<{len(data) // 4}f", data) for name, (kind, _, data) in tensors.items() if kind == "F32"}


class Processes(program.ProgramTest):
    def by_torch(self, rank, size, port):
        return {"RANK": rank, "WORLD_SIZE": size, "LOCAL_RANK": rank, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}

    def start(self, size, *arguments, of=None, more=()):
        """Process after process, each with its environment and, where `more` has some, arguments of its own."""
        port, started = free_port(), []
        for rank in range(size):
            environment = self.environment | {key: str(value) for key, value in (of or self.by_torch)(rank, size, port).items()}
            started.append(subprocess.Popen(
                [program.GANNET, *map(str, arguments), *map(str, dict(more).get(rank, ()))], cwd=self.folder, text=True,
                env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
            self.addCleanup(started[-1].wait)
            self.addCleanup(started[-1].kill)
        return started

    def ended(self, started, timeout=120):
        """(status, standard output, standard error) of each."""
        result = []
        for process in started:
            out, err = process.communicate(timeout=timeout)
            result.append((process.returncode, out, err))
        return result

    def together(self, size, *arguments, **more):
        """The run directory that process 0 alone speaks of."""
        (status, out, err), *others = self.ended(self.start(size, *arguments, **more))
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(others, [(0, "", "")] * (size - 1))
        return self.folder / out.splitlines()[-1]

    def refused(self, status, text, started, hint=""):
        """One ends with this status, a line and perhaps a hint; the others fail without a word."""
        ends = self.ended(started)
        self.assertEqual([end[0] for end in ends if end[2]], [status], ends)
        self.assertNotIn(0, [end[0] for end in ends])
        self.assertEqual([end[1] for end in ends], [""] * len(ends))
        lines = [line for end in ends for line in end[2].splitlines()]
        self.assertIn(len(lines), (1, 2), ends)
        self.assertIn(text, lines[0])
        if hint:
            self.assertIn(hint, lines[1])

    def assert_same_weights(self, run, other, tolerance):
        expected, found = floats(run), floats(other)
        self.assertEqual(expected.keys(), found.keys())
        for name, numbers in expected.items():
            size = max(1e-2, *map(abs, numbers))
            worst = max(abs(a - b) for a, b in zip(numbers, found[name]))
            self.assertLess(worst / size, tolerance, name)

    def alone(self, *arguments):
        return self.folder / self.works(*arguments).splitlines()[-1]

    def test_two_and_three_train_what_one_does(self):
        one = self.alone("train", *RUN)
        for size in (2, 3):
            run = self.together(size, "train", *RUN)
            self.assert_same_weights(one, run, 2e-5)
            for mine, theirs in zip(run_files.stats(one), run_files.stats(run)):
                self.assertAlmostEqual(mine["loss"]["D"], theirs["loss"]["D"], 4)
            self.assertEqual(sorted(path.name for path in one.iterdir() if not path.name.startswith("events")),
                             sorted(path.name for path in run.iterdir() if not path.name.startswith("events")))

    def test_a_run_goes_on_with_another_number_of_processes(self):
        whole = self.alone("train", *RUN)
        run = self.together(2, "train", *RUN, "--kimg", 0.12)
        self.assertEqual(self.together(3, "resume", run, "--kimg", 0.18), run)
        self.assertEqual(self.alone("resume", run, "--kimg", 0.24), run)
        self.assert_same_weights(whole, run, 2e-5)

    def test_a_stop_of_any_process_stops_all_at_one_step(self):
        started = self.start(2, "train", *LONG)
        self.wait_for_steps()
        started[1].terminate()
        (status, out, err), other = self.ended(started)
        self.assertEqual((status, other), (130, (130, "", "")))
        self.assertRegex(err, r"^gannet: interrupted, state saved at step \d+: runs/\S+\nhint: gannet resume runs/\S+\n$")
        run = next(self.folder.glob("runs/*"))
        step = int(re.search(r"step (\d+)", err)[1])
        self.together(2, "resume", run, "--kimg", (step + 2) * 12 / 1000)

    def wait_for_steps(self):
        end = time.monotonic() + 60
        while not any(path.read_text() for path in self.folder.glob("runs/*/stats.jsonl")):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def test_a_killed_process_ends_the_others_with_one_line(self):
        for rank in (1, 0):
            started = self.start(3, "train", *LONG)
            self.wait_for_steps()
            while not list(self.folder.glob("runs/*/state-*")):
                time.sleep(0.05)
            started[rank].send_signal(signal.SIGKILL)
            begin = time.monotonic()
            ends = self.ended(started, timeout=30)
            self.assertLess(time.monotonic() - begin, 20)
            del ends[rank]
            self.assertEqual([end[0] for end in ends], [1, 1])
            lines = [line for end in ends for line in end[2].splitlines()]
            self.assertEqual(len(lines), 2, lines)
            self.assertTrue(lines[0].startswith(f"gannet: process {rank} of 3 ended without a word"), lines)
            self.assertIn("gannet resume", lines[1])
            (run,) = self.folder.glob("runs/*")
            steps = int(max(run.glob("state-*")).name.split("-")[1].split(".")[0])
            self.together(2, "resume", run, "--kimg", (steps + 2) * 12 / 1000)
            shutil.rmtree(run)

    def test_an_error_is_said_once(self):
        self.refused(2, "unknown option", self.start(3, "train", *RUN, "--learning-rat", 1))
        self.refused(2, "a batch of 12 cannot be shared equally among 5 processes", self.start(5, "train", *RUN), "--batch 15")
        self.refused(2, "process 1 of 2: its options are others than those of process 0: 2 for 1",
                     self.start(2, "train", *RUN, "--seed", more={0: [1], 1: [2]}.items()))
        self.refused(1, "there is no run directory here", self.start(2, "resume", "nowhere"))

    def test_an_environment_that_contradicts_itself(self):
        for text, variables in (("RANK", {"WORLD_SIZE": 2}), ("RANK", {"WORLD_SIZE": 2, "RANK": 2}), ("RANK", {"WORLD_SIZE": 2, "RANK": "x"}),
                                ("MASTER_ADDR", {"WORLD_SIZE": 2, "RANK": 0}), ("WORLD_SIZE", {"WORLD_SIZE": 0, "RANK": 0}),
                                ("MASTER_PORT", {"WORLD_SIZE": 2, "RANK": 0, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": 70000})):
            environment = self.environment | {key: str(value) for key, value in variables.items()}
            self.fails(2, text, "train", *RUN, env=environment)
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        self.fails(1, "process 0 cannot listen here", "train", *RUN, env=self.environment | {
            "WORLD_SIZE": "2", "RANK": "0", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(taken.getsockname()[1])})
        self.fails(1, "unknown", "train", *RUN, env=self.environment | {
            "WORLD_SIZE": "2", "RANK": "0", "MASTER_ADDR": "no.such.machine.invalid"})

    def test_two_processes_of_one_rank(self):
        short = [{0.24: 0.024}.get(word, word) for word in RUN]
        ends = self.ended(self.start(3, "train", *short, of=lambda rank, size, port: self.by_torch(min(rank, 1), 2, port)))
        self.assertEqual(sorted(end[0] for end in ends), [0, 0, 1], ends)
        self.assertIn("two processes were told that they are process 1 of 2", "".join(end[2] for end in ends))

    def test_variables_of_open_mpi_pmi_and_slurm(self):
        launchers = (
            lambda rank, size, port: {"OMPI_COMM_WORLD_RANK": rank, "OMPI_COMM_WORLD_SIZE": size, "MASTER_PORT": port,
                                      "OMPI_COMM_WORLD_LOCAL_RANK": rank, "OMPI_COMM_WORLD_LOCAL_SIZE": size},
            lambda rank, size, port: {"PMI_RANK": rank, "PMI_SIZE": size, "MASTER_ADDR": "localhost", "MASTER_PORT": port},
            lambda rank, size, port: {"SLURM_PROCID": rank, "SLURM_STEP_NUM_TASKS": size, "SLURM_STEP_NODELIST": "localhost",
                                      "SLURM_JOB_ID": port - 20000 if port >= 20000 else port})
        short = [{0.24: 0.024}.get(word, word) for word in RUN]
        for launcher in launchers:
            self.assertTrue((self.together(2, "train", *short, of=launcher) / "DONE").exists())
        # sbatch's own script is a process alone.
        self.assertTrue((self.alone_with({"SLURM_PROCID": "0", "SLURM_NTASKS": "4", "SLURM_JOB_ID": "7"}, *short) / "DONE").exists())

    def alone_with(self, variables, *arguments):
        return self.folder / self.works("train", *arguments, env=self.environment | variables).splitlines()[-1]

    def test_runs_end_early_go_back_and_follow_each_other(self):
        points = ["train", "--cfg", "vanilla", "--data", "ring-8", "--batch", 64, "--kimg", 3, "--tick", 0.5, "--snap", 1, "--ngf", 8, "--ndf", 8]
        run = self.together(2, *points, "--stop-when", "modes > -1")
        self.assertIn("0 > -1", (run / "DONE").read_text())
        self.assertTrue((run / "DONE").exists())
        run = self.together(2, *points, "--patience", 1)
        self.assertIn("no better modes", (run / "DONE").read_text())
        (status, out, _), other = self.ended(self.start(2, *points, "--seeds", "0-1", "--metrics", "none"))
        self.assertEqual((status, other), (0, (0, "", "")), out)
        self.assertEqual(len(list((self.folder / "runs").glob("*-seed?"))), 2)
        (status, out, err), other = self.ended(self.start(2, *points, "--lr", 10, "--on-collapse", "rollback", "--desc", "back", "--metrics", "none"))
        (run,) = (self.folder / "runs").glob("*-back")
        self.assertIn("watchdog: rollback 1", (run / "log.txt").read_text(), out + err)
        self.assertEqual((other[1], other[2]), ("", ""))

    def test_torchrun(self):
        torchrun = pathlib.Path(program.GANNET).parents[2] / ".deps/test-env/bin/torchrun"
        if not torchrun.exists():
            self.skipTest("no PyTorch in .deps/test-env (scripts/setup.sh --tests)")
        result = subprocess.run([torchrun, "--no-python", "--nproc-per-node", "2", "--master-port", str(free_port()), program.GANNET,
                                 "train", *map(str, RUN)], cwd=self.folder, env=self.environment, text=True, capture_output=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue((self.folder / result.stdout.splitlines()[-1] / "DONE").exists())

    def test_a_plan_and_a_budget_are_of_all_processes(self):
        (status, out, err), other = self.ended(self.start(2, "train", *RUN, "--dry-run"))
        self.assertEqual((status, err, other), (0, "", (0, "", "")))
        self.assertIn("estimate: ", out)
        words = [word for word in RUN if word not in ("--kimg", 0.24)]
        self.assertTrue((self.together(2, "train", *words, "--minutes", 0.4) / "DONE").exists())


if __name__ == "__main__":
    program.main()
