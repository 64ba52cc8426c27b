# SPDX-License-Identifier: MIT
"""The closing line of ./dev test is only as good as this count."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import count_tests  # noqa: E402


def log(result, stdout="", stderr=""):
    return json.dumps({"name": "x", "result": result, "stdout": stdout, "stderr": stderr})


class CountTests(unittest.TestCase):
    def counted(self, *lines, status=0):
        return count_tests.count_log(lines, status)

    def test_a_catch2_executable_counts_as_its_test_cases(self):
        text = "====\nAll tests passed (120 assertions in 31 test cases)\n\n"
        self.assertEqual(self.counted(log("OK", text)), (31, 0, 0))

    def test_one_single_catch2_test_case_is_read_too(self):
        self.assertEqual(self.counted(log("OK", "All tests passed (1 assertion in 1 test case)\n")), (1, 0, 0))

    def test_failed_catch2_test_cases_are_failures(self):
        text = "test cases: 3 | 2 passed | 1 failed\nassertions: 3 | 2 passed | 1 failed\n"
        self.assertEqual(self.counted(log("FAIL", text), status=1), (2, 1, 0))

    def test_a_unittest_script_counts_as_its_tests(self):
        text = ".sF\n-----\nRan 5 tests in 0.000s\n\nFAILED (failures=1, errors=1, skipped=1)\n"
        self.assertEqual(self.counted(log("FAIL", stderr=text), status=1), (2, 2, 1))

    def test_anything_else_counts_as_one(self):
        self.assertEqual(self.counted(log("OK"), log("FAIL"), status=1), (1, 1, 0))

    def test_a_skipped_test_is_neither_passed_nor_failed(self):
        self.assertEqual(self.counted(log("OK"), log("SKIP")), (1, 0, 1))

    def test_a_process_that_dies_after_a_good_summary_has_failed(self):
        text = "All tests passed (3 assertions in 2 test cases)\n==1==ERROR: LeakSanitizer\n"
        self.assertEqual(self.counted(log("FAIL", text), status=1), (2, 1, 0))

    def test_a_test_that_ran_out_of_time_has_failed(self):
        self.assertEqual(self.counted(log("TIMEOUT"), status=1), (0, 1, 0))

    def test_a_run_that_ran_nothing_has_failed(self):
        self.assertEqual(self.counted(), (0, 1, 0))

    def test_a_run_that_failed_as_a_whole_has_failed(self):
        self.assertEqual(self.counted(log("OK"), status=2), (1, 1, 0))


if __name__ == "__main__":
    unittest.main()
