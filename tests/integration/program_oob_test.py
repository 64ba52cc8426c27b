# SPDX-License-Identifier: MIT
"""What QEMU executes out of band, over a socket of the program, in the words of QEMU 10.0.2.

usage: program_oob_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import json
import os
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import ProgramTest, WAIT_SECONDS


def generic(description):
    return {"class": "GenericError", "desc": description}


NOT_FOUND = {"class": "DeviceNotFound", "desc": "Instance not found"}
NO_POSTCOPY = generic("migrate-pause is currently only supported during postcopy-active or postcopy-recover state")
NOT_PAUSED = generic("Migrate recover can only be run when postcopy is paused.")


class RawClient:
    """A client that negotiates out-of-band execution and says exactly what it is told to."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(WAIT_SECONDS)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        self.greeting = self.read()
        self.send({"execute": "qmp_capabilities", "arguments": {"enable": ["oob"]}})
        assert self.read() == {"return": {}}

    def send(self, *requests):
        self.socket.sendall(b"".join(json.dumps(request).encode() for request in requests))

    def read(self):
        line = self.file.readline()
        return json.loads(line) if line else None

    def close(self):
        self.file.close()
        self.socket.close()


class OutOfBandTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.serve("--listen", "unix:" + self.path("qmp.sock") + ",wire=qemu")
        self.client = RawClient(self.path("qmp.sock"))
        self.addCleanup(self.client.close)

    def ask(self, how, command, **arguments):
        self.client.send({how: command, "arguments": arguments, "id": "x"})
        reply = self.client.read()
        self.assertEqual(reply.pop("id"), "x")
        return reply

    def test_the_greeting_offers_it(self):
        self.assertEqual(self.client.greeting["QMP"]["capabilities"], ["oob"])

    def test_what_is_allowed_answers_as_of_a_machine_with_nothing_to_act_on(self):
        node = {"type": "block-node", "node-name": "n"}
        for how in "execute", "exec-oob":
            with self.subTest(how=how):
                self.assertEqual(self.ask(how, "query-yank"), {"return": []})
                self.assertEqual(self.ask(how, "yank", instances=[]), {"return": {}})
                self.assertEqual(self.ask(how, "yank", instances=[node]), {"error": NOT_FOUND})
                self.assertEqual(self.ask(how, "yank", instances=[{"type": "migration"}]), {"error": NOT_FOUND})
                self.assertEqual(self.ask(how, "migrate-pause"), {"error": NO_POSTCOPY})
                self.assertEqual(self.ask(how, "migrate-recover", uri="tcp:1"), {"error": NOT_PAUSED})

    def test_arguments_are_judged_first(self):
        for command, arguments, words in (
            ("yank", {}, "Parameter 'instances' is missing"),
            ("yank", {"instances": 5}, "Invalid parameter type for 'instances', expected: array"),
            ("yank", {"instances": [{}]}, "Parameter 'instances[0].type' is missing"),
            ("yank", {"instances": [{"type": "x"}]}, "Parameter 'type' does not accept value 'x'"),
            ("yank", {"instances": [{"type": "chardev"}]}, "Parameter 'instances[0].id' is missing"),
            ("yank", {"instances": [{"type": "migration", "id": "x"}]}, "Parameter 'instances[0].id' is unexpected"),
            ("query-yank", {"foo": 1}, "Parameter 'foo' is unexpected"),
            ("migrate-pause", {"foo": 1}, "Parameter 'foo' is unexpected"),
            ("migrate-recover", {}, "Parameter 'uri' is missing"),
        ):
            with self.subTest(command=command, arguments=arguments):
                self.assertEqual(self.ask("exec-oob", command, **arguments), {"error": generic(words)})

    def test_what_is_not_allowed_is_refused(self):
        self.assertEqual(self.ask("exec-oob", "query-status"),
                         {"error": generic("The command query-status does not support OOB")})
        self.assertEqual(self.ask("exec-oob", "nope"),
                         {"error": {"class": "CommandNotFound", "desc": "The command nope has not been found"}})

    def test_a_new_connection_starts_without_it(self):
        self.client.close()
        plain = self.connect(self.path("qmp.sock"))
        plain.socket.sendall(b'{"exec-oob":"query-yank","id":3}')
        self.assertEqual(plain.read(), {"id": 3, "error": generic("QMP input member 'exec-oob' is unexpected")})


if __name__ == "__main__":
    unittest.main()
