#!/usr/bin/env python3
"""Puts libtorch into .deps/libtorch: unpacked from PyTorch's wheel, or a link to one that is there already. A CUDA build gets the libraries
of NVIDIA's that it needs, in .deps/nvidia, where its RPATH looks.

  GANNET_TORCH=VERSION   the wheel torch==VERSION
  GANNET_CUDA=0|1        take what a CPU needs, or NVIDIA's libraries too; else by the machine: is there a GPU?
  GANNET_LIBTORCH=DIR    take the libtorch at DIR, e.g. .../site-packages/torch; CPU or CUDA build, MINIMUM or newer

What was chosen holds until something else is chosen. Usage: scripts/setup/libtorch.py [--cpu-version: print the version of a CPU build]"""
import json
import os
import pathlib
import re
import shutil
import sys

import gpu
import libraries
from common import fail, full_version, remove, say, version_of

TORCH = "2.13.0"
MINIMUM = (2, 11)
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DEPS = ROOT / ".deps"
LIBTORCH = DEPS / "libtorch"
STAMP = DEPS / "libtorch.stamp"  # newer than LIBTORCH, which loads: the build depends on it
DOWNLOADS = DEPS / "download"
PARTIAL = DEPS / "partial"  # has the same folders as DEPS, until all is there
# MB: (download, kept), measured with 2.13.0 (CPU build) and 2.14.1 (CUDA 13.0).
CPU_BUILD, CUDA_BUILD_FOR_CPU, CUDA_BUILD, NVIDIA = (190, 480), (570, 480), (560, 620 + 490), (2190, 3180)
UNPACKED = ("torch.libs", "nvidia", "libtorch")  # from wheels; the last one says that all is there
# Of the wheel's libraries, those that only Python uses.
PYTHON_ONLY = re.compile(r"libtorch_python|lib(backend_with_compiler|jitbackend_test|torchbind_test|shm)\.|libaoti_custom_ops")


def is_cuda_build(folder):
    there = record()
    return bool(there["cuda"]) if there else (folder / "lib" / "libtorch_cuda.so").exists()


# A libtorch that is there already.

def given_folder(text):
    folder = pathlib.Path(text).expanduser().resolve()
    if not folder.is_dir():
        fail(f"GANNET_LIBTORCH={text}: {'a file, expected a folder' if folder.exists() else 'no such folder'}",
             "give the folder that holds lib/libtorch_cpu.so and include/, e.g. .../site-packages/torch")
    for candidate in (folder, folder / "torch", folder / "libtorch", *([folder.parent] if folder.name == "lib" else [])):
        if (candidate / "lib" / "libtorch_cpu.so").exists():
            if not (candidate / "include" / "ATen" / "core" / "Tensor.h").exists():
                fail(f"GANNET_LIBTORCH={text}: lib/libtorch_cpu.so is there, but include/ATen is not",
                     "take a PyTorch from pip or a libtorch zip, which have their headers; or leave GANNET_LIBTORCH out")
            return candidate
    fail(f"GANNET_LIBTORCH={text}: no lib/libtorch_cpu.so in it", "give .../site-packages/torch of a PyTorch, or an unpacked libtorch zip")


def check_version(folder):
    version = version_of(folder)
    if not version or version[:2] < MINIMUM:
        fail(f"libtorch {full_version(folder)} in {folder} is too old: Gannet needs {'.'.join(map(str, MINIMUM))} or newer",
             "upgrade it, or leave GANNET_LIBTORCH out: set-up then fetches one of its own")


def link(text):
    folder = given_folder(text)
    check_version(folder)
    for name in ("GANNET_TORCH", "GANNET_CUDA"):
        if os.environ.get(name):
            say(f"{name} is not used: GANNET_LIBTORCH says which libtorch")
    if LIBTORCH.resolve() == folder:
        return
    DEPS.mkdir(exist_ok=True)
    for name in ("libtorch.stamp", *UNPACKED, PARTIAL.name, DOWNLOADS.name):
        remove(DEPS / name)
    LIBTORCH.symlink_to(folder)
    say(f"taking libtorch {full_version(folder)} from {folder}")


# A libtorch from the wheel.

def record():
    """What was unpacked and chosen: {"torch", "parts": "cpu" or "all", "cuda", "chosen": {variable: value}}; None for nothing."""
    if not LIBTORCH.is_dir() or LIBTORCH.is_symlink():
        return None
    try:
        there = json.loads((LIBTORCH / "setup.json").read_text())
        if {"torch", "parts", "cuda", "chosen"} <= set(there):
            return there
    except (OSError, ValueError, TypeError):
        pass
    # One that an earlier set-up unpacked, a CPU build always.
    if version_of(LIBTORCH) and (LIBTORCH / "lib" / "libtorch_cpu.so").exists():
        return {"torch": ".".join(map(str, version_of(LIBTORCH))), "parts": "all", "cuda": "", "chosen": {}}
    return None


