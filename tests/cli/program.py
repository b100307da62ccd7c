"""The program under test, for the scripts beside this file. GANNET names the binary."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

GANNET = os.environ["GANNET"]


class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gannet-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.environment = dict(os.environ, GANNET_DATA=str(self.folder / "data"), GANNET_THREADS="1")

    def run_gannet(self, *arguments, **more):
        more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "timeout": 300,
                "cwd": self.folder, "env": self.environment} | more
        return subprocess.run([GANNET, *map(str, arguments)], **more)

    def works(self, *arguments, **more):
        """Standard output of a command that must succeed; warnings at most on standard error."""
        result = self.run_gannet(*arguments, **more)
        self.assertEqual(result.returncode, 0, f"gannet {arguments}: {result.stderr}")
        for line in result.stderr.splitlines():
            self.assertTrue(line.startswith("gannet: warning: "), line)
        return result.stdout

    def works_json(self, *arguments):
        return json.loads(self.works(*arguments, "--json"))

    def fails(self, status, error, *arguments, hint=None, **more):
        """One line that begins `gannet: `, at most one `hint: `, and nothing on standard output."""
        result = self.run_gannet(*arguments, **more)
        said = f"gannet {arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        self.assertEqual(result.returncode, status, said)
        self.assertEqual(result.stdout, "", said)
        lines = [line for line in result.stderr.splitlines() if not line.startswith("gannet: warning: ")]
        self.assertIn(len(lines), (1, 2), said)
        self.assertTrue(lines[0].startswith("gannet: "), said)
        self.assertIn(error, lines[0], said)
        if len(lines) == 2:
            self.assertTrue(lines[1].startswith("hint: "), said)
        if hint is not None:
            self.assertEqual(len(lines), 2, said)
            self.assertIn(hint, lines[1], said)
        return result


def main():
    unittest.main(verbosity=1)
