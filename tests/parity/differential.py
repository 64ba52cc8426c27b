# SPDX-License-Identifier: MIT
"""Two servers, the same bytes to each, and whether they say the same.

What differs on purpose or from run to run is made equal by the rules in `comparable`, one by one, each with its reason;
everything else has to be equal byte for byte. Every wait is bounded by WAIT_SECONDS.
"""

import os
import re
import select
import socket
import subprocess
import time
from collections import Counter

WAIT_SECONDS = 30
SETUP = {
    "raw": b"",
    "neg": b'{"execute": "qmp_capabilities"}',
    "oob": b'{"execute": "qmp_capabilities", "arguments": {"enable": ["oob"]}}',
}
# FF ends whatever the server is in the middle of, and costs one error; then this is answered, and nothing after it is.
RESET = b'\xff\n{"execute": "query-name", "id": "the end of it"}'
RESET_ANSWERED = re.compile(rb'"id": "the end of it"[^\n]*\r\n\Z')


class Ended(Exception):
    """The server closed or fell silent where it should not have."""


class Server:
    """A process with a monitor on a socket."""

    def __init__(self, words, path, log):
        self.words, self.path, self.log = words, path, log
        self.process = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def start(self):
        self.end()
        self.process = subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        end = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                self.connect().close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise Ended(f"{self.words[0]} does not listen on {self.path}") from None
                select.select([], [], [], 0.01)

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        connection.setblocking(False)
        return connection

    def has_ended(self):
        """Whether the process is gone, which takes a moment to be seen after it has closed a connection."""
        try:
            self.process.wait(0.5)
            return True
        except subprocess.TimeoutExpired:
            return False

    def end(self):
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        if os.path.exists(self.path):
            os.unlink(self.path)


def exchange(connection, writes, received, is_over):
    """Writes all, one write after the other, and reads until `is_over(received)` or the server closes."""
    writes = list(writes)
    end = time.monotonic() + WAIT_SECONDS
    while writes or not is_over(received):
        readable, writable, _ = select.select([connection], [connection] if writes else [], [],
                                              end - time.monotonic() if end > time.monotonic() else 0)
        if not readable and not writable:
            raise Ended(f"nothing came for {WAIT_SECONDS} s after {bytes(received[-200:])!r}")
        if writable:
            sent = connection.send(writes[0])
            writes[0] = writes[0][sent:]
            if not writes[0]:
                writes.pop(0)
        if readable:
            part = connection.recv(1 << 20)
            if not part:
                raise Ended("closed")
            received += part
    return received


def has_lines(count):
    return lambda received: received.count(b"\r\n") >= count


def play(server, case):
    """All that the server says to one client."""
    received = bytearray()
    try:
        connection = server.connect()
    except ConnectionError as error:
        return f"--- {error}".encode()
    try:
        if SETUP[case.mode]:  # greeting and answer are waited for, so that what follows meets a state that is known
            exchange(connection, [SETUP[case.mode]], received, has_lines(2))
        if case.end == "reset":
            exchange(connection, case.writes() + [RESET], received, RESET_ANSWERED.search)
        else:
            exchange(connection, case.writes(), received, lambda _: True)
            connection.shutdown(socket.SHUT_WR)
            try:
                exchange(connection, [], received, lambda _: False)
            except Ended as ended:
                if str(ended) != "closed":
                    raise
    except (Ended, ConnectionError) as ended:
        received += b"\n--- " + str(ended).encode()
    finally:
        connection.close()
    return bytes(received)


VERSION = re.compile(rb'\{"qemu": \{"micro": \d+, "minor": \d+, "major": \d+\}, "package": "(?:[^"\\]|\\.)*"\}')
TIMESTAMP = re.compile(rb'"timestamp": \{"seconds": \d+, "microseconds": \d+\}')
INFINITE = re.compile(rb'(?<![A-Za-z"])(-?)inf(?![A-Za-z"])')
ARGUMENT_MISTAKE = re.compile(rb"Invalid parameter type for '|Parameter '.*' (is missing|is unexpected|does not accept)")
NOT_FOUND = re.compile(rb'"desc": "The command ([a-z_-]+) has not been found"')


