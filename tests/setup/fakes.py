"""Wheels as PyTorch's and NVIDIA's are laid out, with libraries of a few lines, and a copy of the set-up that unpacks them.

The sonames end in .99, so that no library of this machine stands in for one that is missing."""
import functools
import os
import pathlib
import platform
import shutil
import subprocess
import tempfile
import unittest
import zipfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
MACHINE = platform.machine()
# Set-up's Python and pip, which need not be those that run the test.
HERE = subprocess.run(["python3", "-c", "import sys; print('cp%d%d' % sys.version_info[:2])"], capture_output=True, text=True).stdout.strip()
HAS_PIP = subprocess.run(["python3", "-m", "pip", "--version"], capture_output=True).returncode == 0
RPATH = "$ORIGIN/../../nvidia/cu13/lib:$ORIGIN/../../nvidia/cudnn/lib:$ORIGIN"
TOOLKIT = {"nvidia-cuda-runtime": "cudart", "nvidia-cuda-cupti": "cupti", "nvidia-cublas": "cublas", "nvidia-cuda-nvrtc": "nvrtc"}
NVIDIA_LIBRARIES = {"nvidia-cuda-runtime": ["cu13/lib/libcudart.so.99"], "nvidia-cuda-cupti": ["cu13/lib/libcupti.so.99", "cu13/lib/libnvperf.so"],
                    "nvidia-cublas": ["cu13/lib/libcublas.so.99"], "nvidia-cuda-nvrtc": ["cu13/lib/libnvrtc.so.99", "cu13/lib/libnvrtc.alt.so.99"],
                    "nvidia-cudnn-cu13": ["cudnn/lib/libcudnn.so.99"]}
STUBS = tempfile.TemporaryDirectory()
VERSION_H = "#define TORCH_VERSION_MAJOR {}\n#define TORCH_VERSION_MINOR {}\n#define TORCH_VERSION_PATCH {}\n"


@functools.cache
def stub(soname):
    """A library to link against in place of the one of that name."""
    path = pathlib.Path(STUBS.name) / soname
    subprocess.run(["cc", "-shared", "-x", "c", "/dev/null", "-o", path, f"-Wl,-soname,{soname}"], check=True)
    return path


