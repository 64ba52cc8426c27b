# SPDX-License-Identifier: MIT
"""The Debian packages as their users meet them: installed, used and purged in a copy of this system.

usage: packages_test.py FOLDER [UNITTEST ARGUMENTS]
FOLDER has the .deb files and the .changes file. Needs root, lintian, and what the packages depend on.
"""

import glob
import io
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tarfile
import unittest

from system_copy import SystemCopy, WAIT_SECONDS, enter

enter()
FOLDER = os.path.abspath(sys.argv.pop(1))
PACKAGES = ("libqmpev0", "libqmpev-dev", "qmpev")
SOCKET = "/tmp/vm.sock"
C_PROGRAM = """
#include <qmpev/qmpev.h>
#include <stdio.h>
int main(void) {
  qmpev_server* server = qmpev_server_new(NULL);
  if (qmpev_server_listen_unix(server, "/tmp/c.sock", QMPEV_WIRE_QEMU) != 0) return puts(qmpev_last_error()), 1;
  qmpev_server_free(server);
  return puts(qmpev_version()) < 0;
}
"""


def package_file(name):
    found = glob.glob(os.path.join(FOLDER, f"{name}_*.deb"))
    assert len(found) == 1, (name, found)
    return found[0]


class PackagesTest(unittest.TestCase):
    """On the packages as they are."""

    def test_lintian_has_nothing_to_say(self):
        changes = glob.glob(os.path.join(FOLDER, "*.changes"))
        said = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", *changes], capture_output=True,
                              text=True, timeout=WAIT_SECONDS)
        self.assertEqual((said.returncode, said.stdout), (0, ""), said.stderr)

    def test_no_file_is_younger_than_the_changelog(self):
        """Otherwise two builds of one tree would differ."""
        with open(os.path.join(FOLDER, "qmpev", "debian", "changelog"), encoding="utf-8") as file:
            date = re.search(r"(?m)^ -- .*>  (.*)$", file.read())[1]
        limit = int(subprocess.check_output(["date", "-d", date, "+%s"]))
        for name in PACKAGES:
            listed = subprocess.check_output(["dpkg-deb", "--fsys-tarfile", package_file(name)])
            with tarfile.open(fileobj=io.BytesIO(listed)) as members:
                for member in members:
                    self.assertLessEqual(member.mtime, limit, member.name)

    def test_the_library_promises_one_version_of_symbols(self):
        controls = subprocess.check_output(["dpkg-deb", "--info", package_file("libqmpev0"), "symbols"], text=True)
        symbols = re.findall(r"(?m)^ (\w+)@QMPEV_0 (\S+)$", controls)
        self.assertIn(("qmpev_server_new", "0.1.0"), symbols)
        self.assertTrue(all(name.startswith("qmpev_") or name == "QMPEV_0" for name, _ in symbols), symbols)


class InstalledTest(unittest.TestCase):
    """Each on packages that are installed; the last one purges them."""

    @classmethod
    def setUpClass(cls):
        cls.system = SystemCopy()
        cls.addClassCleanup(cls.system.close)
        cls.before = cls.system.named("qmpev")
        for name in PACKAGES:
            shutil.copy(package_file(name), cls.system.path(f"/tmp/{name}.deb"))
        cls.system.do("dpkg", "--install", *(f"/tmp/{name}.deb" for name in PACKAGES))
        cls.files = set(cls.system.do("dpkg", "-L", *PACKAGES).split("\n"))

    def serve(self, *words):
        process = self.system.start("qmpev", "serve", *words)
        self.addCleanup(self.reap, process)
        ready, _, _ = select.select([process.stdout], [], [], WAIT_SECONDS)
        self.assertTrue(ready, "serve says nothing")
        self.assertIn("qmpev ", process.stdout.readline())
        return process

    @staticmethod
    def reap(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def test_the_program_serves_and_is_watched(self):
        process = self.serve("--listen", f"unix:{SOCKET}")
        watching = self.system.start("qmpev", "watch", SOCKET, "--json", "--until", "GUEST_PANICKED", "--timeout", str(WAIT_SECONDS))
        self.addCleanup(self.reap, watching)
        while watching.poll() is None:  # when it has come is not known
            self.assertIn("GUEST_PANICKED", self.system.do("qmpev", "trigger", SOCKET, "pvpanic", "panicked"))
            self.assertIn("RESUME", self.system.do("qmpev", "trigger", SOCKET, "machine", "cont"))
        seen, _ = watching.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(watching.returncode, 0)
        self.assertEqual(json.loads(seen.splitlines()[-1])["event"], "GUEST_PANICKED")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(WAIT_SECONDS), 0)
        self.assertFalse(os.path.exists(self.system.path(SOCKET)))

    def test_a_c_program_is_built_with_the_library(self):
        with open(self.system.path("/tmp/program.c"), "w", encoding="ascii") as file:
            file.write(C_PROGRAM)
        self.system.do("sh", "-ec", "cc -std=c99 -Wall -Wextra -Werror /tmp/program.c -o /tmp/program $(pkg-config --cflags --libs qmpev)")
        self.assertRegex(self.system.do("/tmp/program"), r"^\d+\.\d+\.\d+\n$")
        self.assertRegex(self.system.do("ldd", "/tmp/program"), r"libqmpev\.so\.0 => /\S+/libqmpev\.so\.0 ")

    def test_the_version_is_the_programs(self):
        self.assertEqual(self.system.do("qmpev", "--version"),
                         "qmpev " + self.system.do("dpkg-query", "--show", "--showformat=${Version}\n", "qmpev"))

    def test_the_units_are_there_and_off(self):
        folder = "/lib/systemd/system/"
        units = [folder + name for name in ("qmpev.service", "qmpev.socket")]
        self.assertLessEqual(set(units), self.files)
        for unit in units:
            with open(self.system.path(unit), encoding="utf-8") as file:
                page, part = re.search(r"(?m)^Documentation=man:(\S+)\((\d)\)$", file.read()).groups()
            self.assertIn(f"/usr/share/man/man{part}/{page}.{part}.gz", self.files)
        if shutil.which("systemd-analyze"):
            verified = self.system.run("systemd-analyze", "verify", "--man=no", *units)
            self.assertEqual([line for line in verified.stderr.splitlines() if "qmpev" in line], [])
        self.assertEqual({path for path in self.system.named("qmpev") if path.startswith("/etc/systemd")}, set())

    def test_zz_nothing_is_left(self):
        self.assertGreater(len(self.system.named("qmpev") - self.before), 20)
        self.system.do("dpkg", "--purge", *PACKAGES)
        self.assertEqual(self.system.named("qmpev") - self.before, set())
        left = [path for path in self.files if os.path.lexists(self.system.path(path))]
        self.assertEqual([path for path in left if not os.path.isdir(self.system.path(path))], [])


if __name__ == "__main__":
    unittest.main()
