# SPDX-License-Identifier: MIT
"""What clients said to a real QEMU, said to the program over a socket in the same pieces; every byte is compared.

usage: program_replay_test.py QMPEV PROTOCOL_JSONL [UNITTEST ARGUMENTS]

Masked is what differs by nature: the version, and the time of events. Prints how many cases passed and why each of the
others is not played.
"""

import base64
import json
import os
import re
import signal
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import ProgramTest, WAIT_SECONDS

CASES = [json.loads(line) for line in open(sys.argv.pop(1), encoding="utf-8")]

VERSION = re.compile(rb'\{"qemu": \{"micro": \d+, "minor": \d+, "major": \d+\}, "package": "(?:[^"\\]|\\.)*"\}')
TIMESTAMP = re.compile(rb'"timestamp": \{"seconds": \d+, "microseconds": \d+\}')

NO_COMMAND = "its command needs what the machine does not have: {}"
BALLOON = "the machine has a balloon, QEMU's machine `none` has not; session_test.cpp plays it"
NAMED = "the machine has a name, QEMU's had none; session_test.cpp plays it"
NO_STEPS = "no bytes were recorded: {}"
OTHER_MONITOR = "its monitor is configured otherwise; program_qemu_test.py has such"
EXEMPT = {
    "id-float-neg-overflow": "QEMU writes the invalid token -inf",
    "arg-size-negative": "QEMU ends in an assertion and answers nothing",
    "oob-query-yank": "QEMU's monitor socket can be yanked; here nothing can",
    "arg-class-devicenotfound": NO_COMMAND.format("block_resize"),
    "arg-size-string": NO_COMMAND.format("object-add"),
    "arg-u8-negative": NO_COMMAND.format("migrate-set-parameters"),
    **{"arg-" + name: NO_COMMAND.format("migrate-set-capabilities")
       for name in ("list-item-type", "nested-bool", "nested-enum", "nested-enum-type", "nested-second-item")},
    "arg-balloon-negative": BALLOON,
    "arg-balloon-valid-no-device": BALLOON,
    "arg-class-devicenotactive": BALLOON,
    "cmd-query-name": NAMED,
    "conn-pipeline-5000": NO_STEPS.format("session_pace_test.cpp pipelines"),
    "conn-slow-reader": NO_STEPS.format("session_pace_test.cpp does not read"),
    "oob-queue-depth": NO_STEPS.format("program_oob_test.py has the queue at 7, 8 and 9"),
    "limit-token-count": NO_STEPS.format("wire_replay_test.cpp makes its input"),
    "pretty-monitor": OTHER_MONITOR,
    "chardev-mux": OTHER_MONITOR,
    "chardev-client-mode": OTHER_MONITOR,
    "chardev-stdio": OTHER_MONITOR,
    "chardev-telnet": "telnet is not offered",
    "dispatch-global-serialisation": "it sleeps in qemu-io, which the machine does not have; and sessions do not hold each other up here",
}


def masked(output):
    return TIMESTAMP.sub(b"TIMESTAMP", VERSION.sub(b"VERSION", output))


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(WAIT_SECONDS)
        self.socket.connect(path)

    def read_lines(self, count):
        received = b""
        while received.count(b"\r\n") < count:
            part = self.socket.recv(65536)
            if not part:
                break
            received += part
        return received

    def read_to_end(self):
        received = b""
        while True:
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                return received
            if not part:
                return received
            received += part

    def half_close(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server was faster


class ReplayTest(ProgramTest):
    def begin(self, monitors=1):
        self.paths = [self.path(f"m{self.served}-{number}.sock") for number in range(monitors)]
        self.served += 1
        options = [option for path in self.paths for option in ("--listen", f"unix:{path},wire=qemu")]
        return self.serve("-S", *options)

    served = 0

    def finish(self, process):
        process.kill()
        process.communicate(timeout=WAIT_SECONDS)

    def play(self, case):
        """One connection: what was written first whole, then the pieces; and nothing may come behind the answer."""
        data, expected = (base64.b64decode(case[name + "_base64"]) for name in ("input", "output"))
        process = self.begin()
        connection = Connection(self.paths[0])
        setup, setup_output = case["setup_input_bytes"], case["setup_output_bytes"]
        connection.socket.sendall(data[:setup])
        output = connection.read_lines(expected[:setup_output].count(b"\r\n"))
        at = setup
        for size in case["client_write_sizes"]:
            connection.socket.sendall(data[at:at + size])
            at += size
        output += connection.read_lines(expected.count(b"\r\n") - output.count(b"\r\n"))
        if not case["server_closed_connection"]:
            connection.half_close()
        output += connection.read_to_end()
        connection.socket.close()
        self.finish(process)
        return masked(output), masked(expected)

    def play_steps(self, case):
        monitors = case["command_line"].count("-qmp ")
        process = self.begin(monitors)
        connections, got, expected = {}, [], []
        for step in case["steps"]:
            number, kind = step["conn"], step["dir"]
            if number not in connections:
                connections[number] = Connection(self.paths[min(number, monitors) - 1])
            connection, data = connections[number], base64.b64decode(step["base64"])
            if kind == "in":
                connection.socket.sendall(data)
            elif kind == "out":
                if b"host-signal" in data:
                    got.append(masked(connection.read_lines(1)))
                    expected.append(masked(data[:data.index(b"\r\n") + 2]))
                    data = data[data.index(b"\r\n") + 2:]
                    process.send_signal(signal.SIGTERM)
                got.append(masked(connection.read_lines(data.count(b"\r\n"))))
                expected.append(masked(data))
            elif kind == "shutdown_wr":
                connection.half_close()
            elif kind == "eof":
                if case["id"] == "event-sigterm-not-negotiated":
                    process.send_signal(signal.SIGTERM)
                got.append(connection.read_to_end())
                expected.append(b"")
            elif kind == "close":
                connection.socket.close()
        for connection in connections.values():
            connection.socket.close()
        self.finish(process)
        return got, expected

    def test_every_case(self):
        passed = 0
        for case in CASES:
            if case["id"] in EXEMPT:
                continue
            with self.subTest(case=case["id"]):
                output, expected = (self.play_steps if case["mode"] == "scripted" else self.play)(case)
                self.assertEqual(output, expected)
                passed += 1
        print(f"{passed} of {len(CASES)} cases passed, {len(EXEMPT)} are not played:")
        for name, reason in EXEMPT.items():
            print(f"  {name}: {reason}")
        self.assertEqual(passed, len(CASES) - len(EXEMPT))
        self.assertLessEqual(set(EXEMPT), {case["id"] for case in CASES})


if __name__ == "__main__":
    unittest.main()
