"""Wheels: downloaded by pip, read and unpacked without installing them. No wheel needs to fit the Python of this machine."""
import email
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import zipfile

try:
    from packaging.requirements import Requirement
except ImportError:  # wherever pip is, so is its copy
    from pip._vendor.packaging.requirements import Requirement

# Pythons to ask for where this machine's own has no wheel: only C++ is taken from it.
OTHER_PYTHONS = ("3.12", "3.13", "3.11", "3.10", "3.14")


class Unavailable(Exception):
    """pip did not bring a wheel; what it said."""

    def network(self):
        """What was wrong with the network; pip itself ends by saying that there is no such version."""
        return re.findall(r"connection broken by '(.*)'|Could not fetch URL .*?: (.*)", str(self))[-1:]

    def reason(self):
        for found in self.network():
            return f"its index cannot be reached: {found[0] or found[1]}"
        lines = str(self).strip().splitlines()
        errors = [line for line in lines if line.startswith("ERROR") and line != "ERROR: Exception:"]  # a traceback follows that
        return " ".join(errors or lines[-1:])

    def may_pass(self):
        """Could it be otherwise the next time? Not where there is no such wheel."""
        return bool(self.network()) or "No matching distribution" not in str(self) and "ResolutionImpossible" not in str(self)


def _pip(folder, requirement, *options):
    """pip's own lines on what it downloads, and how much that is, go on; its progress bar too, where somebody looks."""
    temporary = folder / "tmp"  # not /tmp, which is often memory
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", str(folder), *options,
               requirement]
    watched = sys.stdout.isatty()
    with subprocess.Popen(command, text=True, stdout=None if watched else subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "TMPDIR": str(temporary), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}) as pip:
        for line in pip.stdout or ():
            if line.strip().startswith("Downloading"):
                print(f"setup: pip: {line.strip()}", flush=True)
        error = pip.stderr.read()
    shutil.rmtree(temporary, ignore_errors=True)
    if pip.returncode:
        raise Unavailable(error)


def download(folder, requirement):
    """The wheel of a requirement, in folder: one that lies there complete is not fetched again."""
    try:
        _pip(folder, requirement)
    except Unavailable as error:
        if error.network() or not _other_python(folder, requirement):
            raise
    wheels = [path for path in folder.glob("*.whl") if _fits(path, Requirement(requirement))]
    return max(wheels, key=lambda path: path.stat().st_mtime)


def _fits(path, requirement):
    name, version = path.name.split("-")[:2]
    return (name.lower().replace("_", "-") == requirement.name.lower().replace("_", "-")
            and requirement.specifier.contains(version, prereleases=True))


def _other_python(folder, requirement):
    for version in OTHER_PYTHONS:
        platforms = [f"--platform=manylinux_{glibc}_{platform.machine()}" for glibc in ("2_28", "2_27", "2_17")]
        try:
            _pip(folder, requirement, "--python-version", version, "--implementation", "cp", *platforms)
        except Unavailable:
            continue
        print(f"setup: pip has no {requirement} for Python {platform.python_version()}: taking the wheel for Python {version}, "
              "of which only the C++ parts are used")
        return True
    return False


class Wheel:
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        self.names = [name for name in self.zip.namelist() if ".." not in pathlib.PurePosixPath(name).parts]

    def metadata(self):
        (name,) = (name for name in self.names if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
        return email.message_from_bytes(self.zip.read(name))

    def requirements(self, extra=""):
        """Requires-Dist, of those whose condition holds here (and for this extra)."""
        found = map(Requirement, self.metadata().get_all("Requires-Dist") or [])
        return [r for r in found if not r.marker or r.marker.evaluate({"extra": extra})]

    def unpack(self, name, target):
        """One file, whole or not at all."""
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(target.name + ".partial")
        with self.zip.open(name) as source, open(partial, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
        partial.replace(target)
