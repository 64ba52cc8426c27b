# SPDX-License-Identifier: MIT
"""Runs one test under valgrind's memcheck, as the wrapper of `meson test --setup valgrind`.

usage: under_valgrind.py PROGRAM [ARGUMENT...]
exits with 99 when memory was used wrongly or lost, with 77 (skipped) for a test that cannot work there, and else as
the test does. A test that is a Python script runs as it is, and the programs it is given run under valgrind instead.
"""

import glob
import os
import shlex
import subprocess
import sys
import tempfile

# Silent in a child by fork(): it ends in the middle, with all that its parent has.
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
            "--fair-sched=yes", "--num-callers=30", "--child-silent-after-fork=yes",
            f"--suppressions={os.path.join(os.path.dirname(os.path.abspath(__file__)), 'foreign.supp')}"]
FOUND = 99
SKIPPED = 77
# What cannot work, by its program, and why.
LEFT_OUT = {
    "device_thread_test": "it allows its thread a few system calls and counts allocations; valgrind makes some of its own",
}
# The same for one test case of a program, by how its name begins.
NO_LIMIT = "it takes descriptors away, and valgrind goes by the limit that there was at its start"
CASES_LEFT_OUT = {
    "cli_test": {"a command that cannot be run": "of posix_spawn() valgrind makes a fork, whose failure nobody hears of"},
    "monitor_test": {"without a free descriptor": NO_LIMIT},
    "spice_room_test": {"out of descriptors": NO_LIMIT},
}


def is_program(path):
    """A compiled one: no script, no archive."""
    if not (os.path.isfile(path) and os.access(path, os.X_OK)):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def valgrind(folder):
    """What stands before a program. Each process has a log in `folder`."""
    return [*VALGRIND, f"--log-file={folder}/%p.log"]


def stand_in(folder, program):
    """A script in the place of `program`."""
    path = os.path.join(tempfile.mkdtemp(dir=folder), os.path.basename(program))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nexec {shlex.join([*valgrind(folder), os.path.abspath(program)])} "$@"\n')
    os.chmod(path, 0o700)
    return path


def wrapped(folder, command):
    """`command`, with what is compiled of it under valgrind."""
    if not os.path.basename(command[0]).startswith("python"):
        return [*valgrind(folder), *command]
    return [command[0], *(stand_in(folder, word) if is_program(word) else word for word in command[1:])]


def findings(folder):
    """What the logs hold against the program. Other lines are valgrind's about itself: system calls that it does not know."""
    found = []
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.log"))):
        with open(path, encoding="utf-8", errors="replace") as file:
            found.extend(line for line in file if line.startswith("=="))
    return "".join(found)


def without_cases(command):
    """`command`, told in Catch2's words which cases to leave out."""
    cases = CASES_LEFT_OUT.get(os.path.basename(command[0]), {})
    for case, reason in cases.items():
        print(f"\"{case}...\" is left out under valgrind: {reason}", flush=True)
    return [*command, *(f"~{case}*" for case in cases)]


def main(command):
    name = os.path.basename(command[0])
    if name in LEFT_OUT:
        print(f"{name} is left out under valgrind: {LEFT_OUT[name]}")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="qmpev-valgrind-") as folder:
        status = subprocess.run(wrapped(folder, without_cases(command)), check=False).returncode
        found = findings(folder)
    if found:
        print(found, file=sys.stderr)
        return FOUND
    return status if status >= 0 else 128 - status  # ended by a signal, as a shell tells it


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
