"""What set-up says, and what it asks of a folder with a libtorch."""
import re
import shutil
import sys


def say(text):
    print(f"setup: {text}", flush=True)


def fail(text, hint):
    print(f"setup: {text}\nhint: {hint}", file=sys.stderr)
    sys.exit(1)


def version_of(folder):
    """(major, minor, patch) of the headers, or None."""
    for name in ("torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h"):
        header = folder / "include" / name
        if header.exists():
            found = dict(re.findall(r"define TORCH_VERSION_(MAJOR|MINOR|PATCH) +(\d+)", header.read_text()))
            if len(found) == 3:
                return tuple(int(found[part]) for part in ("MAJOR", "MINOR", "PATCH"))
    return None


def full_version(folder):
    """'2.14.1+cu130': what the build calls itself."""
    for name, pattern in (("version.py", r"__version__ = '(.+)'"), ("build-version", r"(\S+)")):
        if (folder / name).exists():
            found = re.search(pattern, (folder / name).read_text())
            if found:
                return found[1]
    return ".".join(map(str, version_of(folder) or ("unknown version",)))


def remove(path):
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
