# SPDX-License-Identifier: MIT
"""The README shows the program as it is: the demo's screen, the commands, the options.

usage: readme_program_test.py QMPEV README.md
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

README = sys.argv.pop(2)
QMPEV = sys.argv.pop(1)
PATIENCE_SECONDS = 60
SHOWN_SOCKET = "/run/user/0/qmpev/default.sock"
SHOWN_PROGRAM = "build/run/src/cli/qmpev"
ELAPSED = re.compile(r"^ +\d+\.\d\d  ")


def readme():
    with open(README, encoding="utf-8") as file:
        return file.read()


def help_of(*verb):
    return subprocess.run([QMPEV, *verb, "--help"], capture_output=True, text=True, timeout=PATIENCE_SECONDS).stdout


class Serve:
    """`qmpev serve` in a folder of its own; lines() yields its screen as the README writes it."""

    def __init__(self, *options):
        self.folder = tempfile.TemporaryDirectory()
        self.socket = os.path.join(self.folder.name, "qmpev", "default.sock")
        self.process = subprocess.Popen(
            [QMPEV, "serve", *options], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "XDG_RUNTIME_DIR": self.folder.name})

    def lines(self):
        for line in self.process.stdout:
            line = line.rstrip("\n").replace(self.socket, SHOWN_SOCKET).replace(QMPEV, SHOWN_PROGRAM)
            yield ELAPSED.sub("", line)

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE_SECONDS)
        self.folder.cleanup()
        return self.process.returncode


def matches(shown, real):
    """Whether the lines shown are the real ones; a line `...` stands for any number of them."""
    if not shown:
        return not real
    if shown[0] == "...":
        return any(matches(shown[1:], real[skipped:]) for skipped in range(len(real) + 1))
    return bool(real) and shown[0] == real[0] and matches(shown[1:], real[1:])


class ReadmeProgram(unittest.TestCase):
    def setUp(self):
        signal.alarm(3 * PATIENCE_SECONDS)  # never wait for ever

    def test_the_demo_looks_as_the_readme_shows_it(self):
        block = re.search(r"^<!-- demo -->\n```\n(.*?)^```$", readme(), re.M | re.S)[1]
        shown = [ELAPSED.sub("", line) for line in block.splitlines()]
        demo = Serve("--demo")
        real = []
        for line in demo.lines():
            real.append(line)
            if line == shown[-1]:
                break
        self.assertEqual(demo.end(), 0)
        self.assertTrue(matches(shown, real), "the README shows\n" + block + "the program\n" + "\n".join(real))

    def test_the_table_of_commands_is_complete(self):
        server = Serve()
        next(server.lines())
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE_SECONDS)
            client.connect(server.socket)
            with client.makefile("r", encoding="ascii") as lines:
                lines.readline()
                client.sendall(b'{"execute": "qmp_capabilities"}{"execute": "query-commands"}')
                lines.readline()
                real = sorted(entry["name"] for entry in json.loads(lines.readline())["return"])
        self.assertEqual(server.end(), 0)
        table = re.search(r"^\| command \|.*?\n((?:\|.*\n)+)", readme(), re.M)[1]
        shown = sorted(name for row in table.splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1]))
        self.assertEqual(shown, real)

    def test_every_option_that_is_shown_is_explained(self):
        calls = re.findall(r"^qmpev (\w+) (.*)$", readme(), re.M)
        self.assertTrue(calls)
        for verb, rest in calls:
            with self.subTest(verb=verb):
                self.assertIn(f"\n  {verb} ", help_of())
                for option in re.findall(r"--[a-z]+", rest):
                    self.assertIn(option, help_of(verb))


if __name__ == "__main__":
    unittest.main()
