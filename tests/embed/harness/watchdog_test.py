# SPDX-License-Identifier: MIT
"""Tests of the watchdog, with a machine that does what each test says.

usage: QMPEV_LIBRARY=.../libqmpev.so watchdog_test.py
"""

import os
import queue
import tempfile
import threading
import unittest

import qmpev
from watchdog import Watchdog

PATIENCE_SECONDS = 60


class WatchdogTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="qmpev-")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "vm.sock")

    def watched(self, events, commands=None, form=qmpev.WIRE_QEMU):
        """The watchdog after a machine has emitted `events` and ended."""
        with qmpev.Machine(self.path, commands, form) as machine:
            watchdog = Watchdog(self.path)  # hears everything from here on
            self.addCleanup(watchdog.close)
            for event in events:
                machine.emit(event)
        watchdog.run()
        self.assertFalse(os.path.exists(self.path))
        return watchdog

    def test_a_panic_is_answered_with_a_reset(self):
        resets = queue.Queue()

        def system_reset(arguments):
            machine.emit(qmpev.Reset(guest=False, reason=qmpev.SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET))
            resets.put(arguments)

        with qmpev.Machine(self.path, {"system_reset": system_reset}) as machine:
            watchdog = Watchdog(self.path)
            self.addCleanup(watchdog.close)
            running = threading.Thread(target=watchdog.run)
            running.start()
            machine.emit(qmpev.GuestPanicked(action=qmpev.GUEST_PANIC_ACTION_PAUSE))
            self.assertEqual(resets.get(timeout=PATIENCE_SECONDS), {})
        running.join(PATIENCE_SECONDS)
        self.assertEqual(watchdog.refusals, [])

    def test_a_machine_that_powers_off_by_itself_is_left_alone(self):
        watchdog = self.watched([qmpev.GuestPanicked(action=qmpev.GUEST_PANIC_ACTION_POWEROFF)])
        self.assertEqual(watchdog.refusals, [])  # this machine knows no system_reset

    def test_failed_disks_are_remembered_in_both_wire_forms(self):
        for form in (qmpev.WIRE_DOCUMENT, qmpev.WIRE_QEMU):
            with self.subTest(form=form):
                disks = [qmpev.QuorumFailure(reference=disk, sector_num=8, sectors_count=2) for disk in ("a", "b", "a")]
                self.assertEqual(self.watched(disks, form=form).failed_disks, {"a", "b"})

    def test_the_last_of_many_balloon_changes_arrives(self):
        """At most one a second goes out; which are merged depends on the clock, but never the last."""
        changes = [qmpev.BalloonChange(actual=megabytes << 20) for megabytes in range(512, 255, -1)]
        self.assertEqual(self.watched(changes).memory, 256 << 20)


if __name__ == "__main__":
    unittest.main()
