# SPDX-License-Identifier: MIT
"""The VMM on KVM: what its guest's instructions do to the registers of devices is what every client receives.

usage: kvm_vmm_test.py EXAMPLE
Without a KVM that works it exits with 77: skipped.
"""

import fcntl
import os
import subprocess
import sys
import unittest

from example_client import PATIENCE_SECONDS, ExampleCase

EXAMPLE = sys.argv.pop(1)
SKIPPED = 77
KVM_CREATE_VM = 0xAE01
EVENTS = [
    ("ACPI_DEVICE_OST", {"info": {"device": "dimm1", "slot": "1", "slot-type": "DIMM", "source": 3, "status": 0x81}}),
    ("GUEST_PANICKED", {"action": "run"}),
    ("SHUTDOWN", {"guest": True, "reason": "guest-shutdown"}),
]


def why_no_kvm():
    """A sentence, or None where KVM works."""
    try:
        kvm = os.open("/dev/kvm", os.O_RDWR | os.O_CLOEXEC)
        try:
            os.close(fcntl.ioctl(kvm, KVM_CREATE_VM, 0))
        finally:
            os.close(kvm)
    except OSError as error:
        return f"KVM does not work here: {error}"
    return None


class KvmVmm(ExampleCase):
    def heard(self, client):
        """All that a client receives until the connection ends."""
        events = []
        while (message := client.receive()) is not None:
            events.append((message["event"], message["data"]))
        return events

    def test_one_client_receives_what_the_guest_did(self):
        self.start(EXAMPLE, self.path, "1")
        self.assertEqual(self.heard(self.connect()), EVENTS)
        self.ended()

    def test_the_guest_waits_for_all_clients(self):
        self.start(EXAMPLE, self.path, "2")
        first = self.connect()
        # Answered, and nothing was heard before: the guest has not started.
        self.assertEqual(first.ask("query-name"), ({"return": {}, "id": "query-name"}, []))
        for client in (self.connect(), first):
            self.assertEqual(self.heard(client), EVENTS)
        self.ended()

    def test_without_clients_it_runs_and_ends(self):
        self.start(EXAMPLE, self.path)
        self.ended()

    def test_a_path_that_cannot_be_is_refused_with_a_sentence(self):
        done = subprocess.run([EXAMPLE, self.path + "/missing/s"], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        self.assertEqual(done.returncode, 1)
        self.assertIn("missing", done.stderr)


if __name__ == "__main__":
    reason = why_no_kvm()
    if reason:
        print(reason)
        sys.exit(SKIPPED)
    unittest.main()
