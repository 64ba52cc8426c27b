# SPDX-License-Identifier: MIT
"""`qmpev watch --state FILE`: what one run printed the next does not, and what happened in between it prints.

usage: program_resume_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import json
import os
import random
import select
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import WAIT_SECONDS, ProgramTest

SEQUENCE = "x-qmpev-sequence"


class ResumeTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.process = self.serve()
        self.client = self.connect(self.path("qmpev/default.sock"))

    def watch(self, *words):
        return self.start("watch", "--json", "--state", self.path("state"), *words)

    def subscribed(self, *words):
        """A watch that has seen an event of its own; its first lines."""
        process = self.watch(*words)
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            self.client.execute("system_powerdown")
            if select.select([process.stdout], [], [], 0.05)[0]:
                return process, [json.loads(process.stdout.readline())]
        self.fail("watch prints nothing")

    def finish(self, process, lines):
        # Not communicate(), which would forget what readline() has read ahead.
        process.wait(timeout=WAIT_SECONDS)
        output, errors = process.stdout.read(), process.stderr.read()
        # A line that was cut is one that was not printed.
        return lines + [json.loads(line) for line in output.split("\n")[:-1]], errors

    def test_what_happens_between_two_watches_is_printed_by_the_second(self):
        first, errors = self.finish(*self.subscribed("--count", "1"))
        self.assertEqual((len(first), errors), (1, ""))
        for command in ("stop", "cont", "system_reset"):
            self.client.execute(command)
        self.client.execute("stop")
        watch = self.watch("--until", "RESET")
        second, errors = self.finish(watch, [])
        self.assertEqual((watch.returncode, errors), (0, ""))
        third, errors = self.finish(self.watch("--until", "STOP"), [])
        self.assertEqual([event["event"] for event in second[-3:]], ["STOP", "RESUME", "RESET"])
        numbers = [event[SEQUENCE] for event in first + second + third]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))
        self.assertEqual(third[-1]["event"], "STOP")

    def test_killed_at_any_moment_it_prints_no_event_twice_and_loses_at_most_the_one_in_hand(self):
        kills = 12
        process, lines = self.subscribed()
        printed = []
        for kill in range(kills):
            for _ in range(random.randrange(4, 30)):
                self.client.execute("system_powerdown")
            for _ in range(random.randrange(4)):
                lines.append(json.loads(process.stdout.readline()))
            process.send_signal(signal.SIGKILL)
            lines, _ = self.finish(process, lines)
            for _ in range(random.randrange(5)):
                self.client.execute("system_powerdown")
            process = self.watch(*(["--until", "RESET"] if kill == kills - 1 else []))
            printed += lines
            lines = []
        self.client.execute("system_reset")
        lines, errors = self.finish(process, lines)
        self.assertEqual(errors, "")
        numbers = [event[SEQUENCE] for event in printed + lines]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertLessEqual(numbers[-1] - numbers[0] + 1 - len(numbers), kills)
        self.assertGreater(len(numbers), 2 * kills)

    def test_another_life_of_the_server_is_told(self):
        self.finish(*self.subscribed("--count", "1"))
        self.end(self.process)
        self.process = self.serve()
        self.client = self.connect(self.path("qmpev/default.sock"))
        lines, errors = self.finish(*self.subscribed("--count", "1"))
        self.assertEqual(len(lines), 1)
        self.assertIn("the server is not the one of last time", errors)
        _, errors = self.finish(self.watch("--timeout", "0.1"), [])
        self.assertEqual(errors, "")

    def test_a_file_that_is_no_state_is_left_alone(self):
        with open(self.path("state"), "w") as file:
            file.write("notes")
        watch = self.watch()
        _, errors = self.finish(watch, [])
        self.assertEqual(watch.returncode, 2)
        self.assertIn("is no state of `qmpev watch`", errors)
        with open(self.path("state")) as file:
            self.assertEqual(file.read(), "notes")


if __name__ == "__main__":
    unittest.main()
