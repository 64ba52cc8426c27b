# SPDX-License-Identifier: MIT
"""What ./dev coverage says of gcov's answers, tried on answers that are made here."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import coverage  # noqa: E402

ROOT = "/tree"
BUILD = "/tree/build/coverage"


def line(number, count, branches=(), function="f", throws=()):
    taken = [{"count": branch, "throw": False} for branch in branches] + [{"count": branch, "throw": True} for branch in throws]
    return {"line_number": number, "count": count, "branches": taken, "function_name": function}


def report(path, *lines):
    return {"current_working_directory": BUILD, "files": [{"file": path, "lines": list(lines)}]}


def reached(*reports):
    result = coverage.Reached(ROOT, BUILD)
    for one in reports:
        result.add(one)
    return result


class Counting(unittest.TestCase):
    def counted(self, *reports):
        return {room: (one.lines, one.lines_reached, one.branches, one.branches_taken)
                for room, one in coverage.tally(reached(*reports)).items()}

    def test_lines_are_counted_by_room(self):
        self.assertEqual(self.counted(report("../../src/wire/a.cpp", line(1, 5), line(2, 0)), report("../../src/emit/b.cpp", line(1, 1))),
                         {"emit": (1, 1, 0, 0), "wire": (2, 1, 0, 0)})

    def test_a_source_without_a_folder_is_a_room(self):
        self.assertEqual(self.counted(report("../../src/server.cpp", line(1, 1))), {"server": (1, 1, 0, 0)})

    def test_what_is_generated_into_the_build_counts(self):
        self.assertEqual(self.counted(report("src/event/event_tables.hpp", line(7, 0))), {"event": (1, 0, 0, 0)})

    def test_only_sources_count(self):
        self.assertEqual(self.counted(report("../../tests/unit/wire/a_test.cpp", line(1, 1)), report("/usr/include/src/wire/x.h", line(1, 1)),
                                      report("../../include/qmpev/protocol.hpp", line(1, 1)), report("../../srcs/wire/x.cpp", line(1, 1))), {})

    def test_what_one_program_of_two_reached_is_reached_and_counts_once(self):
        self.assertEqual(self.counted(report("../../src/wire/a.cpp", line(1, 0), line(2, 0)), report("../../src/wire/a.cpp", line(1, 3), line(2, 0))),
                         {"wire": (2, 1, 0, 0)})

    def test_a_line_of_a_template_counts_once_and_its_branches_for_each_type(self):
        self.assertEqual(self.counted(report("../../src/wire/a.hpp", line(1, 1, [1, 0], "f<int>"), line(1, 0, [0, 0], "f<bool>"))),
                         {"wire": (1, 1, 4, 1)})

    def test_branches_of_two_programs_are_one(self):
        self.assertEqual(self.counted(report("../../src/wire/a.cpp", line(1, 1, [1, 0])), report("../../src/wire/a.cpp", line(1, 1, [0, 2]))),
                         {"wire": (1, 1, 2, 2)})

    def test_what_only_an_exception_takes_is_no_branch(self):
        self.assertEqual(self.counted(report("../../src/wire/a.cpp", line(1, 1, [1], throws=[0, 0]))), {"wire": (1, 1, 1, 1)})


class Floors(unittest.TestCase):
    def breaches(self, floors, *reports):
        return list(coverage.breaches(coverage.tally(reached(*reports)), floors))

    def half(self):
        return report("../../src/wire/a.cpp", line(1, 1), line(2, 0))

    def test_at_and_above_a_floor_nothing_is_said(self):
        self.assertEqual(self.breaches({"wire": 50}, self.half()), [])
        self.assertEqual(self.breaches({"wire": 49.9}, self.half()), [])

    def test_below_a_floor_the_room_and_both_figures_are_told(self):
        sentence, = self.breaches({"wire": 50.1}, self.half())
        self.assertRegex(sentence, r"^wire is at 50\.0 %, below its floor of 50\.1 %")

    def test_a_room_needs_a_floor(self):
        sentence, = self.breaches({}, self.half())
        self.assertIn("wire has no floor", sentence)

    def test_a_floor_needs_a_room(self):
        sentence, = self.breaches({"wire": 50, "gone": 80}, self.half())
        self.assertIn("gone has a floor", sentence)

    def test_floors_are_read_without_remarks_and_empty_lines(self):
        self.assertEqual(coverage.read_floors(["# rooms\n", "\n", "wire 97.5  # ends in asserts\n", "emit 90\n"]), {"wire": 97.5, "emit": 90})

    def test_a_line_that_is_no_floor_is_named(self):
        for bad in ["wire", "wire ninety", "wire 90 91"]:
            with self.subTest(bad), self.assertRaisesRegex(SystemExit, "line 2: .*`" + bad):
                coverage.read_floors(["emit 90", bad])

    def test_the_floors_of_the_tree_can_be_read(self):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "floors.txt"), encoding="utf-8") as file:
            self.assertIn("wire", coverage.read_floors(file))


class Printing(unittest.TestCase):
    def test_the_table_has_a_row_for_each_room_and_their_sum(self):
        rooms = coverage.tally(reached(report("../../src/wire/a.cpp", line(1, 1, [1, 0]), line(2, 0)), report("../../src/emit/b.cpp", line(1, 1))))
        rows = [row.split() for row in coverage.table(rooms, {"wire": 40})]
        self.assertEqual(rows[1:], [["emit", "1", "1", "100.0", "-", "0", "0", "100.0"],
                                    ["wire", "2", "1", "50.0", "40", "2", "1", "50.0"],
                                    ["all", "3", "2", "66.7", "2", "1", "50.0"]])

    def test_unreached_lines_are_told_as_spans_over_lines_without_code(self):
        lines = [line(1, 1), line(2, 0), line(4, 0), line(5, 0), line(6, 1), line(9, 0)]
        counted = reached(report("../../src/wire/a.cpp", *lines), report("../../src/wire/b.cpp", line(1, 1)),
                          report("../../src/emit/c.cpp", line(1, 0)))
        self.assertEqual(list(coverage.unreached(counted, "wire")), ["src/wire/a.cpp: 2-5, 9"])


class Verdict(unittest.TestCase):
    def status(self, floor, *rooms):
        counted = reached(report("../../src/wire/a.cpp", line(1, 1), line(2, 0)))
        output = io.StringIO()
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as floors, mock.patch.object(coverage, "collect", return_value=counted):
            floors.write(f"wire {floor}\n")
            floors.flush()
            with contextlib.redirect_stdout(output):
                status = coverage.main([ROOT, BUILD, floors.name, *rooms])
        return status, output.getvalue()

    def test_the_exit_status_tells_whether_all_floors_hold(self):
        self.assertEqual(self.status(50)[0], 0)
        status, text = self.status(51)
        self.assertEqual(status, 1)
        self.assertIn("coverage: wire is at 50.0 %", text)

    def test_a_named_room_has_its_unreached_lines_listed(self):
        self.assertIn("src/wire/a.cpp: 2\n", self.status(50, "wire")[1])

    def test_an_unknown_room_is_refused_with_those_that_there_are(self):
        with self.assertRaisesRegex(SystemExit, "no room 'wires': wire"):
            self.status(50, "wires")


if __name__ == "__main__":
    unittest.main()
