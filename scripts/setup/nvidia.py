"""NVIDIA's libraries for a CUDA build of libtorch: the wheels that the wheel of torch names itself, unpacked into .deps/nvidia."""
import pathlib
import re
import shutil

import libraries
import wheels

# Libraries whose wheel has another name than they: libcudart.so.13 is in nvidia-cuda-runtime.
ALIASES = {"cudart": "runtime"}


def requirements(torch_wheel, downloads):
    """{package: requirement} of NVIDIA's wheels with libraries; cuda-toolkit is none itself, it names them by its extras."""
    found = {}
    for requirement in torch_wheel.requirements():
        if requirement.name.startswith("nvidia-"):
            found[requirement.name] = f"{requirement.name}{requirement.specifier}"
        elif requirement.name == "cuda-toolkit":
            toolkit = wheels.Wheel(wheels.download(downloads, f"{requirement.name}{requirement.specifier}"))
            for extra in sorted({*requirement.extras, "crt"}):  # crt: headers that those of the runtime include
                found.update({r.name: f"{r.name}{r.specifier}" for r in toolkit.requirements(extra)})
    return found


def owners(sonames, packages):
    """Of the packages, those with these libraries: libcupti.so.13 is in nvidia-cuda-cupti."""
    stems = {re.sub(r"^lib|\.so.*$", "", soname) for soname in sonames}
    words = {ALIASES.get(stem, stem) for stem in stems}
    return [name for name in packages if words & set(name.split("-"))]


def fetch(torch_wheel, libtorch, target, downloads, everything, say):
    """Into target: all that the wheel names, or what libtorch_cpu.so in `libtorch` needs. Goes on where it was interrupted."""
    done = _Done(target, f"{torch_wheel.metadata()['Version']} {'all' if everything else 'cpu'}")
    packages = requirements(torch_wheel, downloads)
    # By name, found or not: a toolkit that this machine has may go, or be another version.
    missing = set(libraries.needed(libtorch / "lib" / "libtorch_cpu.so"))
    chosen = sorted(packages if everything else owners(missing, packages))
    left = [name for name in chosen if packages[name] not in done]
    if left:
        say(f"a CUDA build: {'with' if everything else 'its CPU part needs'} {', '.join(left)}")
    for name in left:
        path = wheels.download(downloads, packages[name])
        _unpack(wheels.Wheel(path), target, None if everything else missing)
        if everything and re.match(r"nvidia-cuda-(runtime|crt)\b", name):
            _unpack_headers(wheels.Wheel(path), target)
        done.add(packages[name])
        path.unlink()
    done.path.unlink()


class _Done:
    """The requirements that are unpacked already, a line each; the first line says for what."""

    def __init__(self, folder, tag):
        self.path = folder / "done"
        self.lines = self.path.read_text().splitlines() if self.path.exists() else []
        if self.lines[:1] != [tag]:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            self.lines = []
            self.add(tag)

    def __contains__(self, text):
        return text in self.lines

    def add(self, text):
        self.lines.append(text)
        with open(self.path, "a") as out:
            out.write(text + "\n")


def _unpack(wheel, target, only):
    """nvidia/**/lib/*.so*, without NVRTC's second copy; `only` these sonames and what they need of the wheel."""
    there = {pathlib.PurePosixPath(name).name: name for name in wheel.names
             if re.match(r"nvidia/.*\blib/[^/]*\.so", name) and ".alt." not in name}

    def take(name):
        if name not in there:
            return None
        path = target / pathlib.PurePosixPath(there[name]).relative_to("nvidia")
        wheel.unpack(there[name], path)
        return path

    libraries.closure(there if only is None else [name for name in there if name in only], take)


def _unpack_headers(wheel, target):
    """nvidia/**/include, for libgannet_cuda.so."""
    for name in wheel.names:
        if re.match(r"nvidia/.*\binclude/.*[^/]$", name):
            wheel.unpack(name, target / pathlib.PurePosixPath(name).relative_to("nvidia"))
