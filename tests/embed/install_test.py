# SPDX-License-Identifier: MIT
"""The installed library, as projects outside the tree find it: by pkg-config, shared and static, in C and in C++.

usage: install_test.py BUILD NM
"""

import glob
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, NM = sys.argv.pop(1), sys.argv.pop(1)
WAIT_SECONDS = 100
EMBED = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(EMBED, "project")
C_PROGRAM = os.path.join(PROJECT, "vmm.c")
CPP_PROGRAM = os.path.join(PROJECT, "subprojects", "tool", "tool.cpp")


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="qmpev-install-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.run_command("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", cls.folder)
        found = glob.glob(os.path.join(cls.folder, "**", "qmpev.pc"), recursive=True)
        assert len(found) == 1, found
        cls.pkgconfig_folder = os.path.dirname(found[0])
        cls.library_folder = os.path.dirname(cls.pkgconfig_folder)
        for path in glob.glob(os.path.join(cls.pkgconfig_folder, "*.pc")):  # moved to where they are staged
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(re.sub(r"^prefix=", "prefix=" + cls.folder, text, flags=re.M))

    @staticmethod
    def run_command(*words, **options):
        done = subprocess.run(words, capture_output=True, text=True, timeout=WAIT_SECONDS, **options)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def flags(self, *words):
        environment = {**os.environ, "PKG_CONFIG_PATH": self.pkgconfig_folder}
        return self.run_command("pkg-config", *words, env=environment).split()

    def path(self, name):
        return os.path.join(self.folder, name)

    def build_and_run(self, compiler, source, *flags):
        self.run_command(*compiler, "-Wall", "-Wextra", "-Werror", source, "-o", self.path("program"), *flags)
        environment = {**os.environ, "LD_LIBRARY_PATH": self.library_folder}
        return self.run_command(self.path("program"), self.path("socket"), env=environment)

    def test_c_with_the_shared_library(self):
        version = self.build_and_run(["cc", "-std=c99"], C_PROGRAM, *self.flags("--cflags", "--libs", "qmpev"))
        self.assertEqual(version.strip(), self.flags("--modversion", "qmpev")[0])
        self.assertIn("libqmpev.so.0", self.run_command("ldd", self.path("program")))

    def test_c_with_the_static_library(self):
        self.build_and_run(["cc", "-std=c99"], C_PROGRAM, *self.flags("--cflags", "--libs", "qmpev-static"))
        self.assertNotIn("libqmpev", self.run_command("ldd", self.path("program")))

    def test_cpp(self):
        shown = self.build_and_run(["c++", "-std=c++20"], CPP_PROGRAM, *self.flags("--cflags", "--libs", "qmpev-static"))
        self.assertEqual(shown.strip(), "unix:" + self.path("socket"))

    def test_the_manual_pages_are_where_man_looks_for_them(self):
        found = glob.glob(os.path.join(self.folder, "**", "man", "man[0-9]", "*"), recursive=True)
        self.assertEqual(len(found), 10)
        for path in found:
            self.assertEqual(path[-2:], "." + os.path.dirname(path)[-1])

    def test_the_examples_need_nothing_but_what_is_installed(self):
        c, cpp = ["cc", "-std=c99"], ["c++", "-std=c++20"]
        shared, static = (self.flags("--cflags", "--libs", package) for package in ("qmpev", "qmpev-static"))
        examples = [(c, "epoll_c99.c", ["-pthread", *shared]), (c, "glib_c99.c", self.flags("--cflags", "--libs", "qmpev", "glib-2.0")),
                    (cpp, "own_event.cpp", static), (cpp, "late_answer.cpp", static)]
        if platform.machine() == "x86_64":
            examples.append((c, "kvm_vmm.c", ["-pthread", *shared]))
        if subprocess.run(["pkg-config", "--exists", "spice-server"], check=False).returncode == 0:
            examples.append((c, "spice_c99.c", self.flags("--cflags", "--libs", "qmpev", "glib-2.0", "spice-server")))
        for compiler, name, flags in examples:
            with self.subTest(name=name):
                source, program = os.path.join(EMBED, name), self.path("example")
                self.run_command(*compiler, "-Wall", "-Werror", source, "-o", program, *flags)

    def test_the_shared_library_shows_what_its_headers_say_and_nothing_else(self):
        library = os.path.join(self.library_folder, "libqmpev.so")
        shown = {line.split()[-1] for line in self.run_command(NM, "-D", "--defined-only", library).splitlines()}
        declared = set()
        for header in glob.glob(os.path.join(self.folder, "**", "qmpev", "*.h"), recursive=True):
            with open(header, encoding="utf-8") as file:
                declared |= set(re.findall(r"QMPEV_API[^;]*?\b(qmpev_\w+)\(", file.read()))
        self.assertGreater(len(declared), 80)
        self.assertEqual({name.split("@")[0] for name in shown if name != "QMPEV_0" and "@@QMPEV_0" in name}, declared)
        self.assertEqual({name for name in shown if "@@QMPEV_0" not in name and not name.startswith("QMPEV_0")}, set())

    def test_the_program_is_there(self):
        program = glob.glob(os.path.join(self.folder, "**", "bin", "qmpev"), recursive=True)
        self.assertEqual(len(program), 1)
        self.assertIn(self.flags("--modversion", "qmpev")[0], self.run_command(program[0], "--version"))


if __name__ == "__main__":
    unittest.main()
