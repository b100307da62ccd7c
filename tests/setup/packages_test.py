"""The table of package names: which release a machine counts as, and what differs there."""
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE = SOURCE / "scripts" / "setup" / "packages.sh"


def bash(script, *arguments):
    return subprocess.run(["bash", "-euc", f". {TABLE}\n{script}", "-", *arguments], capture_output=True, text=True, check=True).stdout.strip()


class Packages(unittest.TestCase):
    def release(self, text):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(text)
            file.flush()
            return bash('release_name "$1"', file.name)

    def test_releases(self):
        self.assertEqual(self.release("ID=debian\nVERSION_CODENAME=bookworm\n"), "bookworm")
        self.assertEqual(self.release("ID=ubuntu\nVERSION_CODENAME=jammy\nUBUNTU_CODENAME=jammy\n"), "jammy")
        self.assertEqual(self.release("ID=linuxmint\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n"), "noble")
        self.assertEqual(self.release("ID=linuxmint\nVERSION_CODENAME=gigi\nDEBIAN_CODENAME=trixie\n"), "trixie")
        self.assertEqual(self.release('ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"\n'), "Debian GNU/Linux forky/sid")

    def test_what_differs_is_said(self):
        show = 'packages_of "$1"; echo "${packages[*]} ${test_packages[*]}|$differs"'
        names, differs = bash(show, "bookworm").split("|")
        self.assertIn("libtomlplusplus-dev", names)
        self.assertIn("libboost1.81-dev", names)
        self.assertIn("libssl-dev", names)
        self.assertIn("libgloo-dev", names)
        self.assertEqual(differs, "")
        names, differs = bash(show, "jammy").split("|")
        self.assertNotIn("libtomlplusplus-dev", names)
        self.assertNotIn(" mold", names)
        self.assertIn("libboost-dev", names)
        self.assertIn("libssl-dev", names)
        self.assertIn("no toml++", differs)
        names, differs = bash(show, "trixie").split("|")
        self.assertNotIn("clang-16", names)
        self.assertIn("knows Debian 12", bash(show, "forky").split("|")[1])


if __name__ == "__main__":
    unittest.main()
