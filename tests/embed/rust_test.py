# SPDX-License-Identifier: MIT
"""The example in Rust: what its guest writes to registers is what clients receive.

usage: rust_test.py CARGO SOURCE TARGET_FOLDER PKG_CONFIG_FOLDER LIBRARY_FOLDER
"""

import os
import shutil
import subprocess
import sys
import unittest

from example_client import PATIENCE_SECONDS, ExampleCase

CARGO, SOURCE, TARGET, PKG_CONFIG_FOLDER, LIBRARY_FOLDER = sys.argv[1:6]
del sys.argv[1:6]
EXAMPLE = os.path.join(TARGET, "debug", "qmpev-vmm")
WARNINGS = {"RUSTFLAGS": "-D warnings"} if "CI" in os.environ else {}  # a newer compiler may have new ones
ENVIRONMENT = {**os.environ, "PKG_CONFIG_PATH": PKG_CONFIG_FOLDER, "LD_LIBRARY_PATH": LIBRARY_FOLDER, **WARNINGS}
BUILD_SECONDS = 200
THREADS = """
#[allow(dead_code)]
fn emitters_may(emitter: Emitter) {
    thread::spawn(move || drop(emitter));
}
#[allow(dead_code)]
fn servers_may_not(server: Server) {
    thread::spawn(move || drop(server));
}
"""


def cargo(verb, source):
    words = [CARGO, verb, "--offline", "--locked", "--manifest-path", os.path.join(source, "Cargo.toml"), "--target-dir", TARGET]
    return subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True, timeout=BUILD_SECONDS)


class RustTest(ExampleCase):
    @classmethod
    def setUpClass(cls):
        done = cargo("build", SOURCE)
        assert done.returncode == 0, done.stdout + done.stderr

    def started(self):
        self.start(EXAMPLE, self.path, stdin=subprocess.PIPE, env=ENVIRONMENT)
        self.addCleanup(self.process.stdin.close)
        return self.connect()

    def guest(self, *accesses):
        self.process.stdin.write("\n".join([*accesses, ""]))
        self.process.stdin.flush()

    def end(self, *clients):
        """The guest ends: so do the sessions, and the process. Gives what the guest has read."""
        self.process.stdin.close()
        for client in clients:
            self.assertIsNone(client.receive())
        return self.ended().split()

    def test_ost_of_a_dimm_and_of_an_empty_slot(self):
        client = self.started()
        self.guest("out 0xa00 4 1", "out 0xa04 4 3", "out 0xa08 4 0x81")
        self.guest("out 0xa00 4 0", "out 0xa04 4 0x103", "out 0xa08 4 0")
        report = {"slot-type": "DIMM", "slot": "1", "device": "dimm1", "source": 3, "status": 0x81}
        self.assertEqual(client.event(), ("ACPI_DEVICE_OST", {"info": report}))
        report = {"slot-type": "DIMM", "slot": "0", "source": 0x103, "status": 0}
        self.assertEqual(client.event(), ("ACPI_DEVICE_OST", {"info": report}))
        self.end(client)

    def test_a_panic_is_heard_by_all(self):
        clients = self.started(), self.connect()
        self.guest("out 0x505 1 1")
        for client in clients:
            self.assertEqual(client.event(), ("GUEST_PANICKED", {"action": "run"}))
        self.end(*clients)

    def test_the_compiler_keeps_the_server_on_its_thread(self):
        source = os.path.join(os.path.dirname(self.path), "rust")
        shutil.copytree(SOURCE, source)
        with open(os.path.join(source, "src", "main.rs"), "a", encoding="ascii") as file:
            file.write(THREADS)
        refused = cargo("check", source).stderr
        self.assertEqual(refused.count("error[E0277]"), 1, refused)
        self.assertIn("drop(server)", refused)
        self.assertNotIn("drop(emitter)", refused)

    def test_what_concerns_no_device_does_nothing(self):
        client = self.started()
        self.guest("out 0x505 1 2", "out 0x506 1 1", "out 0xa18 4 0", "out 0xa08 1 0", "out 0xa00 4 2", "out 0xa08 4 0")
        self.guest("in 0x505 1", "in 0x506 1", "in 0xa14 4")
        self.assertEqual(self.end(client), ["0x1", "0xff", "0x0"])

    def test_a_path_that_cannot_be_is_refused_with_a_sentence(self):
        done = subprocess.run([EXAMPLE, self.path + "/missing/s"], env=ENVIRONMENT, capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS)
        self.assertEqual(done.returncode, 1)
        self.assertIn("missing", done.stderr)


if __name__ == "__main__":
    unittest.main()
