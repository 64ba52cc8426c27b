# SPDX-License-Identifier: MIT
"""The installed library, as projects outside the tree find it: by pkg-config, shared and static, in C and in C++.

usage: install_test.py BUILD NM
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, NM = sys.argv.pop(1), sys.argv.pop(1)
WAIT_SECONDS = 100
C_PROGRAM = """
#include <qmpev/qmpev.h>
#include <stdio.h>
int main(int count, char** words) {
  qmpev_guest_panicked panicked = {.size = sizeof panicked};
  qmpev_server* server = qmpev_server_new(NULL);
  qmpev_emitter* emitter = qmpev_server_get_emitter(server);
  if (count != 2 || qmpev_server_listen_unix(server, words[1], QMPEV_WIRE_QEMU) != 0) return puts(qmpev_last_error()), 1;
  qmpev_emit_guest_panicked(emitter, &panicked);
  qmpev_emitter_unref(emitter);
  qmpev_server_free(server);
  return puts(qmpev_version()) < 0;
}
"""
CPP_PROGRAM = """
#include <qmpev/server.hpp>
#include <cstdio>
int main(int count, char** words) {
  auto server = qmpev::Server::create({}).value();
  if (count != 2 || !server->listen({.path = words[1], .form = qmpev::WireForm::qemu})) return 1;
  server->emitter().emit(qmpev::GuestPanicked{qmpev::GuestPanicAction::pause});
  std::puts(server->addresses().at(0).name.c_str());
}
"""


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

    def build_and_run(self, compiler, source, text, *flags):
        with open(self.path(source), "w", encoding="ascii") as file:
            file.write(text)
        self.run_command(*compiler, "-Wall", "-Wextra", "-Werror", self.path(source), "-o", self.path("program"), *flags)
        environment = {**os.environ, "LD_LIBRARY_PATH": self.library_folder}
        return self.run_command(self.path("program"), self.path("socket"), env=environment)

    def test_c_with_the_shared_library(self):
        version = self.build_and_run(["cc", "-std=c99"], "shared.c", C_PROGRAM, *self.flags("--cflags", "--libs", "qmpev"))
        self.assertEqual(version.strip(), self.flags("--modversion", "qmpev")[0])
        self.assertIn("libqmpev.so.0", self.run_command("ldd", self.path("program")))

    def test_c_with_the_static_library(self):
        self.build_and_run(["cc", "-std=c99"], "static.c", C_PROGRAM, *self.flags("--cflags", "--libs", "qmpev-static"))
        self.assertNotIn("libqmpev", self.run_command("ldd", self.path("program")))

    def test_cpp(self):
        shown = self.build_and_run(["c++", "-std=c++20"], "program.cpp", CPP_PROGRAM, *self.flags("--cflags", "--libs", "qmpev-static"))
        self.assertEqual(shown.strip(), "unix:" + self.path("socket"))

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
