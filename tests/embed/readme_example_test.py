# SPDX-License-Identifier: MIT
"""The README's embedding example does what the README says.

usage: readme_example_test.py EXAMPLE
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

    def receive(self):
        return json.loads(self.lines.readline())

    def send(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())

    def close(self):
        self.lines.close()
        self.socket.close()


class ReadmeExample(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "vm.sock")
        self.process = subprocess.Popen([EXAMPLE, self.path])

    def tearDown(self):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def test_a_client_sees_the_event_the_reply_and_the_end(self):
        client = Client(self.path)
        self.addCleanup(client.close)
        self.assertIn("QMP", client.receive())
        client.send("qmp_capabilities")
        self.assertEqual(client.receive(), {"return": {}})

        client.send("balloon", value=256 << 20)
        event = client.receive()
        self.assertEqual((event["event"], event["data"]), ("BALLOON_CHANGE", {"actual": 256 << 20}))
        self.assertEqual(client.receive(), {"return": {}})

        client.send("quit")
        self.assertEqual(client.receive(), {"return": {}})
        self.assertEqual(client.lines.readline(), "")
        self.assertEqual(self.process.wait(PATIENCE_SECONDS), 0)
        self.assertFalse(os.path.exists(self.path))


if __name__ == "__main__":
    unittest.main()