def compile_library(path, needs=(), calls=""):
    """A shared library that needs others by name, there or not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        code = pathlib.Path(work) / "code.c"
        code.write_text(f"void {calls}(void); void use_{calls}(void) {{ {calls}(); }}\n" if calls else "")
        subprocess.run(["cc", "-shared", "-fPIC", code, "-o", path, f"-Wl,-soname,{path.name}", f"-Wl,-rpath,{RPATH}", "-Wl,--disable-new-dtags",
                        "-Wl,--no-as-needed", *map(stub, needs)], check=True)


def write_wheel(folder, name, version, files, requires=(), tag=f"{HERE}-{HERE}-manylinux_2_28_{MACHINE}"):
    base = f"{name.replace('-', '_')}-{version}"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(f"Requires-Dist: {line}\n" for line in requires)
    with zipfile.ZipFile(folder / f"{base}-{tag}.whl", "w") as wheel:
        for path, content in files.items():
            wheel.write(content, path) if isinstance(content, pathlib.Path) else wheel.writestr(path, content)
        wheel.writestr(f"{base}.dist-info/METADATA", metadata)
        wheel.writestr(f"{base}.dist-info/WHEEL", f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: {tag}\n")
        wheel.writestr(f"{base}.dist-info/RECORD", "")


def libtorch_files(work, version, cuda, needs=()):
    """{path in the wheel: file} of a torch."""
    lib = pathlib.Path(tempfile.mkdtemp(dir=work))
    plain = version.split("+")[0]
    compile_library(lib / "libc10.so")
    compile_library(lib / "libgomp.so.1")
    compile_library(lib / "libtorch_cpu.so", ["libc10.so", "libgomp.so.1", *needs, *(["libcudart.so.99", "libcupti.so.99"] if cuda else [])],
                    calls="cuda_function" if cuda else "")
    compile_library(lib / "libtorch.so", ["libtorch_cpu.so", *(["libtorch_cuda.so"] if cuda else [])])
    compile_library(lib / "libtorch_python.so", ["libtorch.so"])
    if cuda:
        compile_library(lib / "libtorch_cuda.so", ["libtorch_cpu.so", "libcublas.so.99", "libcudnn.so.99", "libnvrtc.so.99"])
    return {**{f"torch/lib/{path.name}": path for path in lib.iterdir()},
            "torch/include/ATen/core/Tensor.h": "", "torch/include/torch/csrc/api/include/torch/torch.h": "",
            "torch/include/torch/headeronly/version.h": VERSION_H.format(*plain.split(".")),
            "torch/version.py": f"__version__ = '{version}'\n" + ("cuda: Optional[str] = '13.0'\n" if cuda else ""), "torch/__init__.py": "", "torch/share/cmake/Torch/TorchConfig.cmake": ""}


CUDA_REQUIRES = ("filelock", f"cuda-toolkit[{','.join(TOOLKIT.values())}]==13.0.3; platform_system == \"Linux\"",
                 'nvidia-cudnn-cu13==9.24.0; platform_system == "Linux"', "nvidia-never==1.0; platform_system == \"Windows\"")


def write_nvidia(folder, work):
    for package, names in {**NVIDIA_LIBRARIES, "nvidia-cuda-crt": ()}.items():
        files = {}
        for name in names:
            path = pathlib.Path(tempfile.mkdtemp(dir=work)) / pathlib.PurePosixPath(name).name
            compile_library(path)
            files[f"nvidia/{name}"] = path
        files[f"nvidia/cu13/include/{package}.h"] = ""
        write_wheel(folder, package, "9.24.0" if "cudnn" in package else "13.0.90", files, tag=f"py3-none-manylinux_2_27_{MACHINE}")
    write_wheel(folder, "cuda-toolkit", "13.0.3", {}, [f'{package}==13.0.*; (sys_platform == "linux") and extra == "{extra}"'
                                                       for package, extra in {**TOOLKIT, "nvidia-cuda-crt": "crt"}.items()], tag="py3-none-any")


class SetupTest(unittest.TestCase):
    """A repository with the set-up alone, and a folder of wheels as pip's only source."""

    made = None  # once for all tests

    @classmethod
    def setUpClass(cls):
        if not HAS_PIP:
            raise unittest.SkipTest("python3 has no pip")
        if SetupTest.made:
            return
        made = SetupTest.made = tempfile.TemporaryDirectory()
        SetupTest.all_wheels = pathlib.Path(made.name) / "wheels"
        cls.all_wheels.mkdir()
        write_nvidia(cls.all_wheels, made.name)
        SetupTest.torch = {"2.13.0+cpu": libtorch_files(made.name, "2.13.0+cpu", cuda=False),
                           "2.14.1": libtorch_files(made.name, "2.14.1+cu130", cuda=True)}
        write_wheel(cls.all_wheels, "torch", "2.13.0+cpu", cls.torch["2.13.0+cpu"])
        write_wheel(cls.all_wheels, "torch", "2.14.1", cls.torch["2.14.1"], CUDA_REQUIRES)

    def setUp(self):
        self.work = tempfile.TemporaryDirectory()
        self.addCleanup(self.work.cleanup)
        self.folder = pathlib.Path(self.work.name)
        self.wheels = self.folder / "wheels"
        shutil.copytree(self.all_wheels, self.wheels)
        self.repository = self.folder / "gannet"
        shutil.copytree(SOURCE / "scripts" / "setup", self.repository / "scripts" / "setup", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(SOURCE / "scripts" / "setup.sh", self.repository / "scripts" / "setup.sh")
        self.deps = self.repository / ".deps"
        self.give_space(100)

    def give_space(self, gigabytes):
        """What set-up takes for the free space of the disk, whatever this machine has."""
        self.overrides = self.folder / "overrides"
        self.overrides.mkdir(exist_ok=True)
        (self.overrides / "sitecustomize.py").write_text(
            f"import collections, shutil\nshutil.disk_usage = lambda path: collections.namedtuple('usage', 'free')({gigabytes} * 10**9)\n")

    def run_setup(self, path="", **variables):
        """Exit status, stdout, stderr."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "GANNET_"))}
        environment.update({"GANNET_SYSTEM": "1", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull,
                            "PYTHONPATH": str(self.overrides), **variables})
        if path:
            environment["PATH"] = f"{path}:{environment['PATH']}"
        result = subprocess.run(["bash", self.repository / "scripts" / "setup.sh"], capture_output=True, text=True, env=environment)
        return result.returncode, result.stdout, result.stderr

    def works(self, path="", **variables):
        code, out, err = self.run_setup(path, **variables)
        self.assertEqual((code, err), (0, ""), out)
        return out

    def fails(self, **variables):
        """The two lines that a failed set-up ends with."""
        code, out, err = self.run_setup(**variables)
        self.assertEqual(code, 1, out + err)
        self.assertRegex(err, r"\Asetup: .*\nhint: .*\n\Z")
        return err

    def unpacked(self):
        return sorted(path.name for path in (self.deps / "libtorch" / "lib").iterdir())

    def nvidia(self):
        return sorted(path.name for path in (self.deps / "nvidia").rglob("*") if path.is_file()) if (self.deps / "nvidia").exists() else []
