"""Shared libraries of a folder: what they need (DT_NEEDED), and what the loader does not find."""
import os
import pathlib
import re
import subprocess


def needed(library):
    """The sonames that a library needs, as it names them."""
    text = subprocess.run(["readelf", "-d", str(library)], capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout
    return re.findall(r"\(NEEDED\).*\[(.*?)\]", text)


def unresolved(library):
    """What the loader does not find for a library and all that it needs: {soname}."""
    result = subprocess.run(["ldd", str(library)], capture_output=True, text=True,
                            env={**os.environ, "LC_ALL": "C"})
    missing = set(re.findall(r"^\s*(\S+) => not found", result.stdout, re.M))
    if result.returncode and not missing:
        missing = {f"{pathlib.Path(library).name} itself ({(result.stderr or result.stdout).strip().splitlines()[0]})"}
    return missing


def closure(roots, take):
    """Takes roots and all that they need: take(soname) gives the path of a library once it lies there, or None where others have it."""
    taken, queue = {}, list(roots)
    while queue:
        name = queue.pop()
        if name in taken:
            continue
        taken[name] = take(name)
        if taken[name]:
            queue += needed(taken[name])
    return [name for name, path in taken.items() if path is None]
