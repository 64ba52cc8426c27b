# SPDX-License-Identifier: MIT
"""Rows beside a real QEMU, where one is installed: the same storm of panics through the same port of both programs,
written by QEMU's own test protocol, with more and more monitors attached.
"""

import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from program_rows import WAIT_SECONDS, connect

QEMU = "qemu-system-x86_64"
EVENTS = 20_000
PIECE = 500  # writes that are under way at once
ROUNDS = 3
QUESTIONS = 1_000
SETTLED_SECONDS = 0.5
MONITORS = (1, 8, 32)
PANIC, HARMLESS = b"outb 0x505 0x1\n", b"outb 0x80 0x1\n"
GREETED = b'{"execute": "qmp_capabilities"}'


class Machine:
    """One of the two programs, whose guest runs on when it panics, with monitors that a thread of ours reads."""

    def __init__(self, words, monitors, stalled, read=True):
        self.folder = tempfile.TemporaryDirectory(prefix="qmpev-")
        path = os.path.join(self.folder.name, "t")
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(path)
        listening.listen()
        listening.settimeout(WAIT_SECONDS)
        places = [os.path.join(self.folder.name, f"m{i}") for i in range(monitors)]
        options = [word for place in places for word in ("-qmp", f"unix:{place},server=on,wait=off")]
        with open(os.path.join(self.folder.name, "said"), "w+", encoding="utf-8") as said:
            self.process = subprocess.Popen([*words, "-qtest", f"unix:{path}", "-action", "panic=none", *options],
                                            stdout=subprocess.DEVNULL, stderr=said)
            try:
                self.port = listening.accept()[0]
            except TimeoutError:
                said.seek(0)
                sys.exit(f"bench: {words[0]} does not connect: {said.read()}")
        self.port.settimeout(WAIT_SECONDS)
        listening.close()
        self.monitors = [self.negotiate(place) for place in places]
        self.stalled = self.monitors.pop() if stalled else None
        self.ending = threading.Event()
        self.received = 0
        self.reader = threading.Thread(target=self.read) if read else None
        if self.reader:
            self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ending.set()
        if self.reader:
            self.reader.join()
        for connection in (self.port, *self.monitors, *([self.stalled] if self.stalled else [])):
            connection.close()
        self.process.terminate()
        self.process.wait(WAIT_SECONDS)
        self.folder.cleanup()

    @staticmethod
    def negotiate(place):
        monitor = connect(place)
        monitor.recv(4096)
        monitor.sendall(GREETED)
        monitor.recv(4096)
        return monitor

    def read(self):
        with selectors.DefaultSelector() as selector:
            for monitor in self.monitors:
                monitor.setblocking(False)
                selector.register(monitor, selectors.EVENT_READ)
            while not self.ending.is_set():
                for key, _ in selector.select(0.05):
                    self.received += key.fileobj.recv(1 << 20).count(b"\n")

    def storm(self, word):
        """Writes the port, some at a time; each is answered before the next ones go."""
        for _ in range(EVENTS // PIECE):
            self.port.sendall(word * PIECE)
            answers = 0
            while answers < PIECE:
                piece = self.port.recv(1 << 16)
                if not piece:
                    sys.exit("bench: the program has gone")
                answers += piece.count(b"\n")

    def cpu_ns(self, threads=None):
        """Of these threads so far, or of the whole process."""
        total = 0
        for thread in threads or os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{thread}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS:"))

    def cost_ns(self, threads=None):
        """CPU for each event, less what a write that nobody reports takes."""
        start = self.cpu_ns(threads)
        self.storm(HARMLESS)
        middle = self.cpu_ns(threads)
        self.storm(PANIC)
        return (self.cpu_ns(threads) - middle - (middle - start)) / EVENTS

    def events_a_second(self):
        """Until every monitor that reads has every event."""
        wanted = self.received + EVENTS * len(self.monitors)
        deadline = time.monotonic() + WAIT_SECONDS
        start = time.monotonic()
        self.storm(PANIC)
        while self.received < wanted:
            if time.monotonic() > deadline:
                sys.exit(f"bench: {wanted - self.received} events did not arrive")
            time.sleep(0.0002)
        return EVENTS / (time.monotonic() - start)


def ours(qmpev):
    return [qmpev, "serve"]


def theirs(qemu):
    return [qemu, "-nodefaults", "-display", "none", "-accel", "qtest", "-accel", "tcg", "-S", "-machine", "pc", "-device", "pvpanic",
            "-qtest-log", "/dev/null"]


def monitors_words(monitors, stalled):
    return f"{monitors} monitor{'s' if monitors > 1 else ''}" + (", one stalled" if stalled else "")


def middle(values):
    return sorted(values)[len(values) // 2]


def storm_rows(qmpev, qemu, monitors, stalled):
    with Machine(ours(qmpev), monitors, stalled) as mine, Machine(theirs(qemu), monitors, stalled) as other:
        costs = [(mine.cost_ns(), other.cost_ns()) for _ in range(ROUNDS)]
        time.sleep(SETTLED_SECONDS)  # what is still under way is not to count below
        rates = [(mine.events_a_second(), other.events_a_second()) for _ in range(ROUNDS)]
    words = monitors_words(monitors, stalled)
    cost, rate = ([middle(column) for column in zip(*pairs)] for pairs in (costs, rates))
    yield {"what": f"CPU of the process per panic, {words}", "unit": "ns", "ours": cost[0], "floor": cost[1], "floor_is": "QEMU",
           "goal": "ratio-at-most", "target": 1}
    yield {"what": f"panics a second, to {words}", "unit": "/s", "ours": rate[0], "floor": rate[1], "floor_is": "QEMU",
           "goal": "ratio-at-least", "target": 1}


def device_row(bench, qemu):
    """Ours is measured in the process of the bench, where a vCPU has a thread of its own; QEMU's test protocol writes on its
    main thread, which also sends the lines."""
    done = subprocess.run([bench, "register"], capture_output=True, text=True, check=True)
    mine = json.loads(done.stdout.splitlines()[0])
    monitors = MONITORS[-1]
    with Machine(theirs(qemu), monitors, True) as other:
        cost = middle([other.cost_ns([other.process.pid]) for _ in range(ROUNDS)])
    return {"what": f"CPU of the emitting thread per panic, {monitors_words(monitors, True)}", "unit": "ns", "ours": mine["ours"],
            "floor": cost, "floor_is": "QEMU", "goal": "ratio-at-most", "target": 1}


def question_us(machine):
    """A question of a client that waits for each answer."""
    monitor = machine.monitors[0]
    start = time.monotonic()
    for _ in range(QUESTIONS):
        monitor.sendall(b'{"execute": "query-status"}')
        if not monitor.recv(4096).endswith(b"\n"):
            sys.exit("bench: an answer came in pieces")
    return (time.monotonic() - start) / QUESTIONS * 1e6


def question_row(qmpev, qemu):
    with Machine(ours(qmpev), 1, False, read=False) as mine, Machine(theirs(qemu), 1, False, read=False) as other:
        took = [(question_us(mine), question_us(other)) for _ in range(ROUNDS)]
    mine, other = (middle(column) for column in zip(*took))
    return {"what": "query-status, question and answer", "unit": "us", "ours": mine, "floor": other, "floor_is": "QEMU",
            "goal": "ratio-at-most", "target": 1}


def growth_row(qmpev, qemu):
    """What a monitor that never reads makes a program keep."""
    grown = []
    for words in (ours(qmpev), theirs(qemu)):
        with Machine(words, 1, True) as machine:
            machine.storm(PANIC)
            before = machine.resident_bytes()
            for _ in range(5):
                machine.storm(PANIC)
            grown.append(machine.resident_bytes() - before)
    return {"what": f"memory for {5 * EVENTS} events that one does not read", "unit": "B", "ours": grown[0], "floor": grown[1],
            "floor_is": "QEMU", "goal": "ratio-at-most", "target": 1}


def rows(programs):
    qemu = shutil.which(QEMU)
    if qemu is None:
        yield {"what": f"beside QEMU: there is no {QEMU} here"}
        return
    yield device_row(programs.bench, qemu)
    for monitors, stalled in (*((count, False) for count in MONITORS), (MONITORS[-1], True)):
        yield from storm_rows(programs.qmpev, qemu, monitors, stalled)
    yield question_row(programs.qmpev, qemu)
    yield growth_row(programs.qmpev, qemu)
