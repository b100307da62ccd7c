"""packaging/check.py: the container file has no fault, and faults are found."""
import importlib.util
import pathlib
import re
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
SPEC = importlib.util.spec_from_file_location("check", SOURCE / "packaging" / "check.py")
check = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check)

BAD = """FROM debian
WORKDIR build
COPY no-such-folder /x
COPY --from=nobody /a /b
COPY src cli /both
RUN apt-get install g++
RUN if true
ADD x y
ENTRYPOINT gannet
"""


class Containerfile(unittest.TestCase):
    def test_ours_has_no_fault(self):
        self.assertEqual(list(check.faults(SOURCE / "packaging" / "Containerfile")), [])

    def test_all_that_the_build_reads_is_copied(self):
        cmake = "\n".join(path.read_text() for path in [SOURCE / "CMakeLists.txt", *sorted((SOURCE / "cmake").glob("*.cmake"))])
        read = set(re.findall(r"add_subdirectory\((\w+)\)", cmake)) - {"tests"}
        read |= set(re.findall(r"\$\{PROJECT_SOURCE_DIR\}/(src|scripts/data)\b", cmake)) | set(re.findall(r"(?m)^ *gannet_ship\(\w+ (weights|web/dist)", cmake)) | {"cmake"}
        copied = set(re.findall(r"(?m)^COPY (\S+) \S+$", (SOURCE / "packaging" / "Containerfile").read_text()))
        self.assertGreaterEqual(len(read), 9, read)
        self.assertEqual(read - copied, set())

    def test_faults_are_found(self):
        with tempfile.TemporaryDirectory(dir=SOURCE / "packaging") as folder:
            path = pathlib.Path(folder) / "Containerfile"
            path.write_text(BAD)
            found = "\n".join(check.faults(path))
        for fault in ("FROM without a fixed tag", "WORKDIR is not absolute", "COPY of what is not there: no-such-folder", "no stage nobody",
                      "COPY of several, but /both is no folder", "without -y", "without update", "RUN is no valid shell", "ADD: not one of",
                      "ENTRYPOINT is no JSON list", "the image runs as root"):
            self.assertIn(fault, found)


if __name__ == "__main__":
    unittest.main()
