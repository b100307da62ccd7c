"""scripts/gpu/check.sh without a GPU: one line, or its parts on the CPU, with programs of a line in place of gannet and PyTorch."""
import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
NUMBERS = '{"step_ms_median": 1.5, "peak_rss_mb": 20}'
PYTHON = """#!/bin/sh
case "$*" in
  *cuda.is_available*) echo "2.13.0 False" ;;
  *bench/peers*) echo '%s' ;;
  *) exec python3 "$@" ;;
esac
""" % NUMBERS
GANNET = """#!/bin/sh
case "$1" in
  doctor) echo "gannet 0.1.0" ;;
  bench) echo '%s' ;;
  train) while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2/00000"; echo x > "$2/00000/fakes-000001.png"; echo "$2/00000" ;;
esac
""" % NUMBERS


class GpuCheck(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.folder = pathlib.Path(work.name)
        for name, text in (("python", PYTHON), ("gannet", GANNET)):
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o755)

    def check(self, **variables):
        """Exit status, stdout, stderr."""
        environment = {**os.environ, "PYTHON": str(self.folder / "python"), "OUT": str(self.folder / "out"), "BUILD": str(self.folder), "SKIP_BUILD": "1", "PACK": str(self.folder / "pack"), **variables}
        result = subprocess.run(["bash", SOURCE / "scripts" / "gpu" / "check.sh", "shapes"], capture_output=True, text=True, env=environment)
        return result.returncode, result.stdout, result.stderr

    def test_without_a_gpu_it_says_so(self):
        code, out, err = self.check()
        self.assertEqual((code, out), (1, ""))
        self.assertRegex(err, r"\Acheck: PyTorch 2.13.0 of .* has no GPU here\nhint: DRY=1 tries this script on the CPU\n\Z")
        code, _, err = self.check(PYTHON="/bin/false")
        self.assertEqual(code, 1)
        self.assertIn("/bin/false has no PyTorch", err)

    def test_a_trial_on_the_cpu_has_all_parts(self):
        code, out, err = self.check(DRY="1")
        self.assertEqual((code, err), (0, ""), out)
        for text in ("gannet 0.1.0", f"picture: {self.folder}/out/fakes.png", "| toy2d | 1.500 ms, 20 MB | 1.500 ms, 20 MB | 1.500 ms, 20 MB |", "## Done"):
            self.assertIn(text, out)
        self.assertEqual((self.folder / "out" / "gpu.md").read_text(), out)

    def test_parts_of_it(self):
        code, out, _ = self.check(DRY="1", PARTS="steps")
        self.assertEqual(code, 0)
        self.assertIn("| toy2d |", out)
        self.assertNotIn("picture", out)

    def test_what_no_time_is_left_for_is_said(self):
        code, out, _ = self.check(DRY="1", LIMIT="0")
        self.assertEqual(code, 0)
        for text in ("**failed** (no time left): `", "**no picture**", "| toy2d | failed or no time left |", "## Done"):
            self.assertIn(text, out)


if __name__ == "__main__":
    unittest.main()