def wanted(there):
    """({"torch", "gpu", "cpu_only"}, chosen): by the environment, else as chosen before, else by default."""
    chosen = dict(there["chosen"]) if there else {}
    chosen.update({name: os.environ[name] for name in ("GANNET_TORCH", "GANNET_CUDA") if os.environ.get(name)})
    torch = chosen.get("GANNET_TORCH", TORCH)
    version = re.fullmatch(r"(\d+)\.(\d+)(\.\d\w*)?(\+[\w.]+)?", torch)
    if not version or (int(version[1]), int(version[2])) < MINIMUM:
        fail(f"GANNET_TORCH={torch}: expected a version of PyTorch from {'.'.join(map(str, MINIMUM))}.0 on, such as {TORCH}", f"GANNET_TORCH={TORCH} is the usual one")
    if not version[3]:  # 2.13 is 2.13.0 to pip
        torch = f"{version[1]}.{version[2]}.0{version[4] or ''}"
    why = {"0": "", "1": "GANNET_CUDA=1"}.get(chosen.get("GANNET_CUDA"), None)
    if why is None:
        why = "" if gpu.old_driver(there and there.get("cuda")) else gpu.found()
    return {"torch": torch, "gpu": why, "cpu_only": chosen.get("GANNET_CUDA") == "0"}, chosen


def same_version(asked, there):
    return asked.split("+")[0] == there["torch"].split("+")[0] and ("+" not in asked or asked == there["torch"])


def is_enough(want, chosen, there):
    if not there or not same_version(want["torch"], there):
        return False
    if not want["gpu"] or (there["cuda"] and there["parts"] == "all"):
        return True
    # A CPU build where a GPU is: asked for now, another one may be had.
    return not there["cuda"] and chosen.get("GANNET_CUDA") == there["chosen"].get("GANNET_CUDA")


def announce(want):
    def size(mb):
        return f"{mb / 1000:.1f} GB" if mb >= 1000 else f"{mb} MB"
    if want["gpu"]:
        download, kept = (a + b for a, b in zip(CUDA_BUILD, NVIDIA))
        say(f"a GPU ({want['gpu']}): downloading torch=={want['torch']} and, if pip brings a CUDA build, NVIDIA's libraries: about "
            f"{size(download)}; .deps keeps {size(kept)} of it (GANNET_CUDA=0: what a CPU needs)")
    else:
        download, kept = CUDA_BUILD_FOR_CPU
        say(f"{'GANNET_CUDA=0' if want['cpu_only'] else 'no GPU here'}: downloading torch=={want['torch']}, of which .deps keeps what a CPU needs: about {size(CPU_BUILD[0])} if pip "
            f"brings a CPU build, {size(download)} if a CUDA build; .deps keeps {size(kept)}")
    DEPS.mkdir(exist_ok=True)
    free, needed = shutil.disk_usage(DEPS).free / 1e6, 1.1 * (kept + CUDA_BUILD[0])
    if free < needed:
        less = "GANNET_CUDA=0 takes what a CPU needs, " if want["gpu"] else ""
        fail(f"{size(round(free))} are free at {DEPS}, and set-up needs {size(round(needed))} there",
             f"make room; {less}GANNET_LIBTORCH=DIR a libtorch that is there already")


def fetch(want, chosen):
    announce(want)
    try:
        import wheels  # needs pip
    except ImportError:
        fail("this Python has no pip", "install it (python3-pip), or set GANNET_LIBTORCH=DIR to a PyTorch that you have")
    try:
        fetch_parts(wheels.Wheel(wheels.download(DOWNLOADS, f"torch=={want['torch']}")), want, chosen)
    except wheels.Unavailable as error:
        again = "what is complete stays in .deps/download: run it again" if error.may_pass() else "another version: GANNET_TORCH=VERSION, or another index: PIP_INDEX_URL"
        fail(f"pip could not bring what was asked for: {error.reason()}", f"{again}; or set GANNET_LIBTORCH=DIR to a PyTorch that you have")
    remove(STAMP)
    for name in UNPACKED:
        remove(DEPS / name)
        if (PARTIAL / name).exists():
            (PARTIAL / name).rename(DEPS / name)
    remove(PARTIAL)
    remove(DOWNLOADS)


def fetch_parts(wheel, want, chosen):
    """libtorch and NVIDIA's libraries, complete, in PARTIAL."""
    import nvidia
    folder, everything, cuda = PARTIAL / "libtorch", bool(want["gpu"]), cuda_version(wheel)
    driver = gpu.old_driver(cuda)
    if everything and driver and chosen.get("GANNET_CUDA") != "1":
        everything = False
        say(f"NVIDIA's driver {driver} is too old for CUDA {cuda}, which needs {gpu.DRIVERS[cuda.split('.')[0]]} or newer: taking what a CPU needs; docs/install.md "
            "says how to use an older CUDA")
    remove(folder)
    say("unpacking")
    unpack(wheel, folder, everything)
    if cuda:
        nvidia.fetch(wheel, folder, PARTIAL / "nvidia", DOWNLOADS, everything, say)
    else:
        remove(PARTIAL / "nvidia")
        if everything:
            say("pip brought a CPU build, which uses no GPU; docs/install.md says how to get a CUDA build")
    write_record(folder, {"torch": full_version(folder), "parts": "all" if everything else "cpu", "cuda": cuda, "chosen": chosen})


