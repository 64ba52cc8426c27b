# SPDX-License-Identifier: MIT
"""What QEMU executes out of band, over a socket of the program, in the words of QEMU 10.0.2.

usage: program_oob_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import errno
import json
import os
import socket
import sys
import time
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

    # A blkdebug node whose configuration is a FIFO waits for its writer: the slow command of QEMU's own test.

    def slow(self, name, fifo):
        return {"execute": "blockdev-add", "id": name,
                "arguments": {"driver": "blkdebug", "node-name": name, "config": fifo, "image": {"driver": "null-co"}}}

    def fifo(self):
        path = self.path("fifo")
        os.mkfifo(path)
        return path

    def unblock(self, fifo):
        os.close(os.open(fifo, os.O_WRONLY))  # opens when somebody reads

    def ids(self, count):
        return [self.client.read()["id"] for _ in range(count)]

    def test_it_overtakes_a_slow_command_and_mistakes_wait_their_turn(self):
        fifo = self.fifo()
        self.client.send(self.slow("slow", fifo), {"execute": "query-name", "id": 1}, {"id": 2},
                         {"exec-oob": "migrate-pause", "id": "oob"})
        self.assertEqual(self.client.read(), {"id": "oob", "error": NO_POSTCOPY})
        self.unblock(fifo)
        self.assertEqual(self.client.read(), {"return": {}, "id": "slow"})
        self.assertEqual(self.ids(2), [1, 2])

    def test_seven_are_overtaken_and_eight_are_not(self):
        for queued in 7, 8, 9:
            with self.subTest(queued=queued):
                fifo = self.path(f"fifo{queued}")
                os.mkfifo(fifo)
                self.client.send(self.slow(f"slow{queued}", fifo),
                                 *({"execute": "query-name", "id": number} for number in range(queued)),
                                 {"exec-oob": "query-yank", "id": "oob"})
                order = [f"slow{queued}", *range(queued)]
                if queued < 8:
                    self.assertEqual(self.ids(1), ["oob"])
                else:
                    order.append("oob")
                self.unblock(fifo)
                self.assertEqual(self.ids(len(order)), order)

    def test_who_goes_takes_the_open_file_along(self):
        fifo = self.fifo()
        self.client.send(self.slow("slow", fifo), {"exec-oob": "query-yank"})
        self.assertEqual(self.client.read(), {"return": []})
        self.client.close()
        deadline = time.monotonic() + WAIT_SECONDS
        while True:  # until nobody has it open for reading any more
            try:
                os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
            except OSError as error:
                self.assertEqual(error.errno, errno.ENXIO)
                break
            self.assertLess(time.monotonic(), deadline)

    def test_block_nodes_have_qemus_rules(self):
        null = {"driver": "null-co"}
        add = lambda **arguments: self.ask("execute", "blockdev-add", **arguments)
        remove = lambda name: self.ask("execute", "blockdev-del", **{"node-name": name})
        error = lambda words: {"error": generic(words)}
        self.assertEqual(add(driver="nope"), error("Parameter 'driver' does not accept value 'nope'"))
        self.assertEqual(add(**null, bogus=1), error("Parameter 'bogus' is unexpected"))
        self.assertEqual(add(driver="blkdebug"), error("Parameter 'image' is missing"))
        self.assertEqual(add(driver="blkdebug", image=1),
                         error("Invalid parameter type for 'image', expected: BlockdevRef"))
        self.assertEqual(add(driver="blkdebug", image={}), error("Parameter 'image.driver' is missing"))
        self.assertEqual(add(**null), error("'node-name' must be specified for the root node"))
        self.assertEqual(add(**null, **{"node-name": "below"}), {"return": {}})
        self.assertEqual(add(**null, **{"node-name": "below"}), error("Duplicate nodes with node-name='below'"))
        self.assertEqual(add(driver="blkdebug", image="below", **{"node-name": "above"}), {"return": {}})
        self.assertEqual(remove("below"), error("Block device below is in use"))
        self.assertEqual(remove("above"), {"return": {}})
        self.assertEqual(remove("below"), {"return": {}})
        self.assertEqual(remove("below"), error("Failed to find node with node-name='below'"))
        self.assertEqual(add(driver="blkdebug", image=null, config="/nonexistent", **{"node-name": "n"}),
                         error("Could not read blkdebug config file: No such file or directory"))
        self.assertEqual(add(driver="blkdebug", image=null, config="/", **{"node-name": "n"}),
                         error("Cannot read config file: Is a directory"))
        self.assertIn("neither a regular file nor a FIFO",
                      add(driver="blkdebug", image=null, config="/dev/null", **{"node-name": "n"})["error"]["desc"])

    def test_a_new_connection_starts_without_it(self):
        self.client.close()
        plain = self.connect(self.path("qmp.sock"))
        plain.socket.sendall(b'{"exec-oob":"query-yank","id":3}')
        self.assertEqual(plain.read(), {"id": 3, "error": generic("QMP input member 'exec-oob' is unexpected")})


if __name__ == "__main__":
    unittest.main()
