# SPDX-License-Identifier: MIT
"""Management software in small, as the thing that a harness tests: it resets a machine whose guest has panicked, and
remembers which disks have failed. It knows QMP and nothing of qmpev."""

import json
import socket

TIMEOUT_SECONDS = 60


class Watchdog:
    def __init__(self, path):
        self.memory = None
        self.failed_disks = set()
        self.refusals = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(TIMEOUT_SECONDS)
        self._socket.connect(path)
        self._lines = self._socket.makefile("r", encoding="ascii")
        self._receive()  # the greeting
        self._send("qmp_capabilities")
        self._receive()  # from here on there are events

    def run(self):
        """Until the machine is gone."""
        while (message := self._receive()) is not None:
            if "event" in message:
                self._on_event(message["event"], message.get("data"))
            elif "error" in message:
                self.refusals.append(message["error"]["desc"])

    def close(self):
        self._lines.close()
        self._socket.close()

    def _on_event(self, name, data):
        if name == "GUEST_PANICKED" and data["action"] != "poweroff":
            self._send("system_reset")
        elif name == "QUORUM_FAILURE":
            self.failed_disks.add(data["reference"])
        elif name == "BALLOON_CHANGE":
            self.memory = data["actual"]

    def _send(self, command):
        self._socket.sendall(json.dumps({"execute": command}).encode())

    def _receive(self):
        line = self._lines.readline()
        return json.loads(line) if line else None
