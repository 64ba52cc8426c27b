# SPDX-License-Identifier: MIT
"""What the tests of the example programs share: the program that has just been started, and its clients."""

import json
import os
import socket
import subprocess
import tempfile
import time
import unittest

PATIENCE_SECONDS = 60


def connected(path):
    """A socket that is connected to `path`, once somebody listens there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE_SECONDS)
        try:
            connection.connect(path)
            return connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


class Client:
    """One that has negotiated. Commands carry their name as id."""

    def __init__(self, path):
        self.socket = connected(path)
        self.lines = self.socket.makefile("r", encoding="ascii")
        assert "QMP" in self.receive()
        assert self.ask("qmp_capabilities") == ({"return": {}, "id": "qmp_capabilities"}, [])

    def receive(self):
        """The next message; None: the server has closed the connection."""
        line = self.lines.readline()
        return json.loads(line) if line else None

    def event(self):
        """The next message, which is an event: its name and data."""
        message = self.receive()
        return message["event"], message.get("data")

    def send(self, command, **arguments):
        request = {"execute": command, "arguments": arguments, "id": command}
        self.socket.sendall(json.dumps(request).encode())

    def reply(self):
        """The next message that is no event, and the names of the events before it."""
        events = []
        while True:
            message = self.receive()
            if message is None or "event" not in message:
                return message, events
            events.append(message["event"])

    def ask(self, command, **arguments):
        self.send(command, **arguments)
        return self.reply()

    def close(self):
        self.lines.close()
        self.socket.close()


class ExampleCase(unittest.TestCase):
    """A test whose example listens on `self.path`. What it starts and connects is gone when it ends."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="qmpev-")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "vm.sock")

    def start(self, *command, **options):
        """Starts the example; what it prints is in `self.process.stdout`."""
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)

    def connect(self):
        client = Client(self.path)
        self.addCleanup(client.close)
        return client

    def ended(self):
        """What the example printed, once it has ended well and its socket is gone."""
        self.assertEqual(self.process.wait(PATIENCE_SECONDS), 0)
        self.assertFalse(os.path.exists(self.path))
        return self.process.stdout.read()
