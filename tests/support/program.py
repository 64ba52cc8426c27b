# SPDX-License-Identifier: MIT
"""The program under test as a process, and a QMP client: what the tests of the program share.

A test puts tests/support into sys.path and says `from program import ...`. Importing takes the program's path, the
test's first argument, off the command line. Every wait is bounded by WAIT_SECONDS; nothing waits for a fixed time.
"""

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

QMPEV = os.path.abspath(sys.argv.pop(1))
WAIT_SECONDS = 30

# Who starts the tests in the background, or with nohup, has them ignore what a terminal sends; the program would, too.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


class Client:
    """A QMP client: negotiates, keeps events apart from replies, remembers their order."""

    def __init__(self, address, family=socket.AF_UNIX):
        self.socket = socket.socket(family)
        self.socket.settimeout(WAIT_SECONDS)
        self.socket.connect(address)
        self.file = self.socket.makefile("rb")
        self.lines = []
        self.greeting = self.read()
        self.execute("qmp_capabilities")

    def read(self):
        """The next object; None when the server has closed."""
        line = self.file.readline()
        if not line:
            return None
        assert line.endswith(b"\r\n"), line
        self.lines.append(json.loads(line))
        return self.lines[-1]

    def execute(self, command, **arguments):
        request = {"execute": command}
        if arguments:
            request["arguments"] = arguments
        self.socket.sendall(json.dumps(request).encode())
        while True:
            answer = self.read()
            if answer is None or "event" not in answer:
                return answer

    def read_until(self, event):
        """Reads on until an event of that name; fails when the server closes before."""
        while True:
            line = self.read()
            assert line is not None, f"closed before {event}: {self.lines}"
            if line.get("event") == event:
                return line

    def read_all(self):
        while self.read() is not None:
            pass

    def events(self):
        return [line for line in self.lines if "event" in line]

    def close(self):
        self.file.close()
        self.socket.close()


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="qmpev-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": self.folder}

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_program(self, *words, **options):
        return subprocess.run([QMPEV, *words], capture_output=True, text=True, timeout=WAIT_SECONDS,
                              env=self.environment, **options)

    def start(self, *words):
        process = subprocess.Popen([QMPEV, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=self.environment, start_new_session=True)
        self.addCleanup(self.reap, process)
        return process

    @staticmethod
    def reap(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # with what it has started
        process.communicate()

    def serve(self, *words):
        """A server that listens; returns it when its first line is there."""
        process = self.start("serve", *words)
        ready, _, _ = select.select([process.stdout], [], [], WAIT_SECONDS)
        self.assertTrue(ready, "serve says nothing")
        process.first_line = process.stdout.readline()
        self.assertTrue(process.first_line, process.stderr.read() if process.poll() is not None else "closed")
        return process

    def connect(self, path):
        client = Client(path)
        self.addCleanup(client.close)
        return client

    def end(self, process, how=signal.SIGTERM):
        """Ends a server; returns what it still printed."""
        process.send_signal(how)
        rest, errors = process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(errors, "")
        self.assertEqual(process.returncode, 0)
        return rest
