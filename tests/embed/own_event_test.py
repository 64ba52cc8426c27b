# SPDX-License-Identifier: MIT
"""The example of an event of the embedder's own: who asks receives it, who does not sees plain QMP.

usage: own_event_test.py EXAMPLE
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

from example_client import PATIENCE_SECONDS, connected

EXAMPLE = sys.argv.pop(1)


class Client:
    def __init__(self, path):
        self.socket = connected(path)
        self.lines = self.socket.makefile("r", encoding="ascii")
        self.receive()
        assert self.ask("qmp_capabilities") == [{"return": {}}]

    def receive(self):
        return json.loads(self.lines.readline())

    def ask(self, command, **arguments):
        """The lines up to the reply."""
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        lines = [self.receive()]
        while "event" in lines[-1]:
            lines.append(self.receive())
        return lines

    def close(self):
        self.lines.close()
        self.socket.close()


class OwnEvent(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "vm.sock")
        self.process = subprocess.Popen([EXAMPLE, self.path])
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)

    def connect(self):
        client = Client(self.path)
        self.addCleanup(client.close)
        return client

    def test_it_goes_to_who_asks(self):
        plain, asking = self.connect(), self.connect()
        self.assertEqual(asking.ask("x-qmpev-filter", events=["X_*"]), [{"return": {}}])
        self.assertEqual(plain.ask("dim", id="hall"), [{"return": {}}])
        event = asking.receive()
        self.assertEqual((event["event"], event["data"]), ("X_LAMP_CHANGED", {"id": "hall", "level": 40}))
        self.assertEqual(plain.ask("quit"), [{"return": {}}])
        self.assertEqual(self.process.wait(PATIENCE_SECONDS), 0)


if __name__ == "__main__":
    unittest.main()
