# SPDX-License-Identifier: MIT
"""A project in C that takes the tree as its meson subproject can be set up, with no C++ of its own.

usage: c_project_test.py ROOT
"""

import os
import subprocess
import sys
import tempfile
import unittest

ROOT = sys.argv.pop(1)
PROJECT = """project('vmm', 'c')
executable('vmm', 'vmm.c', dependencies: dependency('qmpev', fallback: 'qmpev'))
"""


class CProjectTest(unittest.TestCase):
    def test_it_can_be_set_up(self):
        with tempfile.TemporaryDirectory(prefix="qmpev-") as folder:
            os.mkdir(os.path.join(folder, "subprojects"))
            os.symlink(ROOT, os.path.join(folder, "subprojects", "qmpev"))
            for name, text in (("meson.build", PROJECT), ("vmm.c", "#include <qmpev/qmpev.h>\nint main(void) { return 0; }\n")):
                with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                    file.write(text)
            setup = subprocess.run(["meson", "setup", "build"], cwd=folder, capture_output=True, text=True, timeout=100)
            self.assertEqual(setup.returncode, 0, setup.stdout + setup.stderr)


if __name__ == "__main__":
    unittest.main()
