# SPDX-License-Identifier: MIT
"""How much of each room the tests have reached, and whether that is enough.

usage: coverage.py ROOT BUILD FLOORS [ROOM...]
BUILD is a build of the tree ROOT with gcc's --coverage, whose tests have run. Prints a table, and for each ROOM the lines
that no test came to. Exits 1 when a room is below its floor in the file FLOORS, or when rooms and floors do not match.

A line of a template counts once, however many types it was made for; so does one that several programs share. Branches are
told as they come, one for each type, without those that only an exception takes; they have no floor.
"""

import itertools
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

FILES_PER_RUN = 20  # of gcov, so that an answer stays small


class Reached:
    """What was counted, merged over all programs. Paths are relative to the tree: src/ROOM/FILE."""

    def __init__(self, root, build):
        self.trees = os.path.realpath(root), os.path.realpath(build)
        self.lines = {}  # path -> line -> count
        self.branches = {}  # (path, line, function) -> counts

    def add(self, report):
        """`report` is one answer of `gcov --json-format`: one object file."""
        for file in report["files"]:
            path = self.source_path(os.path.join(report["current_working_directory"], file["file"]))
            if path:
                for line in file["lines"]:
                    self.add_line(path, line)

    def add_line(self, path, line):
        number, counts = line["line_number"], self.lines.setdefault(path, {})
        counts[number] = counts.get(number, 0) + line["count"]
        taken = [branch["count"] for branch in line["branches"] if not branch["throw"]]
        key = path, number, line.get("function_name")
        before = self.branches.get(key, [])
        self.branches[key] = [a + b for a, b in itertools.zip_longest(before, taken, fillvalue=0)]

    def source_path(self, path):
        """The path below ROOT or BUILD of a written or generated source; None for what is no source of the module."""
        path = os.path.realpath(path)
        for tree in self.trees:
            if path.startswith(os.path.join(tree, "src", "")):
                return os.path.relpath(path, tree)
        return None


def room_of(path):
    """src/ROOM/FILE, or src/ROOM.cpp."""
    return path.split("/")[1].split(".")[0]


class Tally:
    """Lines and branches of one room."""

    def __init__(self):
        self.lines = self.lines_reached = self.branches = self.branches_taken = 0

    def percent(self):
        return percent(self.lines_reached, self.lines)


def percent(part, whole):
    return 100 * part / whole if whole else 100.0


def tally(reached):
    """room -> Tally, by name."""
    rooms = {}
    for path, counts in reached.lines.items():
        room = rooms.setdefault(room_of(path), Tally())
        room.lines += len(counts)
        room.lines_reached += sum(count > 0 for count in counts.values())
    for (path, _, _), counts in reached.branches.items():
        room = rooms[room_of(path)]
        room.branches += len(counts)
        room.branches_taken += sum(count > 0 for count in counts)
    return dict(sorted(rooms.items()))


def read_floors(lines):
    """room -> percent, of lines `ROOM PERCENT`; what follows # is a remark."""
    floors = {}
    for number, line in enumerate(lines, 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        try:
            room, floor = words
            floors[room] = float(floor)
        except ValueError:
            raise SystemExit(f"coverage: floors, line {number}: expected `ROOM PERCENT`, found `{line.strip()}`") from None
    return floors


def breaches(rooms, floors):
    """One sentence for each floor that does not hold."""
    for room, counted in rooms.items():
        if room not in floors:
            yield f"{room} has no floor: give it one, a point or two below its {counted.percent():.1f} %"
        elif counted.percent() < floors[room]:
            yield (f"{room} is at {counted.percent():.1f} %, below its floor of {floors[room]:g} %: "
                   f"`./dev coverage {room}` lists the lines that no test comes to")
    for room in floors:
        if room not in rooms:
            yield f"{room} has a floor, and nothing of it was built or found: remove the floor, or look at the build"


def table(rooms, floors):
    yield f"{'room':12} {'lines':>7} {'reached':>8} {'%':>6} {'floor':>6} {'branches':>9} {'taken':>7} {'%':>6}"
    for room, counted in rooms.items():
        yield row(room, counted, f"{floors[room]:g}" if room in floors else "-")
    yield row("all", total(rooms.values()), "")


def row(name, counted, floor):
    return (f"{name:12} {counted.lines:7} {counted.lines_reached:8} {counted.percent():6.1f} {floor:>6} "
            f"{counted.branches:9} {counted.branches_taken:7} {percent(counted.branches_taken, counted.branches):6.1f}")


def total(tallies):
    everything = Tally()
    for counted in tallies:
        for name, value in vars(counted).items():
            setattr(everything, name, getattr(everything, name) + value)
    return everything


def unreached(reached, room):
    """`PATH: 12, 40-44` for each file of `room` with lines that no test came to."""
    for path, counts in sorted(reached.lines.items()):
        if room_of(path) == room and not all(counts.values()):
            yield f"{path}: {', '.join(spans(counts))}"


def spans(counts):
    """Runs of unreached lines, where lines without code do not end a run."""
    for missed, run in itertools.groupby(sorted(counts), lambda line: counts[line] == 0):
        if missed:
            run = list(run)
            yield str(run[0]) if run[0] == run[-1] else f"{run[0]}-{run[-1]}"


def gcov(objects):
    """The reports of gcov on some notes of the compiler; what has not run has counts of 0."""
    command = [os.environ.get("GCOV", "gcov"), "--json-format", "--stdout", "--branch-probabilities", *objects]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0 or "mismatch" in answer.stderr:
        raise SystemExit(f"coverage: gcov failed; is it the compiler's? (another one: GCOV=...)\n{answer.stderr}")
    return [json.loads(line) for line in answer.stdout.splitlines() if line.strip()]


def collect(root, build):
    notes = sorted(os.path.join(folder, name) for folder, _, names in os.walk(os.path.realpath(build))
                   for name in names if name.endswith(".gcno"))
    portions = [notes[i:i + FILES_PER_RUN] for i in range(0, len(notes), FILES_PER_RUN)]
    reached = Reached(root, build)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        for reports in workers.map(gcov, portions):
            for report in reports:
                reached.add(report)
    return reached


def main(arguments):
    root, build, floors_path, *wanted = arguments
    with open(floors_path, encoding="utf-8") as file:
        floors = read_floors(file)
    reached = collect(root, build)
    rooms = tally(reached)
    for room in wanted:
        if room not in rooms:
            raise SystemExit(f"coverage: there is no room '{room}': {', '.join(rooms)}")
        print(*unreached(reached, room), sep="\n")
    print(*table(rooms, floors), sep="\n")
    found = list(breaches(rooms, floors))
    for sentence in found:
        print(f"coverage: {sentence}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
