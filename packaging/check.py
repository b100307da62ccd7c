#!/usr/bin/env python3
"""Lints packaging/Containerfile; with --run FOLDER, runs its steps without a container engine: a chroot a stage, made by mmdebstrap.

Usage: packaging/check.py [--run FOLDER [--bind HOST:CHROOT ...] [--env NAME=VALUE ...]]. --run needs root, mmdebstrap and unshare, and about
3 GB in FOLDER; --bind copies a file of this machine into each chroot first, such as pip's configuration. Exit 1 with a line a fault."""
import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RELEASES = {"11": "bullseye", "12": "bookworm", "13": "trixie"}
KNOWN = {"FROM", "WORKDIR", "COPY", "ENV", "RUN", "USER", "ENTRYPOINT", "CMD"}


def instructions(path):
    """[(line number, word, rest)], continued lines joined."""
    found, held, start = [], "", 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.lstrip().startswith("#") or (not line.strip() and not held):
            continue
        start = start or number
        if line.endswith("\\"):
            held += line[:-1]
            continue
        word, _, rest = (held + line).strip().partition(" ")
        found.append((start, word, rest.strip()))
        held, start = "", 0
    return found


def sources(rest):
    """(stage or None, [source], target) of a COPY."""
    words = shlex.split(rest)
    stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
    return stage, words[:-1], words[-1]


def run_faults(rest):
    if subprocess.run(["bash", "-n", "-c", rest], capture_output=True).returncode:
        yield "RUN is no valid shell"
    if "sudo" in rest:
        yield "RUN with sudo: the steps are root's"
    for install in re.findall(r"apt-get install[^&|;]*", rest):
        if "-y" not in install or "--no-install-recommends" not in install:
            yield "apt-get install without -y --no-install-recommends"
        if "apt-get update" not in rest or "rm -rf /var/lib/apt/lists" not in rest:
            yield "apt-get install without update before and the lists' removal after it, in one RUN"


def faults(path):
    """What hadolint would say of the kinds of step that are used here, and what it cannot know: does what is copied exist?"""
    steps, stages = instructions(path), []
    for number, word, rest in steps:
        at = f"{path.relative_to(ROOT)}:{number}"
        if word not in KNOWN:
            yield f"{at}: {word}: not one of {', '.join(sorted(KNOWN))}"
        elif word == "FROM":
            if not re.fullmatch(r"\S+:[\w.-]+( AS \w+)?", rest) or ":latest" in rest:
                yield f"{at}: FROM without a fixed tag: {rest}"
            stages += re.findall(r" AS (\w+)", rest)
        elif word == "WORKDIR" and not rest.startswith("/"):
            yield f"{at}: WORKDIR is not absolute: {rest}"
        elif word == "COPY":
            stage, names, target = sources(rest)
            if stage is not None and stage not in stages:
                yield f"{at}: no stage {stage} before this"
            yield from (f"{at}: COPY of what is not there: {name}" for name in names if stage is None and not (ROOT / name).exists())
            if len(names) > 1 and not target.endswith("/"):
                yield f"{at}: COPY of several, but {target} is no folder"
        elif word == "RUN":
            yield from (f"{at}: {fault}" for fault in run_faults(rest))
        elif word in ("ENTRYPOINT", "CMD"):
            try:
                json.loads(rest)
            except ValueError:
                yield f"{at}: {word} is no JSON list, so signals would not reach the program"
    last = [word for _, word, _ in steps][max(i for i, step in enumerate(steps) if step[1] == "FROM"):]
    if "USER" not in last:
        yield f"{path.relative_to(ROOT)}: the image runs as root: no USER"


class Stage:
    """A file system that the steps change; RUN in namespaces of its own."""

    def __init__(self, base, folder, binds, environment):
        release = RELEASES[re.search(r"debian:(\d+)", base)[1]]
        subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", release, folder], check=True)
        self.folder, self.work, self.environment = folder, "/", {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **environment}
        for source, target in [("/etc/resolv.conf", "/etc/resolv.conf"), *binds]:
            place = self.path(target)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, place)

    def path(self, name):
        return self.folder / (pathlib.PurePosixPath(self.work) / name).relative_to("/")

    def run(self, command, user="0"):
        script = ('mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot --userspec="$1" "$0" sh -c "cd $2 && $3"')
        subprocess.run(["unshare", "--mount", "--pid", "--fork", "bash", "-c", script, self.folder, user, shlex.quote(self.work), command],
                       check=True, env={**self.environment, "HOME": "/root", "LANG": "C.UTF-8"}, stdin=subprocess.DEVNULL)

    def copy(self, source, target):
        place = self.path(target)
        if source.is_dir():
            shutil.copytree(source, place, dirs_exist_ok=True, symlinks=True)
            return
        place = place / source.name if target.endswith("/") or place.is_dir() else place
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, place, follow_symlinks=False)


def run(path, folder, binds, environment):
    """All steps; then the entry point, as the image's user."""
    stages, user, entry, command = {}, "0", [], []
    for _, word, rest in instructions(path):
        print(f"check: {word} {rest[:100]}", flush=True)
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stage = stages[name] = Stage(base, folder / (name or "image"), binds, environment)
        elif word == "WORKDIR":
            stage.work = rest
            stage.path(".").mkdir(parents=True, exist_ok=True)
        elif word == "ENV":
            stage.environment.update(pair.split("=", 1) for pair in shlex.split(rest))
        elif word == "COPY":
            origin, names, target = sources(rest)
            for name in names:
                stage.copy(stages[origin].path(name) if origin else ROOT / name, target)
        elif word == "RUN":
            stage.run(rest)
        elif word == "USER":
            user = rest
        elif word == "ENTRYPOINT":
            entry = json.loads(rest)
        elif word == "CMD":
            command = json.loads(rest)
    stage.run(" ".join(map(shlex.quote, entry + command)) + " >/dev/null", user)
    size = subprocess.run(["du", "-sxm", stage.folder], capture_output=True, text=True).stdout.split()[0]
    print(f"check: the image has {size} MB; its program starts as user {user}")
    return stage, user


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--bind", action="append", default=[], metavar="HOST:CHROOT")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    path = ROOT / "packaging" / "Containerfile"
    found = list(faults(path))
    print("\n".join(found), end="\n" if found else "")
    if found:
        sys.exit(1)
    if arguments.run:
        run(path, arguments.run.resolve(), [bind.split(":") for bind in arguments.bind], dict(pair.split("=", 1) for pair in arguments.env))


if __name__ == "__main__":
    main()
