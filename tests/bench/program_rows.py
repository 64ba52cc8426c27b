# SPDX-License-Identifier: MIT
"""Rows about the program as a process: how soon it is there, what it takes while nothing happens."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 20
WAIT_SECONDS = 30
PAUSE_SECONDS = 0.0002  # between two looks at a socket
PANIC = ['{"execute": "x-qmpev-trigger", "arguments": {"device": "pvpanic", "action": "panicked"}}', "GUEST_PANICKED"]


def connect(path):
    """A connection to who is about to listen there."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(WAIT_SECONDS)
        try:
            connection.connect(path)
            return connection
        except OSError:
            connection.close()
            if time.monotonic() > deadline:
                sys.exit(f"bench: nobody listens at {path}")
            time.sleep(PAUSE_SECONDS)


class Served:
    """`qmpev serve` with one client that has been greeted."""

    def __init__(self, qmpev):
        self.folder = tempfile.TemporaryDirectory(prefix="qmpev-")
        path = os.path.join(self.folder.name, "s")
        start = time.monotonic_ns()
        self.process = subprocess.Popen([qmpev, "serve", "--listen", f"unix:{path},wire=qemu"], stdout=subprocess.DEVNULL)
        self.client = connect(path)
        self.client.recv(4096)
        self.started_ns = time.monotonic_ns() - start

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.process.terminate()
        self.process.wait(WAIT_SECONDS)
        self.folder.cleanup()

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS:"))


def start_ns(qmpev):
    with Served(qmpev) as served:
        return served.started_ns


def run_ns(qmpev, client):
    """From the start of `qmpev run` to the first event at its command, and to its end."""
    start = time.monotonic_ns()
    done = subprocess.run([qmpev, "run", "--", client, *PANIC], capture_output=True, text=True, check=False)
    end = time.monotonic_ns()
    if done.returncode != 0:
        sys.exit(done.stderr)
    return int(done.stdout) - start, end - start


def rows(programs):
    qmpev = programs.qmpev
    started = [start_ns(qmpev) for _ in range(ROUNDS)]
    yield {"what": "start of serve to the first greeting", "unit": "ns", "ours": statistics.median(started), "goal": "at-most",
           "target": 20e6}
    with Served(qmpev) as served:
        yield {"what": "serve, idle: resident", "unit": "B", "ours": served.resident_bytes(), "goal": "at-most",
               "target": 12 * 1024 * 1024}
    first, whole = zip(*(run_ns(qmpev, programs.run_client) for _ in range(ROUNDS)))
    yield {"what": "start of run to the first event at its command", "unit": "ns", "ours": statistics.median(first)}
    yield {"what": "start of run to its end", "unit": "ns", "ours": statistics.median(whole)}
