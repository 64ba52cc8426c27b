# SPDX-License-Identifier: MIT
"""Measures, and shows what came of it as a table, as JSON or as pictures.

usage: bench.py BENCH QMPEV RUN_CLIENT [--json] [--plot FOLDER] [GROUP...]

Each figure stands beside a floor that was measured in turn with it in the same run: the ratios mean something, absolute
times on a shared machine little. A short one is no error: the exit status is 0 when everything could be measured.
"""

import argparse
import json
import subprocess
import sys

import plot
import program_rows
import qemu_rows

GROUPS = ("emit", "threads", "register", "fan-out", "delivery", "latency", "query", "growth", "sessions")
OF_PROGRAM = {"program": program_rows.rows, "qemu": qemu_rows.rows}
WIDTHS = (68, 12, 12, 12, 8)
LARGE = {"/s": (1e6, "M/s"), "B": (1024, "KiB"), "ns": (1000, "us"), "us": (1000, "ms")}
GOALS = {
    "ratio-at-most": lambda row: row["ours"] / row["floor"] <= row["target"],
    "ratio-at-least": lambda row: row["ours"] / row["floor"] >= row["target"],
    "at-most": lambda row: row["ours"] <= row["target"],
    "at-least": lambda row: row["ours"] >= row["target"],
    "at-most-above": lambda row: row["ours"] - row["floor"] <= row["target"],
}
SAID = {"ratio-at-most": "<= {}x", "ratio-at-least": ">= {}x", "at-most": "<= {}", "at-least": ">= {}", "at-most-above": "<= floor + {}"}


def quantity(value, unit):
    """`value` with its unit, in the larger one where that reads better."""
    if value is None:
        return ""
    size, larger = LARGE.get(unit, (None, None))
    if size and abs(value) >= 10 * size:
        return quantity(value / size, larger)
    return f"{value:.3g} {unit}".strip() if abs(value) < 1000 else f"{value:.0f} {unit}".strip()


def ratio(row):
    if not row.get("floor"):
        return ""
    value = row["ours"] / row["floor"]
    return f"{value:.2f}x" if value >= 0.095 else f"1/{1 / value:.0f}x"


def verdict(row):
    if row["goal"] == "none":
        return ""
    target = row["target"]
    said = SAID[row["goal"]].format(f"{target:g}" if "ratio" in row["goal"] else quantity(target, row["unit"]))
    return ("pass" if GOALS[row["goal"]](row) else "short") + "  " + said


def line(row):
    cells = [row["what"], *(quantity(row.get(name), row["unit"]) for name in ("ours", "floor", "naive")), ratio(row)]
    shown = " ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(cells, WIDTHS)))
    return f"{shown}  {verdict(row):24} {row['floor_is']}".rstrip()


def head():
    names = ("what", "ours", "floor", "naive", "ratio")
    shown = " ".join(name.ljust(width) if i == 0 else name.rjust(width) for i, (name, width) in enumerate(zip(names, WIDTHS)))
    return f"{shown}  {'target':24} the floor is"


def rows_of(options):
    """Each row as soon as it is measured."""
    mine = [name for name in GROUPS if not options.groups or name in options.groups]
    if mine:
        with subprocess.Popen([options.bench, *mine], stdout=subprocess.PIPE, text=True) as bench:
            for text in bench.stdout:
                yield json.loads(text)
        if bench.returncode != 0:
            sys.exit(f"bench: {options.bench} ended with {bench.returncode}")
    for name, rows in OF_PROGRAM.items():
        if not options.groups or name in options.groups:
            for row in rows(options):
                yield {"group": name, "unit": "", "goal": "none", "floor_is": "", **row}


def read_options():
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures each figure beside its floor.",
                                     usage="./dev bench [--json] [--plot FOLDER] [GROUP...]")
    for name in ("bench", "qmpev", "run_client"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="one object per row instead of the table")
    parser.add_argument("--plot", metavar="FOLDER", help="fan-out.svg and growth.svg beside the table")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join((*GROUPS, *OF_PROGRAM)) + "; none: all")
    options = parser.parse_args()
    for name in options.groups:
        if name not in GROUPS and name not in OF_PROGRAM:
            parser.error(f"there is no group '{name}': {', '.join((*GROUPS, *OF_PROGRAM))}")
    return options


def main():
    options = read_options()
    rows, group = [], None
    if not options.json:
        print(head())
    for row in rows_of(options):
        rows.append(row)
        if options.json:
            print(json.dumps(row), flush=True)
            continue
        if row["group"] != group and group is not None:
            print()
        group = row["group"]
        print(line(row), flush=True)
    if options.plot:
        plot.write(rows, options.plot)


if __name__ == "__main__":
    main()