def comparable(text):
    """The lines, without what differs on purpose or from run to run."""
    # Who answers, and when.
    text = VERSION.sub(b"VERSION", text)
    text = TIMESTAMP.sub(b"TIMESTAMP", text)
    # 1e400 comes back from QEMU as `inf`, which no JSON parser takes; ours is a number that is as infinite.
    text = INFINITE.sub(rb"\g<1>1e+400", text)
    # QEMU 7 says this of a machine, too; 10 does not any more, and neither do we.
    text = text.replace(b'"singlestep": false, ', b"")
    # Nor does it know the second of these states of migrate-pause.
    text = text.replace(b"during postcopy-active state", b"during postcopy-active or postcopy-recover state")
    # QEMU's own monitor is a connection that it could give up; ours is none.
    text = text.replace(b'{"return": [{"type": "chardev", "id": "compat_monitor0"}]', b'{"return": []')
    return text.split(b"\r\n")


def same(qemu, qmpev, only_qemu, out_of_band):
    """Whether two outputs, as lines, are the same.

    `only_qemu` are the commands that we do not have: a byte lost turns query-status into query-stats, and whatever
    QEMU says to that stands against our CommandNotFound. With `out_of_band` replies overtake each other as two
    threads of QEMU happen to run: then the same lines in another order are the same.
    """
    def is_excused(theirs, ours):
        # The machines are not the same; what is wrong with the arguments of a command is.
        if b'"id": "machine"' in theirs and b'"id": "machine"' in ours:
            return not ARGUMENT_MISTAKE.search(theirs) and not ARGUMENT_MISTAKE.search(ours)
        found = NOT_FOUND.search(ours)
        is_reply = theirs.startswith((b'{"return": ', b'{"id": ', b'{"error": '))
        return found and found[1].decode() in only_qemu and is_reply

    if len(qemu) != len(qmpev):
        return False
    if not out_of_band:
        return all(theirs == ours or is_excused(theirs, ours) for theirs, ours in zip(qemu, qmpev))
    left = list((Counter(qemu) - Counter(qmpev)).elements())
    # Commands that are not found last: any reply may stand against those.
    for ours in sorted((Counter(qmpev) - Counter(qemu)).elements(), key=lambda line: bool(NOT_FOUND.search(line))):
        found = next((theirs for theirs in left if is_excused(theirs, ours)), None)
        if found is None:
            return False
        left.remove(found)
    return True


class Case:
    def __init__(self, mode, end, sizes, data, seed=None):
        self.mode, self.end, self.sizes, self.data, self.seed = mode, end, sizes, data, seed

    @staticmethod
    def of_line(line):
        words = line.split(" ")
        sizes = [int(size) for size in words[3].split(",") if size]
        return Case(words[1], words[2], sizes, bytes.fromhex(words[4]), int(words[0]))

    def with_data(self, data, whole):
        return Case(self.mode, self.end, [] if whole else self.sizes, data)

    def writes(self):
        made, at = [], 0
        for size in self.sizes:
            if at < len(self.data):
                made.append(self.data[at:at + size])
            at += size
        if at < len(self.data):
            made.append(self.data[at:])
        return made


def minimise(data, differs, budget):
    """The shortest part of `data` found, in at most `budget` trials, that still differs: delta debugging by bytes."""
    pieces = 2
    while len(data) > 1 and budget > 0:
        size = -(-len(data) // pieces)
        for start in range(0, len(data), size):
            shorter = data[:start] + data[start + size:]
            budget -= 1
            if differs(shorter):
                data, pieces = shorter, max(pieces - 1, 2)
                break
            if budget <= 0:
                break
        else:
            if size == 1:
                break
            pieces = min(pieces * 2, len(data))
    return data
