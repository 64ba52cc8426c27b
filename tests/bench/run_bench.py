# SPDX-License-Identifier: MIT
"""From the start of `qmpev run` to the first event at its command, and to its end.

usage: run_bench.py QMPEV RUN_CLIENT [REQUEST EVENT]
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 20
STANDARD = ['{"execute": "x-qmpev-trigger", "arguments": {"device": "pvpanic", "action": "panicked"}}', "GUEST_PANICKED"]


def measure(qmpev, client, request, event):
    start = time.monotonic_ns()
    done = subprocess.run([qmpev, "run", "--", client, request, event], capture_output=True, text=True, check=False)
    end = time.monotonic_ns()
    if done.returncode != 0:
        sys.exit(done.stderr)
    return (int(done.stdout) - start) / 1e6, (end - start) / 1e6


def main():
    qmpev, client, *what = sys.argv[1:]
    rounds = [measure(qmpev, client, *(what or STANDARD)) for _ in range(ROUNDS)]
    for name, figures in zip(("first event", "whole run"), zip(*rounds)):
        print(f"qmpev run, {name}: {statistics.median(figures):.1f} ms median of {ROUNDS}, "
              f"{min(figures):.1f} to {max(figures):.1f}")


if __name__ == "__main__":
    main()
