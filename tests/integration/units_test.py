# SPDX-License-Identifier: MIT
"""The systemd units, judged by systemd itself.

usage: units_test.py SYSTEMD-ANALYZE QMPEV QMPEV.SERVICE QMPEV.SOCKET
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ANALYZE, QMPEV, SERVICE, SOCKET = (os.path.abspath(sys.argv.pop(1)) for _ in range(4))
WAIT_SECONDS = 60
# Tenths of what `systemd-analyze security` calls exposure, from 0 to 100; 10 and less it calls safe. Versions differ by a few.
MAX_EXPOSURE = 10


class UnitsTest(unittest.TestCase):
    def setUp(self):
        """The units as they are installed, but with the program that was built."""
        self.folder = tempfile.mkdtemp(prefix="qmpev-units-")
        self.addCleanup(shutil.rmtree, self.folder)
        with open(SERVICE, encoding="utf-8") as file:
            text, count = re.subn(r"(?m)^ExecStart=/\S+/qmpev ", f"ExecStart={QMPEV} ", file.read())
        self.assertEqual(count, 1)
        self.service = os.path.join(self.folder, "qmpev.service")
        self.write(text)
        self.socket = shutil.copy(SOCKET, self.folder)

    def write(self, text):
        self.text = text
        with open(self.service, "w", encoding="utf-8") as file:
            file.write(text)

    def analyze(self, *words):
        return subprocess.run([ANALYZE, *words], capture_output=True, text=True, timeout=WAIT_SECONDS)

    def security(self):
        return self.analyze("security", "--offline=true", "--no-pager", f"--threshold={MAX_EXPOSURE}", self.service)

    def test_systemd_understands_them(self):
        verified = self.analyze("verify", "--man=no", self.service, self.socket)
        ours = [line for line in verified.stderr.splitlines() if "qmpev" in line]
        self.assertEqual((verified.returncode, ours), (0, []), verified.stderr)
        self.write(self.text.replace("UMask=", "UMasc="))
        self.assertIn("UMasc", self.analyze("verify", "--man=no", self.service, self.socket).stderr)

    def test_the_service_can_do_little(self):
        judged = self.security()
        self.assertEqual(judged.returncode, 0, judged.stdout + judged.stderr)
        self.assertIn("Overall exposure level for qmpev.service", judged.stdout)
        self.write(re.sub(r"(?m)^(SystemCallFilter|CapabilityBoundingSet)=.*\n", "", self.text))
        self.assertNotEqual(self.security().returncode, 0, "nothing is asked for here")

    def test_the_name_of_the_socket_is_that_which_the_service_listens_on(self):
        with open(self.socket, encoding="utf-8") as file:
            name = re.search(r"(?m)^FileDescriptorName=(.+)$", file.read())[1]
        self.assertRegex(self.text, rf"(?m)^ExecStart=\S+ serve --listen fd:{re.escape(name)}$")


if __name__ == "__main__":
    unittest.main()
