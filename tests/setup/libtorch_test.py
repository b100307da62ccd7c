"""Which libtorch set-up takes, what of it, and what it says."""
import os
import shutil
import unittest

import fakes

CPU_PARTS = ["libc10.so", "libgomp.so.1", "libtorch_cpu.so"]


class Wheels(fakes.SetupTest):
    def test_a_cpu_build_and_nothing_to_do_afterwards(self):
        out = self.works(GANNET_CUDA="0")
        self.assertRegex(out, r"downloading torch==2.13.0.*about 190 MB.*570 MB.*keeps 480 MB")
        self.assertIn("libtorch 2.13.0+cpu (CPU build): the loader finds all that it needs", out)
        self.assertEqual((self.unpacked(), self.nvidia()), (CPU_PARTS, []))
        self.assertTrue((self.deps / "libtorch" / "include" / "ATen" / "core" / "Tensor.h").exists())
        self.assertEqual(sorted(os.listdir(self.deps)), ["libtorch", "libtorch.stamp"])
        self.assertEqual(self.works(), "")

    def test_a_disk_that_is_too_full_is_said_before_anything_is_fetched(self):
        self.give_space(3.1)
        self.assertRegex(self.fails(GANNET_CUDA="1"), r"setup: 3\.1 GB are free at .*/\.deps, and set-up needs 5\.3 GB there\nhint: .*GANNET_CUDA=0 takes what a CPU needs")
        self.assertEqual(os.listdir(self.deps), [])
        self.works(GANNET_CUDA="0")
        self.give_space(0.4)
        shutil.rmtree(self.deps)
        self.assertNotIn("GANNET_CUDA=0", self.fails(GANNET_CUDA="0"))

    def test_a_cuda_build_without_a_gpu_takes_two_small_wheels(self):
        out = self.works(GANNET_TORCH="2.14.1", GANNET_CUDA="0")
        self.assertIn("its CPU part needs nvidia-cuda-cupti, nvidia-cuda-runtime\n", out)
        self.assertIn("libtorch 2.14.1+cu130 (CUDA build, the parts for a CPU): the loader finds all", out)
        self.assertEqual((self.unpacked(), self.nvidia()), (CPU_PARTS, ["libcudart.so.99", "libcupti.so.99"]))

    def test_a_gpu_takes_all_that_the_wheel_names(self):
        out = self.works(GANNET_TORCH="2.14.1", GANNET_CUDA="1")
        self.assertRegex(out, r"a GPU \(GANNET_CUDA=1\).*about 2.8 GB.*keeps 4.3 GB")
        self.assertIn("libtorch 2.14.1+cu130 (CUDA build): the loader finds all", out)
        self.assertEqual(self.unpacked(), [*CPU_PARTS[:2], "libtorch.so", "libtorch_cpu.so", "libtorch_cuda.so"])
        self.assertEqual(self.nvidia(), ["libcublas.so.99", "libcudart.so.99", "libcudnn.so.99", "libcupti.so.99", "libnvperf.so", "libnvrtc.so.99",
                                         "nvidia-cuda-crt.h", "nvidia-cuda-runtime.h"])
        # Enough for a CPU too: nothing is fetched, nothing thrown away.
        self.assertEqual(self.works(GANNET_TORCH="2.14.1", GANNET_CUDA="0"), "")

    def nvidia_smi(self, driver):
        (self.folder / "bin").mkdir(exist_ok=True)
        smi = self.folder / "bin" / "nvidia-smi"
        smi.write_text(f"#!/bin/sh\necho {driver}\n")
        smi.chmod(0o755)
        return smi.parent

    def test_a_gpu_is_seen_by_nvidia_smi(self):
        self.assertIn("a GPU (", self.works(path=self.nvidia_smi("580.65.06"), GANNET_TORCH="2.14.1"))
        self.assertIn("libtorch_cuda.so", self.unpacked())

    def test_an_old_driver_is_said_before_gigabytes_are_fetched(self):
        old = self.nvidia_smi("535.104.12")
        self.assertIn("driver 535.104.12 is too old for CUDA 13.0, which needs 580", self.works(path=old, GANNET_TORCH="2.14.1"))
        self.assertEqual(self.unpacked(), CPU_PARTS)
        self.assertEqual(self.works(path=old, GANNET_TORCH="2.14.1"), "")
        self.works(path=self.nvidia_smi("590.10"), GANNET_TORCH="2.14.1")  # upgraded
        self.assertIn("libtorch_cuda.so", self.unpacked())

    def test_a_gpu_that_comes_later(self):
        self.works(GANNET_TORCH="2.14.1", GANNET_CUDA="0")
        self.works(GANNET_CUDA="1")
        self.assertIn("libtorch_cuda.so", self.unpacked())
        self.assertIn("libcudnn.so.99", self.nvidia())

    def test_a_cpu_build_where_cuda_is_asked_for_says_so_once(self):
        self.assertIn("pip brought a CPU build, which uses no GPU", self.works(GANNET_CUDA="1"))
        self.assertEqual(self.works(GANNET_CUDA="1"), "")

    def test_what_was_chosen_holds_until_something_else_is(self):
        self.works(GANNET_TORCH="2.14.1", GANNET_CUDA="0")
        before = (self.deps / "libtorch.stamp").read_text()
        self.assertEqual(self.works(), "setup: keeping torch 2.14.1+cu130, as chosen before (GANNET_TORCH=2.13.0: the usual one)\n")
        self.works(GANNET_TORCH="2.13.0")
        self.assertNotEqual((self.deps / "libtorch.stamp").read_text(), before)
        self.assertEqual((self.unpacked(), self.nvidia()), (CPU_PARTS, []))

    def test_an_interrupted_download_goes_on(self):
        cudnn, cublas = (next(self.wheels.glob(f"nvidia_{name}*")) for name in ("cudnn", "cublas"))
        cudnn.rename(self.folder / cudnn.name)
        err = self.fails(GANNET_TORCH="2.14.1", GANNET_CUDA="1")
        self.assertIn("No matching distribution found for nvidia-cudnn-cu13==9.24.0", err)
        self.assertFalse((self.deps / "libtorch").exists())
        (self.folder / cudnn.name).rename(cudnn)
        cublas.unlink()  # is unpacked already
        out = self.works(GANNET_TORCH="2.14.1", GANNET_CUDA="1")
        self.assertNotIn("nvidia-cublas", out)
        self.assertIn("libcublas.so.99", self.nvidia())
        self.assertEqual(sorted(os.listdir(self.deps)), ["libtorch", "libtorch.stamp", "nvidia"])

    def test_without_a_gpu_by_choice_is_said_where_there_is_one(self):
        smi = self.nvidia_smi("580.65.06")
        self.works(path=smi, GANNET_TORCH="2.14.1", GANNET_CUDA="0")
        self.assertIn("keeping what a CPU needs, as chosen before, though there is a GPU", self.works(path=smi, GANNET_TORCH="2.14.1"))
        self.works(path=smi, GANNET_CUDA="1")  # as that line says
        self.assertIn("libtorch_cuda.so", self.unpacked())

    def test_a_version_in_two_numbers_is_one(self):
        self.assertIn("downloading torch==2.13.0", self.works(GANNET_TORCH="2.13", GANNET_CUDA="0"))
        self.assertEqual(self.works(), "")

    def test_an_older_one_of_an_earlier_setup_is_replaced(self):
        old = self.deps / "libtorch"
        for path, content in self.torch["2.13.0+cpu"].items():
            target = old / path.removeprefix("torch/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content) if isinstance(content, str) else shutil.copy(content, target)
        (old / "include/torch/headeronly/version.h").write_text(fakes.VERSION_H.format(2, 9, 1))
        (old / "version.py").unlink()
        self.assertIn("downloading torch==2.13.0", self.works(GANNET_CUDA="0"))
        self.assertEqual(self.works(), "")

    def test_a_place_that_cannot_be_written_is_one_line(self):
        self.deps.write_text("")
        self.assertIn(f"File exists: {self.deps}", self.fails(GANNET_CUDA="0"))
        self.deps.unlink()
        self.works(GANNET_CUDA="0")

    def test_what_is_there_stays_where_another_cannot_be_had(self):
        self.works(GANNET_CUDA="0")
        err = self.fails(GANNET_TORCH="2.99.0")
        self.assertIn("torch==2.99.0", err)
        self.assertIn("hint: another version: GANNET_TORCH=VERSION", err)
        self.assertEqual(self.works(GANNET_TORCH="2.13.0"), "")

    def test_a_wheel_for_another_python(self):
        (torch,) = self.wheels.glob("torch-2.13.0*")
        other = "3.13" if fakes.HERE == "cp312" else "3.12"
        torch.rename(self.wheels / torch.name.replace(fakes.HERE, f"cp{other.replace('.', '')}"))
        self.assertIn(f"taking the wheel for Python {other}", self.works(GANNET_CUDA="0"))
        self.assertEqual(self.unpacked(), CPU_PARTS)

    def test_no_network_is_said_to_be_none(self):
        err = self.fails(PIP_NO_INDEX="0", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="1", PIP_FIND_LINKS="", GANNET_CUDA="0")
        self.assertIn("pip could not bring what was asked for: its index cannot be reached", err)
        self.assertIn("Connection refused", err)

    def test_a_library_that_nobody_has_is_named(self):
        fakes.write_wheel(self.wheels, "torch", "2.13.1", fakes.libtorch_files(self.work.name, "2.13.1", cuda=False, needs=["libnobody.so.99"]))
        self.assertIn("the loader does not find libnobody.so.99", self.fails(GANNET_TORCH="2.13.1", GANNET_CUDA="0"))

    def test_wrong_values(self):
        self.assertIn("GANNET_CUDA=yes: expected 0 or 1", self.fails(GANNET_CUDA="yes"))
        for version in ("2.6.0", "1.0", "latest", "2.13.x", "2.13.0; rm x", ">=2.13", "2.13.0 "):
            self.assertIn(f"GANNET_TORCH={version}: expected a version of PyTorch from 2.11.0 on", self.fails(GANNET_TORCH=version))


class Given(fakes.SetupTest):
    """GANNET_LIBTORCH: a PyTorch that somebody has."""

    def install(self, name, version="2.14.1", leave_out=""):
        site = self.folder / name
        for path, content in self.torch[version].items():
            target = site / path
            if leave_out and leave_out in path:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content) if isinstance(content, str) else shutil.copy(content, target)
        return site

    def test_a_pytorch_of_pip_with_and_without_nvidias_libraries(self):
        site = self.install("site-packages")
        err = self.fails(GANNET_LIBTORCH=str(site / "torch"))
        self.assertIn("the loader does not find libcudart.so.99, libcupti.so.99", err)
        for soname in ("libcudart.so.99", "libcupti.so.99"):
            fakes.compile_library(site / "nvidia" / "cu13" / "lib" / soname)
        out = self.works(GANNET_LIBTORCH=str(site))  # the folder above will do
        self.assertIn("CUDA build, but the GPU cannot be used: not found: libcublas.so.99, libcudnn.so.99, libnvrtc.so.99", out)
        self.assertIn("as chosen before", self.works())
        # GANNET_CUDA=1 brings what lacks, as the program's hints promise.
        out = self.works(GANNET_CUDA="1", GANNET_TORCH="2.14.1")
        self.assertIn("taking one of its own for GANNET_CUDA=1", out)
        self.assertIn("libcudnn.so.99", self.nvidia())

    def test_switching_and_a_folder_that_is_gone(self):
        self.works(GANNET_CUDA="0")
        site = self.install("venv", "2.13.0+cpu")
        self.assertIn(f"from {site}/torch", self.works(GANNET_LIBTORCH=str(site)))
        shutil.rmtree(site)
        out = self.works(GANNET_CUDA="0")
        self.assertIn("is gone", out)
        self.assertEqual(self.unpacked(), CPU_PARTS)

    def test_what_a_given_one_leaves_unused_is_said(self):
        site = self.install("venv", "2.13.0+cpu")
        out = self.works(GANNET_LIBTORCH=str(site / "torch" / "lib"), GANNET_TORCH="2.14.1", GANNET_CUDA="1")
        self.assertIn("GANNET_TORCH is not used: GANNET_LIBTORCH says which libtorch", out)
        self.assertIn("GANNET_CUDA is not used", out)
        self.assertIn(f"from {site}/torch", out)

    def test_folders_that_are_none(self):
        self.assertIn("no such folder", self.fails(GANNET_LIBTORCH="/nowhere"))
        self.assertIn("a file, expected a folder", self.fails(GANNET_LIBTORCH=__file__))
        self.assertIn("no lib/libtorch_cpu.so in it", self.fails(GANNET_LIBTORCH=str(self.folder)))
        self.assertIn("include/ATen is not", self.fails(GANNET_LIBTORCH=str(self.install("bare", leave_out="include/"))))

    def test_an_older_one_is_refused(self):
        site = self.install("old")
        (site / "torch/include/torch/headeronly/version.h").write_text(fakes.VERSION_H.format(2, 6, 0))
        (site / "torch/version.py").write_text("__version__ = '2.6.0'\n")
        self.assertIn("libtorch 2.6.0 in", err := self.fails(GANNET_LIBTORCH=str(site)))
        self.assertIn("too old: Gannet needs 2.11 or newer", err)


if __name__ == "__main__":
    unittest.main()
