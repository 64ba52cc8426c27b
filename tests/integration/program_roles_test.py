# SPDX-License-Identifier: MIT
"""Monitors with roles, and triggers on the machine itself, as QMP clients meet them.

usage: program_roles_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import os
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import ProgramTest, WAIT_SECONDS

NOBODY = 65534  # a user and a group that is not root's


def greets(path):
    """Whether the monitor there says anything before it closes."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(WAIT_SECONDS)
        client.connect(path)
        return client.recv(1) == b"{"


def greets_nobody(path):
    """The same, asked by that user; None when it could not ask."""
    child = os.fork()  # not another Python: that user may have none
    if child == 0:
        status = 2
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            status = 1 if greets(path) else 0
        finally:
            os._exit(status)
    return {0: False, 1: True}.get(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


HARMLESS = {"qmp_capabilities", "query-commands", "query-name", "query-status", "query-version"}


class RolesTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.process = self.serve("--listen", "unix:" + self.path("full.sock"),
                                  "--listen", "unix:" + self.path("events.sock") + ",role=events")
        self.full = self.connect(self.path("full.sock"))
        self.events_only = self.connect(self.path("events.sock"))

    def commands(self, client):
        return {command["name"] for command in client.execute("query-commands")["return"]}

    def test_a_monitor_for_events_has_no_command_that_acts(self):
        everything, harmless = self.commands(self.full), self.commands(self.events_only)
        self.assertIn("x-qmpev-trigger", everything)
        self.assertLessEqual(HARMLESS, harmless)
        self.assertEqual({name for name in everything if name.startswith("query-")} - harmless, set())
        self.assertEqual({name for name in harmless if not name.startswith("query-")},
                         {"qmp_capabilities", "qom-get", "qom-list", "x-qmpev-filter", "x-qmpev-gap-notice",
                          "x-qmpev-resume", "x-qmpev-subscribe"})
        for name in sorted(everything - harmless):
            with self.subTest(command=name):
                self.assertEqual(self.events_only.execute(name)["error"],
                                 {"class": "CommandNotFound", "desc": f"The command {name} is not available on "
                                  "this monitor, which is for events only"})
        self.assertEqual(self.events_only.execute("query-status")["return"]["status"], "running")

    def test_our_own_trigger_is_told_which_monitor_to_use(self):
        for words in ((), ("pvpanic",)):
            refused = self.run_program("trigger", self.path("events.sock"), *words)
            self.assertEqual((refused.returncode, refused.stdout), (1, ""))
            self.assertIn("this monitor has no triggers: name one", refused.stderr)
            self.assertIn("role=events", refused.stderr)

    def test_it_hears_what_the_others_cause(self):
        self.assertIn("cause", self.full.execute("x-qmpev-trigger", device="pvpanic", action="panicked")["return"])
        self.assertEqual([line["event"] for line in self.full.lines if "event" in line], ["GUEST_PANICKED", "STOP"])
        self.events_only.read_until("STOP")

    def test_a_guest_that_stands_still_is_not_waited_for(self):
        self.full.execute("stop")
        self.assertIn("the guest stands still (paused)",
                      self.full.execute("x-qmpev-trigger", device="pvpanic", action="panicked")["error"]["desc"])

    def test_every_monitor_is_printed_with_its_role(self):
        self.assertNotIn("role=", self.process.first_line)
        other = self.serve("--listen", "unix:" + self.path("other.sock") + ",role=events")
        self.assertIn("role=events", other.first_line)

    def test_the_demo_wants_a_monitor_with_all_commands(self):
        result = self.run_program("serve", "--demo", "--listen", "unix:" + self.path("x.sock") + ",role=events")
        self.assertEqual(result.returncode, 2)
        self.assertIn("role=full", result.stderr)

    def test_a_monitor_is_for_the_users_it_names(self):
        own, other = self.path("own.sock"), self.path("other.sock")
        self.serve("--listen", f"unix:{own},allow-uid={os.getuid()},max-clients-per-uid=1", "--listen",
                   f"unix:{other},allow-uid={os.getuid() + 1}")
        mine = self.connect(own)
        for turned_away in (other, own):  # whoever we are, root included
            self.assertFalse(greets(turned_away))
        totals = mine.execute("x-qmpev-statistics")["return"]["totals"]
        self.assertEqual((totals["refused-peers"], totals["refused-users"]), (1, 1))

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_a_user_that_is_not_ours_comes_in_where_it_is_named(self):
        os.chmod(self.folder, 0o755)
        settings = {"ours": "allow-uid=0", "users": f"allow-uid=0,allow-uid={NOBODY}", "groups": f"allow-gid={NOBODY}",
                    "anybody": "role=full"}
        words = [word for name, setting in settings.items() for word in ("--listen", f"unix:{self.path(name)},{setting}")]
        self.serve(*words)
        heard = {}
        for name in settings:
            os.chmod(self.path(name), 0o666)  # the check, not the mode, is what is in the way
            heard[name] = greets_nobody(self.path(name))
        self.assertEqual(heard, {"ours": False, "users": True, "groups": True, "anybody": True})
        totals = self.connect(self.path("ours")).execute("x-qmpev-statistics")["return"]["totals"]
        self.assertEqual(totals["refused-peers"], 1)


if __name__ == "__main__":
    unittest.main()
