# SPDX-License-Identifier: MIT
"""Scenarios as a user plays them: those of the program to their end, files of one's own, and files that are wrong.

usage: program_scenario_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import json
import os
import re
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import ProgramTest, WAIT_SECONDS  # noqa: E402

EVENT = re.compile(r"^ *[0-9.]+  event   ([A-Z_]+)", re.M)
CAUSE = re.compile(r"^ *[0-9.]+  (?:guest|viewer|host|monitor) +(.*)$", re.M)

# What each scenario of the program shows at least, in this order.
EXPECTED = {
    "balloon-storm": ["BALLOON_CHANGE"] * 3,
    "demo": ["ACPI_DEVICE_OST", "BALLOON_CHANGE", "BALLOON_CHANGE", "QUORUM_REPORT_BAD", "QUORUM_FAILURE",
             "SPICE_CONNECTED", "SPICE_INITIALIZED", "SPICE_DISCONNECTED", "GUEST_PANICKED", "STOP", "RESUME",
             "POWERDOWN", "RESET"],
    "dying-disk": ["QUORUM_REPORT_BAD", "QUORUM_REPORT_BAD", "QUORUM_FAILURE"],
    "everything-at-once": [],
    "memory-unplug-refused": ["ACPI_DEVICE_OST"] * 3 + ["DEVICE_DELETED", "ACPI_DEVICE_OST"],
    "panic-and-recovery": ["GUEST_PANICKED", "STOP", "RESET", "RESUME"],
    "spice-session": ["SPICE_CONNECTED", "SPICE_INITIALIZED"] + ["SPICE_CONNECTED"] * 5 + ["SPICE_INITIALIZED"] * 5
                     + ["SPICE_CONNECTED"] + ["SPICE_DISCONNECTED"] * 7,
}


def contains_in_order(names, expected):
    rest = iter(names)
    return all(name in rest for name in expected)


class ScenarioTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.socket = self.path("s.sock")

    def play(self, *words):
        """Plays to the end of the scenario; returns the process and what its screen showed."""
        process = self.serve("--listen", "unix:" + self.socket, *words)
        return process, process.first_line + self.read_until(process, "Ctrl-C ends the machine")

    def read_until(self, process, text):
        end = threading.Timer(WAIT_SECONDS, process.kill)
        end.start()
        screen = ""
        while text not in screen:
            line = process.stdout.readline()
            if not line:
                self.fail(f"ended before '{text}':\n{screen}{process.stderr.read()}")
            screen += line
        end.cancel()
        return screen

    def write(self, steps, name="a.json", **members):
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({"title": "t", "steps": steps, **members}, indent=1))
        return path


class ShippedScenarios(ScenarioTest):
    def names(self):
        listed = self.run_program("serve", "--scenario", "list")
        self.assertEqual((listed.returncode, listed.stderr), (0, ""))
        for line in listed.stdout.splitlines():
            self.assertRegex(line, r"^[a-z-]+   +\S")
        return [line.split()[0] for line in listed.stdout.splitlines()]

    def test_each_one_is_expected_here(self):
        self.assertEqual(self.names(), sorted(EXPECTED))

    def test_each_one_plays_to_its_end(self):
        for name, expected in EXPECTED.items():
            with self.subTest(name=name):
                process, screen = self.play("--scenario", name, "--seed", "1")
                self.end(process)
                self.assertTrue(contains_in_order(EVENT.findall(screen), expected), screen)
                self.assertNotIn("in vain", screen)
                if name != "everything-at-once":
                    self.assertNotRegex(screen, r"(?m)^ *[0-9.]+  \w+ +(?:\w+ \w+ )?refused: ")

    def test_a_storm_on_a_rate_limited_event_is_heard_once_a_second(self):
        process, screen = self.play("--scenario", "balloon-storm")
        self.end(process)
        self.assertRegex(screen, r"storm over: \d+ of 10000 done in [0-9.]+ s, \d+ a second")
        self.assertRegex(screen, r"BALLOON_CHANGE .* \d+ merged")
        self.assertLess(EVENT.findall(screen).count("BALLOON_CHANGE"), 10)

    def test_a_seed_repeats_a_run(self):
        def causes(seed):
            process, screen = self.play("--scenario", "everything-at-once", "--seed", seed)
            self.end(process)
            self.assertIn(f"seed {seed}: --seed repeats what is drawn\n", screen)
            return [cause for cause in CAUSE.findall(screen) if not cause.startswith("storm over") and "session" not in cause]

        first = causes("5")
        self.assertEqual(first, causes("5"))
        self.assertNotEqual(first, causes("6"))


class OwnScenarios(ScenarioTest):
    def test_a_client_that_asks_all_the_time_does_not_put_off_a_storm(self):
        path = self.write([{"storm": "memory", "action": "ost", "arguments": {"slot": 0, "status": 128},
                            "per-second": 1000, "count": 1000000}])
        self.serve("--listen", "unix:" + self.path("qmp.sock"), "--scenario", path)
        client = self.connect(self.path("qmp.sock"))
        end = time.monotonic() + WAIT_SECONDS
        seen = 0
        while seen < 1000:
            self.assertLess(time.monotonic(), end, f"{seen} events of the storm")
            client.execute("query-name")
            seen += len(client.events())
            client.lines.clear()

    def test_steps_do_what_they_say(self):
        path = self.write([
            {"say": "hello"},
            {"repeat": 2, "steps": [{"trigger": "pvpanic", "remark": "ouch"}, {"wait-for-event": "STOP"},
                                    {"command": "cont"}, {"wait-for-event": "RESUME"}]},
            {"trigger": "pvpanic"}, {"trigger": "pvpanic"}, {"command": "no-such-command"}, {"wait": 0.01}])
        process, screen = self.play("--scenario", path)
        self.end(process)
        self.assertIn(f"scenario {path}: t\nhello\n", screen)
        self.assertEqual(EVENT.findall(screen),
                         ["GUEST_PANICKED", "STOP", "RESUME"] * 2 + ["GUEST_PANICKED", "STOP"])
        self.assertRegex(screen, r"guest   wrote 0x01 to port 0x505   ouch\n.*event   GUEST_PANICKED")
        self.assertRegex(screen, r"guest   pvpanic panicked refused: \S")
        self.assertRegex(screen, r'host    {"execute": "no-such-command"}\n.*host    refused: \S')

    def test_end_ends_the_machine(self):
        process = self.serve("--listen", "unix:" + self.socket, "--scenario",
                             self.write([{"wait-for-clients": 1}, {"wait-for-command": "query-status"}, {"end": True}]))
        client = self.connect(self.socket)
        client.execute("query-status")
        client.read_all()
        self.assertEqual(client.events()[-1]["event"], "SHUTDOWN")
        self.assertEqual(process.wait(WAIT_SECONDS), 0)
        self.assertNotIn("Ctrl-C ends", process.stdout.read())  # there is nothing left to try

    def test_an_output_that_nobody_reads_holds_up_neither_clients_nor_the_end(self):
        steps = [{"repeat": 3000, "steps": [{"say": "x" * 500}]}, {"wait-for-command": "stop"}]
        process = self.serve("--listen", "unix:" + self.socket, "--scenario", self.write(steps))
        client = self.connect(self.socket)
        self.assertEqual(client.execute("query-status")["return"]["status"], "running")
        process.terminate()
        self.assertEqual(process.wait(WAIT_SECONDS), 0)

    def test_quit_ends_the_machine_and_with_it_the_scenario(self):
        for steps in [[{"command": "quit"}, {"wait": WAIT_SECONDS}, {"say": "never"}],
                      [{"command": "quit"}, {"wait-for-event": "SHUTDOWN"}]]:
            with self.subTest(steps=steps):
                done = self.run_program("serve", "--listen", "unix:" + self.socket, "--scenario", self.write(steps))
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(EVENT.findall(done.stdout), ["SHUTDOWN"])
                self.assertNotIn("never", done.stdout)
                self.assertNotIn("Ctrl-C ends", done.stdout)

    def test_clients_and_their_commands_are_waited_for(self):
        process = self.serve("--listen", "unix:" + self.socket, "--scenario",
                             self.write([{"wait-for-clients": 2}, {"say": "two"},
                                         {"wait-for-command": "stop", "count": 2}, {"say": "stopped"}]))
        first = self.connect(self.socket)
        self.connect(self.socket)
        self.read_until(process, "two\n")
        first.execute("x-qmpev-trigger")
        first.execute("stop")
        first.execute("cont")
        first.execute("stop")
        screen = self.read_until(process, "stopped\n") + self.end(process)
        self.assertRegex(screen, r'(?s)host    {"execute": "stop"}   from another client\n.*event   STOP')
        self.assertNotIn("x-qmpev-trigger", screen)  # without arguments it only asks what there is

    def test_a_wait_in_vain_is_status_1_and_ends_nothing_else(self):
        path = self.write([{"wait-for-event": "RESET", "timeout": 0.05}, {"say": "never"}])
        process, screen = self.play("--scenario", path)
        self.assertIn(f"{path}:4: waited 0.05 s for RESET in vain", screen)
        self.assertNotIn("never", screen)
        self.assertIn("return", self.connect(self.socket).execute("query-status"))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 1)

    def test_a_loop_without_an_end_ends_with_the_machine(self):
        process = self.serve("--listen", "unix:" + self.socket, "--scenario",
                             self.write([{"repeat": "forever", "steps": [{"trigger": "pvpanic"}, {"command": "cont"}]}]))
        client = self.connect(self.socket)
        for _ in range(3):
            client.read_until("RESUME")
        drain = threading.Thread(target=client.read_all)
        drain.start()
        self.end(process)
        drain.join(WAIT_SECONDS)


class WrongScenarios(ScenarioTest):
    def refused(self, *words):
        result = self.run_program("serve", "--listen", "unix:" + self.socket, *words)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertFalse(os.path.exists(self.socket))
        return result.stderr

    def test_a_wrong_file_is_refused_with_its_line_before_anything_starts(self):
        path = self.path("a.json")
        for text, line, words in (
                ("", 1, "value"), ('{"title": "t",\n// no\n"steps": []}', 2, "double quotes"),
                ('{"title": "t",\n"steps": [\n{"sey": "x"}]}', 3, "there is no step"),
                ('{"title": "t",\n"steps": [\n{"trigger": "lamp"}]}', 3, "there is no device 'lamp': there are "),
                ('{"title": "t",\n"steps": [\n{"trigger": "pvpanic",\n "action": "off"}]}', 3, "no action 'off'"),
                ('{"title": "t",\n"steps": [\n{"wait-for-event": "PANIC"}]}', 3, "no event"),
                ('{"title": "t", "steps": [{"say": "x"}]} x', 1, "nothing may follow"),
                ("[" * 500_000, 1, "levels"), (" " * (1 << 20) + "{}", 1, "at most 1048576 bytes")):
            with self.subTest(text=text[:60]):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                error = self.refused("--scenario", path)
                self.assertTrue(error.startswith(f"qmpev: {path}:{line}: "), error)
                self.assertIn(words, error)

    def test_what_cannot_be_read_is_refused(self):
        self.assertIn("cannot read", self.refused("--scenario", self.path("none.json")))
        self.assertIn("cannot read", self.refused("--scenario", self.folder + "/"))
        self.assertIn("--scenario list", self.refused("--scenario", "no-such"))
        self.assertIn("--seed takes", self.refused("--scenario", "demo", "--seed", "-1"))


if __name__ == "__main__":
    unittest.main()