def cuda_version(wheel):
    """'13.0'; '' for a CPU build."""
    if "torch/lib/libtorch_cuda.so" not in wheel.names:
        return ""
    found = re.search(r"^cuda\b.*= '([\d.]+)'", wheel.zip.read("torch/version.py").decode(), re.M)
    return found[1] if found else "unknown"


def write_record(folder, what):
    (folder / "setup.json").write_text(json.dumps(what) + "\n")


def unpack(wheel, folder, everything):
    """include/ and the libraries: all that C++ can use, or what libtorch_cpu.so needs."""
    there = {pathlib.PurePosixPath(name).name: name for name in wheel.names
             if name.startswith(("torch/lib/", "torch.libs/")) and ".so" in name}
    for name in wheel.names:
        if (name.startswith("torch/include/") or name == "torch/version.py") and not name.endswith("/"):
            wheel.unpack(name, folder / name.removeprefix("torch/"))

    def take(name):
        if name not in there:
            return None
        # The RPATH of a repaired wheel is $ORIGIN/../../torch.libs.
        path = folder / "lib" / name if there[name].startswith("torch/") else PARTIAL / "torch.libs" / name
        if not path.exists():
            wheel.unpack(there[name], path)
        return path

    roots = [name for name in there if not PYTHON_ONLY.match(name)] if everything else ["libtorch_cpu.so", "libc10.so"]
    libraries.closure(roots, take)


def gpu_missing():
    """What a GPU would need and the loader does not find; libtorch_cuda.so itself in a CPU build."""
    parts = list((LIBTORCH / "lib").glob("libtorch_cuda*.so"))
    return set().union(*map(libraries.unresolved, parts)) if parts else {"libtorch_cuda.so"}


def check():
    """One line: does the loader find everything?"""
    missing = libraries.unresolved(LIBTORCH / "lib" / "libtorch_cpu.so")
    if missing:
        fail(f"libtorch in {LIBTORCH.resolve()} does not load: the loader does not find {', '.join(sorted(missing))}",
             "with GANNET_LIBTORCH: install them beside it, as pip does; else: rm -rf .deps/libtorch and run it again")
    missing = sorted(gpu_missing())
    if missing == ["libtorch_cuda.so"]:
        kind = "CUDA build, the parts for a CPU" if is_cuda_build(LIBTORCH) else "CPU build"
    else:
        kind = "CUDA build" + (f", but the GPU cannot be used: not found: {', '.join(missing)}" if missing else "")
    return f"libtorch {full_version(LIBTORCH)} ({kind}): the loader finds all that it needs"


def keep_or_fetch():
    """The wheel's libtorch, as asked for."""
    there = record()
    want, chosen = wanted(there)
    if not is_enough(want, chosen, there):
        fetch(want, chosen)
        return
    if chosen != there["chosen"] or not (LIBTORCH / "setup.json").exists():
        write_record(LIBTORCH, {**there, "chosen": chosen})
    if want["cpu_only"] and not os.environ.get("GANNET_CUDA") and gpu.found():
        say(f"keeping what a CPU needs, as chosen before, though there is a GPU ({gpu.found()}); GANNET_CUDA=1: NVIDIA's libraries too")
    if "GANNET_TORCH" not in os.environ and want["torch"] != TORCH:
        say(f"keeping torch {there['torch']}, as chosen before (GANNET_TORCH={TORCH}: the usual one)")


def keeps_link():
    """Does the PyTorch that was given before do for what is asked for now?"""
    if not LIBTORCH.is_symlink():
        return False
    if not LIBTORCH.exists():
        say(f"the libtorch that was taken from {os.readlink(LIBTORCH)} is gone")
    elif os.environ.get("GANNET_CUDA") == "1" and gpu_missing():
        say(f"the libtorch of {LIBTORCH.resolve()} lacks {', '.join(sorted(gpu_missing()))}: taking one of its own for GANNET_CUDA=1")
    elif not os.environ.get("GANNET_TORCH"):
        say(f"keeping the libtorch of {LIBTORCH.resolve()}, as chosen before (GANNET_TORCH={TORCH}: one of its own)")
        return True
    return False


def set_up():
    if os.environ.get("GANNET_LIBTORCH"):
        link(os.environ["GANNET_LIBTORCH"])
    elif not keeps_link():
        keep_or_fetch()


def main():
    if sys.argv[1:] == ["--cpu-version"]:
        print("" if is_cuda_build(LIBTORCH) else ".".join(map(str, version_of(LIBTORCH))))
        return
    set_up()
    line = check()
    if not STAMP.exists():
        say(line)
        STAMP.write_text(f"{line}\n{LIBTORCH.resolve()}\n")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("setup: interrupted; it goes on when it is run again", file=sys.stderr)
        sys.exit(130)
    except OSError as error:  # a full disk, a folder of somebody else's
        fail(f"{error.strerror or error}: {error.filename or DEPS}", f"{DEPS} must be a folder to write to, with room for what is fetched; it goes on when it is run again")
