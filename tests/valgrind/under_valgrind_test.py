# SPDX-License-Identifier: MIT
"""What runs under valgrind, and what becomes of what it finds; tried with a script in valgrind's place."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import under_valgrind  # noqa: E402

# Writes into its log what $FINDING says, and becomes the program.
IN_ITS_PLACE = """#!/bin/sh
log=${1#--log-file=}
shift
printf '%s' "$FINDING" >"$(dirname "$log")/$$.log"
exec "$@"
"""
RUNS_ITS_ARGUMENT = "import subprocess, sys; subprocess.run(sys.argv[1:], check=False)"


class UnderValgrind(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="qmpev-")
        self.addCleanup(folder.cleanup)
        self.script = os.path.join(folder.name, "it")
        with open(self.script, "w", encoding="ascii") as file:
            file.write(IN_ITS_PLACE)
        os.chmod(self.script, 0o700)

    def run_one(self, *command, finding=""):
        """(exit status, what was found) of one test."""
        told = io.StringIO()
        with mock.patch.object(under_valgrind, "VALGRIND", [self.script]), mock.patch.dict(os.environ, FINDING=finding), \
                contextlib.redirect_stderr(told):
            status = under_valgrind.main(list(command))
        return status, told.getvalue()

    def test_a_program_that_passes_has_passed(self):
        self.assertEqual(self.run_one("/bin/true"), (0, ""))

    def test_a_program_that_fails_has_failed_as_it_did(self):
        self.assertEqual(self.run_one("/bin/sh", "-c", "exit 7")[0], 7)

    def test_one_that_a_signal_ended_has_failed(self):
        self.assertEqual(self.run_one("/bin/sh", "-c", "kill -TERM $$")[0], 128 + 15)

    def test_a_finding_fails_a_test_that_passed_and_is_told(self):
        self.assertEqual(self.run_one("/bin/true", finding="==1== 1 byte is lost\n"), (under_valgrind.FOUND, "==1== 1 byte is lost\n\n"))

    def test_a_finding_in_a_program_that_a_script_runs_fails_the_script(self):
        self.assertEqual(self.run_one(sys.executable, "-c", RUNS_ITS_ARGUMENT, "/bin/true", finding="==1== lost")[0], under_valgrind.FOUND)

    def test_what_valgrind_says_of_itself_is_no_finding(self):
        self.assertEqual(self.run_one("/bin/true", finding="--1-- WARNING: unhandled amd64-linux syscall: 434\n"), (0, ""))

    def test_a_script_itself_is_not_looked_at(self):
        self.assertEqual(self.run_one(sys.executable, "-c", "pass", finding="==1== lost"), (0, ""))

    def test_what_stands_in_has_the_programs_name_and_its_arguments(self):
        with tempfile.TemporaryDirectory(prefix="a folder ") as folder:
            python, script, program, word = under_valgrind.wrapped(folder, [sys.executable, __file__, "/bin/true", "word"])
            self.assertEqual((python, script, word), (sys.executable, __file__, "word"))
            self.assertEqual(os.path.basename(program), "true")
            with open(program, encoding="utf-8") as file:
                self.assertIn('/bin/true "$@"', file.read())

    def test_what_cannot_work_there_is_skipped_with_its_reason(self):
        told = io.StringIO()
        with mock.patch.dict(under_valgrind.LEFT_OUT, true="it may not"), contextlib.redirect_stdout(told):
            self.assertEqual(self.run_one("/bin/true", finding="==1== lost")[0], under_valgrind.SKIPPED)
        self.assertIn("it may not", told.getvalue())

    def test_a_case_that_cannot_work_is_left_out_in_the_words_of_catch2_with_its_reason(self):
        told = io.StringIO()
        with mock.patch.dict(under_valgrind.CASES_LEFT_OUT, x_test={"no fd": "why not"}), contextlib.redirect_stdout(told):
            self.assertEqual(under_valgrind.without_cases(["/b/x_test", "-d"]), ["/b/x_test", "-d", "~no fd*"])
            self.assertEqual(under_valgrind.without_cases(["/b/y_test"]), ["/b/y_test"])
        self.assertEqual(told.getvalue(), '"no fd..." is left out under valgrind: why not\n')


if __name__ == "__main__":
    unittest.main()
