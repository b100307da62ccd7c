"""cmake/FindLibtorch.cmake: where it looks, what it links, and that a build folder follows when libtorch changes."""
import os
import pathlib
import shutil
import subprocess
import unittest

import fakes

PROJECT = """cmake_minimum_required(VERSION 3.22)
project(user LANGUAGES C)
list(APPEND CMAKE_MODULE_PATH {cmake})
set(Libtorch_HINTS ${{CMAKE_SOURCE_DIR}}/hinted)
find_package(Libtorch 2.11 REQUIRED)
message(STATUS "folder=${{Libtorch_FOLDER}} version=${{Libtorch_VERSION}}")
add_executable(user main.c)
target_link_libraries(user PRIVATE gannet::torch_cpu)
target_link_options(user PRIVATE -Wl,--no-as-needed {options})
"""

# As in images that keep libstdc++.a and leave libstdc++.so out.
STATIC_COMPILER = """#!/bin/sh
[ "$*" != -print-file-name=libstdc++.so ] || { echo libstdc++.so; exit; }
exec g++ "$@" -static-libstdc++
"""


class Finder(fakes.SetupTest):
    def setUp(self):
        super().setUp()
        self.project = self.folder / "user"
        self.project.mkdir()
        (self.project / "main.c").write_text("int main(void) { return 0; }\n")
        self.write_project()

    def write_project(self, options=""):
        (self.project / "CMakeLists.txt").write_text(PROJECT.format(cmake=fakes.SOURCE / "cmake", options=options))

    def install(self, folder, version="2.13.0+cpu"):
        """A libtorch as set-up or a zip lays it out: folder/lib, folder/include."""
        for path, content in self.torch[version].items():
            target = folder / path.removeprefix("torch/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content) if isinstance(content, str) else shutil.copy(content, target)
        return folder

    def configure(self, *arguments, **variables):
        """Exit status and all that CMake says."""
        environment = {name: value for name, value in os.environ.items() if name != "CMAKE_PREFIX_PATH"}
        result = subprocess.run(["cmake", "-G", "Ninja", "-S", self.project, "-B", self.project / "build", *map(str, arguments)],
                                capture_output=True, text=True, env={**environment, **variables})
        return result.returncode, " ".join((result.stdout + result.stderr).split())

    def finds(self, folder, *arguments, **variables):
        code, text = self.configure(*arguments, **variables)
        self.assertEqual(code, 0, text)
        self.assertIn(f"folder={folder} version=", text)

    def build(self):
        result = subprocess.run(["cmake", "--build", self.project / "build"], capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stdout)
        return subprocess.run(["readelf", "-d", self.project / "build" / "user"], capture_output=True, text=True).stdout

    def test_order_and_no_memory(self):
        hinted = self.install(self.project / "hinted")
        self.finds(hinted)
        site = self.install(self.folder / "site-packages" / "torch")
        self.finds(site, f"-DCMAKE_PREFIX_PATH=/usr;{site}")
        self.finds(site, f"-DCMAKE_PREFIX_PATH={site.parent}")
        self.finds(site, f"-DCMAKE_PREFIX_PATH={site}/share/cmake")  # torch.utils.cmake_prefix_path
        root = self.install(self.folder / "root")
        self.finds(root, f"-DLibtorch_ROOT={root}")
        self.finds(hinted, "-ULibtorch_ROOT", "-UCMAKE_PREFIX_PATH")
        self.finds(site, CMAKE_PREFIX_PATH=f"/usr:{site.parent}")

    def test_a_compiler_with_a_static_c_plus_plus_library_alone_links_the_shared_one(self):
        compiler = self.folder / "g++-static"
        compiler.write_text(STATIC_COMPILER)
        compiler.chmod(0o755)
        self.install(self.project / "hinted")
        (self.project / "main.c").rename(self.project / "main.cpp")
        (self.project / "main.cpp").write_text("#include <iostream>\nint main() { std::cout << 1; }\n")
        for finds in (False, True):  # without the finder such a compiler does link its own
            project = PROJECT.format(cmake=fakes.SOURCE / "cmake", options="").replace("LANGUAGES C", "LANGUAGES CXX").replace("main.c", "main.cpp")
            (self.project / "CMakeLists.txt").write_text(project if finds else project.replace("gannet::torch_cpu", ""))
            code, text = self.configure(f"-DCMAKE_CXX_COMPILER={compiler}")
            self.assertEqual(code, 0, text)
            (self.assertIn if finds else self.assertNotIn)("libstdc++.so.6", self.build())

    def test_a_link_that_leads_elsewhere_is_followed(self):
        first, second = self.install(self.folder / "first"), self.install(self.folder / "second", "2.14.1")
        (self.project / "hinted").symlink_to(first)
        self.finds(first)
        self.assertIn(f"{first}/lib", self.build())
        (self.project / "hinted").unlink()
        (self.project / "hinted").symlink_to(second)
        self.finds(second)
        self.assertIn(f"{second}/lib", self.build())

    def test_a_cuda_build_is_linked_without_nvidias_libraries(self):
        self.install(self.project / "hinted", "2.14.1")
        linkers = [name for name in ("bfd", "mold", "gold", "lld") if shutil.which(f"ld.{name}")]
        self.assertIn("bfd", linkers)
        for linker in linkers:
            with self.subTest(linker):
                self.write_project(f"-fuse-ld={linker}")
                self.finds(self.project / "hinted")
                needed = self.build()
                self.assertIn("[libtorch_cpu.so]", needed)
                self.assertIn("[libc10.so]", needed)
                self.assertNotIn("cuda", needed)

    def test_none_and_too_old(self):
        code, text = self.configure()
        self.assertEqual(code, 1)
        self.assertIn("needed is a folder with lib/libtorch_cpu.so and include/ATen", text)
        old = self.install(self.project / "hinted")
        (old / "include/torch/headeronly/version.h").write_text(fakes.VERSION_H.format(2, 5, 1))
        code, text = self.configure()
        self.assertEqual(code, 1)
        self.assertIn('Found unsuitable version "2.5.1", but required is at least "2.11"', text)


if __name__ == "__main__":
    unittest.main()
