# SPDX-License-Identifier: MIT
"""The program against a real QEMU: the same near-JSON to both, and the whole output compared byte for byte.

    parity_test.py QMPEV NEAR_JSON_LINES

As a test it plays CASES cases from seed 1. QMPEV_PARITY_SECONDS lets it go on for that long, from QMPEV_PARITY_SEED
(default: the time of day); with 0 seconds it plays that one seed, as the line says that is printed for each case that
differs, after the fewest bytes that do. Without qemu-system-x86_64 it is skipped.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from itertools import zip_longest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from differential import WAIT_SECONDS, Case, Server, comparable, minimise, play, same  # noqa: E402

CASES = 1000
TEST_SECONDS = 60  # a slow machine plays fewer of them
BATCH = 500
MAX_REPORTED = 5
MAX_SHOWN = 1200  # bytes of a line
MAX_TRIALS = 600  # of minimising one case
SKIPPED = 77  # meson's word for it
QEMU = "qemu-system-x86_64"
ABORTED = f"--- the process has ended: -{signal.SIGABRT}".encode()
RUN_AGAIN = b'{"execute": "cont"}'


class Parity:
    def __init__(self, qemu, qmpev, generator):
        self.qemu, self.qmpev, self.generator = qemu, qmpev, generator
        self.only_qemu = self.commands_of(qemu) - self.commands_of(qmpev)
        self.played = self.bytes = self.different = self.aborted = 0

    @staticmethod
    def commands_of(server):
        output = play(server, Case("neg", "eof", [], b'{"execute": "query-commands"}'))
        return {command["name"] for command in json.loads(output.split(b"\r\n")[2])["return"]}

    def cases(self, first, count):
        made = subprocess.run([self.generator, str(first), str(count)], capture_output=True, text=True,
                              timeout=WAIT_SECONDS, check=True)
        return [Case.of_line(line) for line in made.stdout.splitlines()]

    def outputs(self, case):
        outputs = [self.output_of(server, case) for server in (self.qemu, self.qmpev)]
        if any(b'"event": "STOP"' in output for output in outputs):  # the next case meets a machine that runs
            for server in (self.qemu, self.qmpev):
                play(server, Case("neg", "eof", [], RUN_AGAIN))
        return [comparable(output) for output in outputs]

    @staticmethod
    def output_of(server, case):
        output = play(server, case)
        if b"\n--- " in output and server.has_ended():
            output += f"\r\n--- the process has ended: {server.process.returncode}".encode()
            server.start()
        return output

    def try_once(self, case):
        """The two outputs, as lines, and whether they differ."""
        qemu, qmpev = self.outputs(case)
        if ABORTED in qemu and ABORTED not in qmpev:
            # QEMU 10.0 ends on an assertion when a client with oob has more than eight messages in one read.
            self.aborted += 1
            return qemu, qmpev, False
        # A client that is not negotiated for may have enabled oob itself.
        return qemu, qmpev, not same(qemu, qmpev, self.only_qemu, case.mode in ("oob", "raw"))

    def differs(self, case):
        return self.try_once(case)[2]

    def try_case(self, case):
        self.played += 1
        self.bytes += len(case.data)
        qemu, qmpev, differ = self.try_once(case)
        if not differ:
            return
        self.different += 1
        if self.differs(case):
            self.minimise(case)
        else:
            print(f"\nseed {case.seed} differed once ({case.mode}, {case.end}), and not again")
            self.show(qemu, qmpev)
        print(f"repeat with QMPEV_PARITY_SECONDS=0 QMPEV_PARITY_SEED={case.seed} {' '.join(sys.argv)}", flush=True)

    def minimise(self, case):
        whole = self.differs(case.with_data(case.data, True))
        data = minimise(case.data, lambda data: self.differs(case.with_data(data, whole)), MAX_TRIALS)
        print(f"\nseed {case.seed} differs; of {len(case.data)} bytes these are enough "
              f"({case.mode}, {case.end}, {'in one write' if whole else 'cut'}):\n  {data!r}")
        self.show(*self.outputs(case.with_data(data, whole)))

    @staticmethod
    def show(qemu, qmpev):
        """The first line that differs."""
        for number, (theirs, ours) in enumerate(zip_longest(qemu, qmpev, fillvalue=b"(nothing)")):
            if theirs != ours:
                print(f"  line {number}\n    qemu   {theirs[:MAX_SHOWN]!r}\n    qmpev  {ours[:MAX_SHOWN]!r}")
                return


def plan():
    """The first seed, how many, and how many seconds at most."""
    seconds, seed = (os.environ.get("QMPEV_PARITY_" + name) for name in ("SECONDS", "SEED"))
    if seconds is None:
        return int(seed or 1), CASES, TEST_SECONDS
    first = int(seed) if seed else time.time_ns() // 1000
    return (first, 1, TEST_SECONDS) if float(seconds) == 0 else (first, sys.maxsize, float(seconds))


@contextlib.contextmanager
def servers(qmpev):
    """QEMU without a machine, and the program."""
    with tempfile.TemporaryDirectory(prefix="qmpev-") as folder, open(os.path.join(folder, "log"), "wb") as log:
        paths = [os.path.join(folder, name) for name in ("qemu.sock", "qmpev.sock")]
        words = [[QEMU, "-name", "qmpev", "-machine", "none", "-nodefaults", "-display", "none", "-qmp",
                  f"unix:{paths[0]},server=on,wait=off"],
                 [qmpev, "serve", "--listen", f"unix:{paths[1]},wire=qemu"]]
        with Server(words[0], paths[0], log) as real, Server(words[1], paths[1], log) as ours:
            yield real, ours


def main():
    qmpev, generator = (os.path.abspath(word) for word in sys.argv[1:3])
    if not shutil.which(QEMU):
        print(f"skipped: there is no {QEMU} here")
        return SKIPPED
    first, count, seconds = plan()
    end = time.monotonic() + seconds
    with servers(qmpev) as (real, ours):
        parity = Parity(real, ours, generator)
        batch = iter(())
        while parity.played < count and parity.different < MAX_REPORTED and time.monotonic() < end:
            case = next(batch, None)
            if case is None:
                batch = iter(parity.cases(first + parity.played, min(BATCH, count - parity.played)))
                continue
            parity.try_case(case)
    print(f"{parity.played} cases ({parity.bytes} bytes) from seed {first} on: {parity.different} differ, "
          f"QEMU aborted on {parity.aborted}")
    return 1 if parity.different or not parity.played else 0


if __name__ == "__main__":
    sys.exit(main())
