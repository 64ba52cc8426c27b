# SPDX-License-Identifier: MIT
"""The table, the verdicts and the pictures, of figures that are made up here.

usage: bench_test.py BENCH
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import bench
import plot

BENCH = sys.argv.pop(1)
WAIT_SECONDS = 60


def row(**changes):
    return {"group": "emit", "what": "emit", "unit": "ns", "ours": 15.0, "floor": 10.0, "floor_is": "the least", "goal": "none", **changes}


class Table(unittest.TestCase):
    def test_a_figure_stands_beside_its_floor(self):
        words = bench.line(row(naive=2500.0)).split()
        self.assertEqual(words, ["emit", "15", "ns", "10", "ns", "2500", "ns", "1.50x", "the", "least"])

    def test_what_is_large_has_a_larger_unit(self):
        self.assertEqual(bench.quantity(5.9e6, "/s"), "5900000 /s")
        self.assertEqual(bench.quantity(25.8e6, "/s"), "25.8 M/s")
        self.assertEqual(bench.quantity(14.4e6, "ns"), "14.4 ms")
        self.assertEqual(bench.quantity(0.5, "ns"), "0.5 ns")

    def test_a_small_ratio_is_a_fraction(self):
        self.assertEqual(bench.ratio(row(ours=1.0, floor=250.0)), "1/250x")
        self.assertEqual(bench.ratio(row(floor=None)), "")

    def test_each_goal_passes_at_its_target_and_falls_short_behind(self):
        for goal, target, beyond in (("ratio-at-most", 1.5, 1.49), ("ratio-at-least", 1.5, 1.51), ("at-most", 15, 14.9), ("at-least", 15, 15.1),
                                     ("at-most-above", 5, 4.9)):
            with self.subTest(goal):
                self.assertTrue(bench.verdict(row(goal=goal, target=target)).startswith("pass"))
                self.assertTrue(bench.verdict(row(goal=goal, target=beyond)).startswith("short"))

    def test_a_row_without_figures_is_a_sentence(self):
        self.assertEqual(bench.line({"what": "there is none", "unit": "", "goal": "none", "floor_is": ""}), "there is none")


class Pictures(unittest.TestCase):
    def test_they_show_what_was_measured(self):
        rows = [row(group="fan-out", what=f"CPU per event and client, delivery to {n}", naive=100.0) for n in (1, 8)]
        with tempfile.TemporaryDirectory() as folder:
            plot.write(rows, folder)
            self.assertEqual(os.listdir(folder), ["fan-out.svg"])
            root = xml.etree.ElementTree.parse(os.path.join(folder, "fan-out.svg")).getroot()
        lines = [line.get("points").split() for line in root.iter("{http://www.w3.org/2000/svg}polyline")]
        self.assertEqual([len(points) for points in lines], [2, 2, 2])
        heights = [float(points[0].split(",")[1]) for points in lines]
        self.assertLess(heights[2], heights[0])  # what costs more stands higher
        self.assertLess(heights[0], heights[1])


class Program(unittest.TestCase):
    def run_bench(self, *groups):
        return subprocess.run([BENCH, *groups], capture_output=True, text=True, timeout=WAIT_SECONDS, check=False)

    def test_its_rows_are_those_of_the_group(self):
        done = self.run_bench("sessions")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual({each["group"] for each in rows}, {"sessions"})
        for each in rows:
            self.assertGreater(each["ours"], 500)  # bytes: a session is something

    def test_a_group_that_is_none_is_refused(self):
        done = self.run_bench("sesions")
        self.assertEqual(done.returncode, 2)
        for name in bench.GROUPS:
            self.assertIn(name, done.stderr)


if __name__ == "__main__":
    unittest.main()
