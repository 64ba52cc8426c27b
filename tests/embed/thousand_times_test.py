# SPDX-License-Identifier: MIT
"""A server made, used and freed a thousand times leaves nothing: no descriptor, no memory, no socket.

usage: thousand_times_test.py PROGRAM
Under valgrind, and the sanitizers, these look for what is lost besides.
"""

import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
WAIT_SECONDS = 1500  # under valgrind it takes its time; meson ends it before


class ThousandTimesTest(unittest.TestCase):
    def test_a_thousand_lives_leave_nothing(self):
        with tempfile.TemporaryDirectory(prefix="qmpev-") as folder:
            done = subprocess.run([PROGRAM, os.path.join(folder, "s")], capture_output=True, text=True, timeout=WAIT_SECONDS)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"^1000 lives, 0 descriptors more, ")


if __name__ == "__main__":
    unittest.main()
