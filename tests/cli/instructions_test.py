"""What a training step costs outside its kernels, in instructions: callgrind counts the same on a noisy machine, where a
regression of the time would not show. Without valgrind there is nothing to count."""
import collections
import pathlib
import re
import shutil
import subprocess
import unittest

import program

# Small nets, whose steps are all overhead: bounds are a tenth above what was counted when they were written. A step that
# became cheaper by design: lower its bound.
STEPS = {
    "perceptrons, batch norm": (["--cfg", "vanilla", "--data", "ring-8", "--batch", 4, "--ngf", 8, "--ndf", 8], 1.65e6),
    "input gradients": (["--cfg", "r3gan", "--data", "ring-8", "--batch", 4, "--ngf", 1, "--ndf", 1], 6.25e6),
}
# Arithmetic, of which there are versions for each CPU.
KERNELS = re.compile(r"^mkl_|gannet::kernels::|dnnl|fused_adam_kernel|vectorized|sgemm")


def self_costs(path):
    """Instructions of each function without what it calls, of a file of callgrind's."""
    names, costs, function, skip = {}, collections.Counter(), None, False
    for line in pathlib.Path(path).read_text(errors="replace").splitlines():
        named = re.match(r"fn=\((\d+)\)(?: (.*))?$", line)
        if named:
            number, name = named.groups()
            function = names.setdefault(number, (name or "").strip())
        elif called := re.match(r"cfn=\((\d+)\) (.*)$", line):
            names.setdefault(called[1], called[2].strip())
        elif line.startswith("calls="):
            skip = True  # the next line is what the callee took
        elif re.match(r"[+*\-\d]", line):
            if not skip:
                costs[function] += int(line.split()[1])
            skip = False
    return costs


@unittest.skipUnless(shutil.which("valgrind"), "needs valgrind")
class Instructions(program.ProgramTest):
    def counted(self, options, steps=12):
        batch = options[options.index("--batch") + 1]
        out = self.folder / "counts"
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--toggle-collect=gannet::Trainer::run_step(*"]
        run = ["train", *options, "--kimg", steps * batch / 1000, "--metrics", "none", "--snap", 1000, "--threads", 1]
        result = subprocess.run([*tool, program.GANNET, *map(str, run)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=500,
                                cwd=self.folder, env=dict(self.environment, GOMP_SPINCOUNT="10000"))  # without it the program starts anew
        self.assertEqual(result.returncode, 0, result.stderr)
        costs = self_costs(out)
        kernels = sum(cost for function, cost in costs.items() if KERNELS.search(function))
        return (sum(costs.values()) - kernels) / steps

    def test_a_step_takes_no_more_than_it_did(self):
        for name, (options, most) in STEPS.items():
            with self.subTest(name):
                found = self.counted(options)
                print(f"{name}: {found / 1e6:.3f} million instructions a step (at most {most / 1e6:.3f})", flush=True)
                self.assertGreater(found, 1e5, "is anything counted?")
                self.assertLess(found, most)


if __name__ == "__main__":
    program.main()
