# SPDX-License-Identifier: MIT
"""A project outside the tree, in C with a part in C++, takes the tree as its meson subproject: it builds and runs.

usage: project_test.py ROOT
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = sys.argv.pop(1)
EMBED = os.path.join(ROOT, "tests", "embed")
EXTRACT = os.path.join(EMBED, "extract_example.py")
SETUP_SECONDS, BUILD_SECONDS, RUN_SECONDS = 100, 900, 60
# The cheapest build, and the one without TLS, which nothing else builds: that it links is what matters.
OPTIONS = ["-Doptimization=0", "-Ddebug=false", "-Dqmpev:tls=disabled", "-Dqmpev:werror=true",
           "--force-fallback-for=qmpev"]  # also where one is installed
PROGRAMS = ["vmm", "subprojects/tool/tool"]


def half_the_processors():
    """The other tests have the rest."""
    return str(max(1, len(os.sched_getaffinity(0)) // 2))


class ProjectTest(unittest.TestCase):
    def setUp(self):
        parent = tempfile.TemporaryDirectory(prefix="qmpev-")
        self.addCleanup(parent.cleanup)
        self.folder = os.path.join(parent.name, "project")

    def run_command(self, *words, seconds=RUN_SECONDS):
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, timeout=seconds)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def set_up(self, *path):
        """The project, with what `meson subprojects download` would leave there and the wrap file as the README has it."""
        shutil.copytree(os.path.join(EMBED, "project", *path), self.folder)
        subprojects = os.path.join(self.folder, "subprojects")
        os.makedirs(subprojects, exist_ok=True)
        os.symlink(ROOT, os.path.join(subprojects, "qmpev"))
        wrap = os.path.join(subprojects, "qmpev.wrap")
        self.run_command(sys.executable, "-B", EXTRACT, os.path.join(ROOT, "README.md"), "wrap", wrap)
        self.run_command("meson", "setup", "build", *OPTIONS, seconds=SETUP_SECONDS)

    def test_it_builds_and_runs(self):
        self.set_up()
        self.run_command("ninja", "-C", "build", "-j", half_the_processors(), *PROGRAMS, seconds=BUILD_SECONDS)
        socket = os.path.join(self.folder, "vm.sock")
        in_c, in_cpp = (self.run_command(os.path.join("build", program), socket) for program in PROGRAMS)
        self.assertRegex(in_c, r"\A\d+\.\d+\.\d+\n\Z")
        self.assertEqual(in_cpp, f"unix:{socket}\n")

    def test_the_part_in_cpp_can_be_a_project_of_its_own(self):
        """The other of the two names has been found first, then."""
        self.set_up("subprojects", "tool")


if __name__ == "__main__":
    unittest.main()
