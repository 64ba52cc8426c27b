# SPDX-License-Identifier: MIT
"""Instructions on the way of an event, counted by callgrind: a figure that a noisy machine cannot move. Fails when a part
takes over a tenth more than tests/bench/instructions.txt has for this compiler.

usage: count_instructions.py COUNTED_PARTS COMPILER INSTRUCTIONS_TXT [--record]

Compiled otherwise than the figures' head says there is nothing to compare with: then the test is skipped, and says so.
"""

import re
import shutil
import subprocess
import sys

SKIPPED = 77  # to meson
WAIT_SECONDS = 120
TOLERANCE = 1.10
# What callgrind counts in, and how often it is called: once an event, or once for 64 of them.
PARTS = {
    "emit-guest-panicked": ("counted_emit_guest_panicked", 20_000),
    "emit-balloon-change": ("counted_emit_balloon_change", 20_000),
    "emit-merged": ("counted_emit_balloon_change", 20_000),
    "emit-spice-initialized": ("counted_emit_spice_initialized", 20_000),
    "emit-unheard": ("counted_emit_guest_panicked", 20_000),
    "dispatch-to-one": ("counted_dispatch", 6_400),
    "dispatch-to-eight": ("counted_dispatch", 6_400),
}


def instructions(program, part):
    """For each event, by callgrind's last line."""
    function, count = PARTS[part]
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--toggle-collect={function}", program, part,
                           str(count)], capture_output=True, text=True, timeout=WAIT_SECONDS, check=False)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not collected:
        sys.exit(f"{part}: {done.stderr}")
    return int(collected[1]) / count


def read_figures(path):
    """(head, {part: instructions})."""
    with open(path, encoding="ascii") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    return lines[0], {part: float(figure) for part, figure in (line.split() for line in lines[1:])}


def record(path, compiler, figures):
    with open(path, encoding="ascii") as file:
        comments = [line for line in file if line.startswith("#")]
    with open(path, "w", encoding="ascii") as file:
        file.writelines(comments)
        file.write(compiler + "\n")
        file.writelines(f"{part:24}{figure:10.1f}\n" for part, figure in figures.items())


def compare(recorded, figures):
    """How many parts take too many."""
    short = 0
    for part, figure in figures.items():
        most = recorded[part] * TOLERANCE
        short += figure > most
        print(f"{part:24}{figure:10.1f}  recorded {recorded[part]:.1f}{'  TOO MANY' if figure > most else ''}")
    return short


def main():
    program, compiler, path = sys.argv[1:4]
    if shutil.which("valgrind") is None:
        print("skipped: there is no valgrind here")
        return SKIPPED
    if sys.argv[4:] == ["--record"]:
        record(path, compiler, {part: instructions(program, part) for part in PARTS})
        return 0
    head, recorded = read_figures(path)
    if head != compiler:
        print(f"skipped: the figures are of '{head}', this is '{compiler}'")
        return SKIPPED
    assert set(recorded) == set(PARTS), set(recorded) ^ set(PARTS)
    return 1 if compare(recorded, {part: instructions(program, part) for part in PARTS}) else 0


if __name__ == "__main__":
    sys.exit(main())
