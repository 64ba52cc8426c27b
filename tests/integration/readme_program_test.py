# SPDX-License-Identifier: MIT
"""The README shows the program as it is: the demo's screen, the commands, the options; and what it says to type works.

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


def fenced_lines(text):
    """The lines inside code fences, of whatever language."""
    inside = False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = not inside
        elif inside:
            yield line


# A command as people paste it: alone, behind a prompt, or as a step of a CI file.
TYPED = re.compile(r"^\s*(?:\$ )?(?:- )?(?:(?:run|script): )?(qmpev \w+(?: .*)?)$")


def typed_commands(text):
    return [match[1] for match in map(TYPED.match, fenced_lines(text)) if match]


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
        calls = [command.split(" ", 2)[1:] + [""] for command in typed_commands(readme())]
        self.assertTrue(calls)
        for verb, rest, *_ in calls:
            with self.subTest(verb=verb):
                self.assertIn(f"\n  {verb} ", help_of())
                text = help_of(verb) + (help_of("serve") if verb == "run" else "")
                for option in re.findall(r"--[a-z]+", rest.split(" -- ")[0]):
                    self.assertIn(option, text)


class TypedCommand(unittest.TestCase):
    """Runs what the README says to type, as it stands there but for /tmp, which is a folder of the test's own."""

    def setUp(self):
        signal.alarm(3 * PATIENCE_SECONDS)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.mkdir(os.path.join(self.folder, "bin"))
        os.symlink(os.path.abspath(QMPEV), os.path.join(self.folder, "bin", "qmpev"))
        path = os.path.join(self.folder, "bin") + ":" + os.environ["PATH"]
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": self.folder, "TMPDIR": self.folder, "PATH": path}

    def start(self, command):
        process = subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   cwd=self.folder, env=self.environment, start_new_session=True)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode

    def serve(self, command):
        process = self.start(command)
        self.assertIn("unix:", process.stdout.readline(), command)
        return process

    def serve_for(self, command):
        """The machine a client's command speaks to; every event happens there."""
        socket_path = re.search(r"\S+\.sock\b", command)
        listen = f" --listen unix:{socket_path[0].removeprefix('unix:')}" if socket_path else ""
        return self.serve("qmpev serve --demo" + listen)

    def check_watch(self, command):
        server = self.serve_for(command)
        watch = self.start(command)
        self.assertTrue(watch.stdout.readline(), command)
        if not re.search("--(until|count|timeout)", command):
            self.end(server)  # what else would end it
        output, errors = watch.communicate(timeout=PATIENCE_SECONDS)
        if watch.returncode == 2:
            self.assertIn("the server has closed the connection", errors, command)
        else:
            self.assertEqual((watch.returncode, errors), (0, ""), command + output)

    def check_to_its_end(self, command):
        done = self.start(command)
        output, errors = done.communicate(timeout=PATIENCE_SECONDS)
        self.assertEqual(done.returncode, 0, command + "\n" + output + errors)

    def check_run(self, command):
        """The reader's own command is played by one that finds the monitor."""
        name = command.split(" -- ", 1)[1].split()[0]
        if name != "qmpev":
            with open(os.path.join(self.folder, "bin", name), "w", encoding="ascii") as script:
                script.write('#!/bin/sh\ntest -S "$QMP_SOCKET"\n')
                os.fchmod(script.fileno(), 0o755)
        self.check_to_its_end(command)

    def check(self, command):
        command = command.replace("/tmp/", self.folder + "/")
        verb = command.split()[1]
        if command.endswith(" list"):
            self.check_to_its_end(command)
        elif verb == "serve":
            # In the foreground and in the shell's place, so that the status is the program's.
            self.assertEqual(self.end(self.serve("exec " + command.rstrip(" &"))), 0, command)
        elif verb == "watch":
            self.check_watch(command)
        elif verb == "run":
            self.check_run(command)
        else:
            self.serve_for(command)
            self.check_to_its_end(command)

    def test_every_command_works(self):
        commands = typed_commands(readme())
        self.assertTrue(commands)
        for command in commands:
            with self.subTest(command=command):
                self.setUp()
                self.check(command)
                self.doCleanups()

    def test_commands_are_found_wherever_they_are_typed(self):
        text = "qmpev no\n```yaml\nqmpev run -- a\n  - run: qmpev run -- b\n- qmpev watch\n$ qmpev trigger\n" \
               "script: qmpev run -- c\nqmpev 0.1.0  unix:\nsee qmpev run\n```\nqmpev no\n"
        self.assertEqual(typed_commands(text), ["qmpev run -- a", "qmpev run -- b", "qmpev watch", "qmpev trigger",
                                                "qmpev run -- c"])

    def test_what_would_be_written_about_run_works(self):
        for command in ("qmpev run -- pytest tests", "qmpev run --wire qemu --transcript qmp.jsonl -- make check"):
            with self.subTest(command=command):
                self.check(command)


if __name__ == "__main__":
    unittest.main()
