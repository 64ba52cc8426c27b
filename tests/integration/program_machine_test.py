# SPDX-License-Identifier: MIT
"""The machine's life as QMP clients meet it: commands, run states, policies, exit statuses.

usage: program_machine_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import WAIT_SECONDS, ProgramTest


class MachineTest(ProgramTest):
    def start_machine(self, *options):
        self.process = self.serve("--listen", "unix:" + self.path("a.sock") + ",wire=qemu", *options)
        self.client = self.connect(self.path("a.sock"))

    def told(self, command, **arguments):
        """The events before the reply, and the reply."""
        before = len(self.client.lines)
        reply = self.client.execute(command, **arguments)
        return [line["event"] for line in self.client.lines[before:-1]], reply

    def state(self):
        return self.client.execute("query-status")["return"]["status"]


class SetActionTest(MachineTest):
    def setUp(self):
        super().setUp()
        self.start_machine()

    def test_every_word_of_qemu_is_taken(self):
        for name, words in {"reboot": ["reset", "shutdown"], "shutdown": ["poweroff", "pause"],
                            "panic": ["pause", "shutdown", "exit-failure", "none"],
                            "watchdog": ["reset", "shutdown", "poweroff", "pause", "debug", "none",
                                         "inject-nmi"]}.items():
            for word in words:
                with self.subTest(name=name, word=word):
                    self.assertEqual(self.client.execute("set-action", **{name: word}), {"return": {}})
        self.assertEqual(self.client.execute("set-action"), {"return": {}})

    def test_other_words_are_refused_in_qemus_words(self):
        for arguments, sentence in [
            ({"panic": "poweroff"}, "Parameter 'panic' does not accept value 'poweroff'"),
            ({"panic": ""}, "Parameter 'panic' does not accept value ''"),
            ({"watchdog": "Reset"}, "Parameter 'watchdog' does not accept value 'Reset'"),
            ({"reboot": 1}, "Invalid parameter type for 'reboot', expected: string"),
            ({"frobnicate": "none"}, "Parameter 'frobnicate' is unexpected"),
        ]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.client.execute("set-action", **arguments),
                                 {"error": {"class": "GenericError", "desc": sentence}})

    def test_a_refused_word_changes_nothing(self):
        self.client.execute("set-action", reboot="shutdown", panic="poweroff")
        self.assertEqual(self.told("system_reset"), (["RESET"], {"return": {}}))

    def test_a_machine_that_is_not_to_reboot_ends_when_it_is_reset(self):
        self.client.execute("set-action", reboot="shutdown")
        self.assertEqual(self.told("system_reset"), (["SHUTDOWN"], {"return": {}}))
        self.assertEqual(self.client.events()[-1]["data"], {"guest": False, "reason": "host-qmp-system-reset"})
        self.assertEqual(self.process.wait(timeout=WAIT_SECONDS), 0)

    def test_or_pauses_until_it_is_reset(self):
        self.client.execute("set-action", reboot="shutdown", shutdown="pause")
        self.assertEqual(self.told("system_reset"), (["SHUTDOWN", "STOP"], {"return": {}}))
        self.assertEqual(self.state(), "shutdown")
        self.assertEqual(self.told("cont"), ([], {"error": {
            "class": "GenericError", "desc": "Resetting the Virtual Machine is required"}}))
        self.client.execute("set-action", reboot="reset")
        self.assertEqual(self.told("system_reset"), (["RESET"], {"return": {}}))
        self.assertEqual(self.state(), "prelaunch")
        self.assertEqual(self.told("cont"), (["RESUME"], {"return": {}}))
        self.assertEqual(self.state(), "running")
        self.assertEqual(self.told("quit"), (["SHUTDOWN"], {"return": {}}))
        self.assertEqual(self.process.wait(timeout=WAIT_SECONDS), 0)


class ActionOptionTest(MachineTest):
    def test_a_machine_that_waits_runs_when_it_is_told_to(self):
        self.start_machine("-S")
        self.assertEqual(self.state(), "prelaunch")
        self.assertEqual(self.told("stop"), ([], {"return": {}}))
        self.client.execute("balloon", value=256 << 20)
        self.assertEqual(self.client.execute("query-balloon"), {"return": {"actual": 512 << 20}})
        events, reply = self.told("cont")
        self.assertEqual((events[0], reply), ("RESUME", {"return": {}}))
        self.assertEqual(self.state(), "running")
        if "BALLOON_CHANGE" not in (event["event"] for event in self.client.events()):
            self.client.read_until("BALLOON_CHANGE")

    def test_a_machine_that_has_yet_to_be_built_takes_what_needs_none(self):
        self.start_machine("--preconfig")
        for command in ("cont", "stop", "query-balloon", "query-cpus-fast", "x-qmpev-trigger", "device_del"):
            with self.subTest(command=command):
                self.assertEqual(self.client.execute(command), {"error": {
                    "class": "GenericError",
                    "desc": f"The command '{command}' is permitted only after machine initialization has completed"}})
        for command in ("query-commands", "query-name", "query-version", "set-action"):
            self.assertIn("return", self.client.execute(command))
        self.assertEqual(self.state(), "prelaunch")
        self.assertEqual(self.told("x-exit-preconfig"), (["RESUME"], {"return": {}}))
        self.assertEqual(self.state(), "running")
        self.assertEqual(self.client.execute("x-exit-preconfig"), {"error": {
            "class": "GenericError", "desc": "The command is permitted only before machine initialization"}})
        self.assertIn("return", self.client.execute("query-cpus-fast"))

    def test_policies_are_those_of_the_command_line(self):
        self.start_machine("--no-shutdown", "--action", "reboot=shutdown")
        self.assertEqual(self.told("system_reset"), (["SHUTDOWN", "STOP"], {"return": {}}))
        self.assertEqual(self.state(), "shutdown")

    def test_quit_and_signals_end_a_machine_that_is_not_to_end(self):
        self.start_machine("--no-shutdown")
        self.assertEqual(self.told("quit"), (["SHUTDOWN"], {"return": {}}))
        self.assertEqual(self.process.wait(timeout=WAIT_SECONDS), 0)
        self.start_machine("--action=shutdown=pause")
        self.end(self.process)
        self.client.read_all()
        self.assertEqual(self.client.events()[-1]["data"], {"guest": False, "reason": "host-signal"})

    def scenario(self):
        """A guest that panics when it is looked at."""
        path = self.path("a.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"title": "t", "steps": [{"wait-for-command": "query-status"}, {"trigger": "pvpanic"}]}')
        return path

    def test_a_panic_ends_the_process_with_the_status_of_the_policy(self):
        for policy, status in [("exit-failure", 1), ("shutdown", 0)]:
            with self.subTest(policy=policy):
                self.start_machine("--scenario", self.scenario(), "--action", "panic=" + policy)
                self.client.execute("query-status")
                self.client.read_all()
                self.assertEqual([(event["event"], event["data"]) for event in self.client.events()[-2:]],
                                 [("GUEST_PANICKED", {"action": "poweroff"}),
                                  ("SHUTDOWN", {"guest": True, "reason": "guest-panic"})])
                self.process.communicate(timeout=WAIT_SECONDS)
                self.assertEqual(self.process.returncode, status)
                self.assertFalse(os.path.exists(self.path("a.sock")))

    def test_wrong_policies_are_refused_with_what_there_is(self):
        for words, sentence in [(["--action", "panic=poweroff"], "use panic=pause|shutdown|exit-failure|none"),
                                (["--action", "panik=none"], "use reboot|shutdown|panic|watchdog"),
                                (["--action"], "--action panic=pause|shutdown|exit-failure|none"),
                                (["--no-shutdown=yes"], "takes no value")]:
            with self.subTest(words=words):
                refused = self.run_program("serve", *words)
                self.assertEqual((refused.returncode, refused.stdout), (2, ""))
                self.assertIn(sentence, refused.stderr)


if __name__ == "__main__":
    unittest.main()
