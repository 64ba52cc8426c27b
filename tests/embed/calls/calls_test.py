# SPDX-License-Identifier: MIT
"""The table of src/capi/README.md is what the calls do, and names every function of the headers.

usage: calls_test.py README INCLUDE_FOLDER...
The program that makes the calls is named by QMPEV_CALLS.
"""

import fnmatch
import glob
import os
import re
import subprocess
import sys
import tempfile
import unittest
from collections import namedtuple

README, FOLDERS = sys.argv[1], sys.argv[2:]
del sys.argv[1:]
WAIT_SECONDS = 100

Row = namedtuple("Row", "patterns takes memory calls")
Seen = namedtuple("Seen", "allocations locks calls")

ALLOCATOR = {"brk", "mmap", "munmap", "mremap", "mprotect", "madvise"}
SAME = {"epoll_pwait": "epoll_wait", "ppoll": "poll", "unlinkat": "unlink"}


def spelled(calls):
    return {SAME.get(call, call) for call in calls}


def read_table(text):
    """The rows behind the mark `calls`."""
    rows = []
    for line in text.split("<!-- calls -->\n", 1)[1].splitlines()[2:]:
        if not line.startswith("|"):
            break
        names, _, takes, memory, calls = (cell.strip() for cell in line.strip("|").split("|"))
        made = [name for name in re.findall(r"`([^`]+)`", calls) if not name.startswith("qmpev_")]
        rows.append(Row(re.findall(r"`([^`]+)`", names), takes, memory, spelled(made)))
    return rows


def row_of(rows, function):
    """The row that names the function; the longest pattern is the one that counts."""
    found = [(len(pattern), row) for row in rows for pattern in row.patterns if fnmatch.fnmatchcase(function, pattern)]
    assert found, f"{function} stands in no row"
    longest = max(length for length, _ in found)
    best = [row for length, row in found if length == longest]
    assert len(best) == 1, f"{function} stands in {len(best)} rows"
    return best[0]


def read_report(text):
    seen = {}
    for line in text.splitlines():
        name, allocations, locks, *calls = line.split()
        seen[name] = Seen(int(allocations), int(locks), spelled(calls))
    return seen


def mistakes_of(row, function, seen):
    """What one call did and its row does not say."""
    allowed = set(row.calls)
    if row.memory != "no":
        allowed |= ALLOCATOR | {"futex"}
    if row.takes != "none":
        allowed |= {"futex"}
    found = [f"{function} made the system call {call}" for call in sorted(seen.calls - allowed)]
    if seen.allocations and row.memory != "allocates":
        found.append(f"{function} allocated {seen.allocations} times")
    if seen.locks and row.takes == "none":
        found.append(f"{function} took {seen.locks} mutexes")
    return found


class TableTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(README, encoding="utf-8") as file:
            cls.rows = read_table(file.read())
        with tempfile.TemporaryDirectory(prefix="qmpev-") as folder:
            done = subprocess.run([os.environ["QMPEV_CALLS"], folder], capture_output=True, text=True, timeout=WAIT_SECONDS)
        assert done.returncode == 0, (done.returncode, done.stderr)
        cls.with_spice = "without SPICE\n" not in done.stdout
        cls.seen = read_report(done.stdout.replace("without SPICE\n", ""))

    def seen_of(self, row):
        return {name: each for name, each in self.seen.items() if row_of(self.rows, name) is row}

    def judged_rows(self):
        """Without SPICE its callback is refused."""
        return [row for row in self.rows if self.with_spice or not row.patterns[0].startswith("qmpev_spice_")]

    def test_every_function_of_the_headers_stands_in_one_row_and_nothing_else_does(self):
        declared = set()
        for path in (path for folder in FOLDERS for path in glob.glob(os.path.join(folder, "qmpev", "qmpev*.h"))):
            with open(path, encoding="utf-8") as file:
                declared |= set(re.findall(r"QMPEV_API[^;]*?\b(qmpev_\w+)\(", file.read()))
        self.assertGreater(len(declared), 100)
        for function in declared:
            row_of(self.rows, function)
        for pattern in (pattern for row in self.rows for pattern in row.patterns):
            self.assertTrue(fnmatch.filter(declared, pattern), f"there is no {pattern}")

    def test_every_call_was_watched(self):
        for pattern in (pattern for row in self.rows for pattern in row.patterns):
            self.assertTrue(fnmatch.filter(self.seen, pattern), f"nobody called {pattern}")

    def test_no_call_does_what_does_not_stand_there(self):
        mistakes = [each for row in self.judged_rows() for name, seen in self.seen_of(row).items() for each in mistakes_of(row, name, seen)]
        self.assertEqual(mistakes, [])

    def test_nothing_stands_there_that_was_not_seen(self):
        for row in self.judged_rows():
            made = set().union(*(seen.calls for seen in self.seen_of(row).values()))
            self.assertEqual(row.calls - made, set(), row.patterns)
            if row.memory == "allocates":
                self.assertGreater(sum(seen.allocations for seen in self.seen_of(row).values()), 0, row.patterns)


class MistakesTest(unittest.TestCase):
    ROW = Row(["qmpev_x_*"], "none", "no", {"write"})

    def test_each_kind_is_told(self):
        self.assertEqual(mistakes_of(self.ROW, "qmpev_x_y", Seen(0, 0, {"write"})), [])
        self.assertEqual(len(mistakes_of(self.ROW, "qmpev_x_y", Seen(1, 1, {"write", "read", "brk"}))), 4)

    def test_the_longest_pattern_counts_and_two_rows_are_an_error(self):
        special = self.ROW._replace(patterns=["qmpev_x_y_*"])
        self.assertIs(row_of([self.ROW, special], "qmpev_x_y_z"), special)
        with self.assertRaises(AssertionError):
            row_of([self.ROW, self.ROW._replace(memory="frees")], "qmpev_x_y")
        with self.assertRaises(AssertionError):
            row_of([self.ROW], "qmpev_other")


if __name__ == "__main__":
    unittest.main()
