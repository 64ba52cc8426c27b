# SPDX-License-Identifier: MIT
"""Counts what a run of `meson test` did, by test case and not only by executable.

usage: count_tests.py TESTLOG_JSON MESON_EXIT_STATUS
prints three numbers: passed failed skipped

A Catch2 executable counts as its test cases, a unittest script as its tests, anything else as one. The count never
says better than meson: a test that meson calls failed adds at least one failure, whatever it printed (a sanitizer
may end a process after its summary), and so does a run that failed as a whole or that ran nothing.
"""

import json
import re
import sys

CATCH_ALL_PASSED = re.compile(r"^All tests passed \(\d+ assertions? in (\d+) test cases?\)", re.M)
CATCH_SUMMARY = re.compile(r"^test cases: +(\d+) \|(.*)$", re.M)
CATCH_PART = re.compile(r"(\d+) (passed|failed|failed as expected)\b")
UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in ", re.M)
UNITTEST_PART = re.compile(r"(failures|errors|skipped|unexpected successes)=(\d+)")

GOOD_RESULTS = {"OK", "EXPECTEDFAIL"}


def count_catch(text):
    """(passed, failed, skipped) of a Catch2 console report, or None."""
    everything = CATCH_ALL_PASSED.findall(text)
    if everything:
        return int(everything[-1]), 0, 0
    summaries = CATCH_SUMMARY.findall(text)
    if not summaries:
        return None
    parts = {word: int(number) for number, word in CATCH_PART.findall(summaries[-1][1])}
    return parts.get("passed", 0), parts.get("failed", 0), 0


def count_unittest(text):
    """(passed, failed, skipped) of a unittest report, or None."""
    ran = UNITTEST_RAN.findall(text)
    if not ran:
        return None
    last_line = text[text.rindex("\nRan ") if "\nRan " in text else 0:]
    parts = {word: int(number) for word, number in UNITTEST_PART.findall(last_line)}
    failed = parts.get("failures", 0) + parts.get("errors", 0) + parts.get("unexpected successes", 0)
    skipped = parts.get("skipped", 0)
    return max(int(ran[-1]) - failed - skipped, 0), failed, skipped


def count_one(entry):
    """(passed, failed, skipped) of one entry of meson's log."""
    good = entry["result"] in GOOD_RESULTS
    if entry["result"] == "SKIP":
        return 0, 0, 1
    text = entry.get("stdout", "") + "\n" + entry.get("stderr", "")
    passed, failed, skipped = count_catch(text) or count_unittest(text) or (int(good), int(not good), 0)
    if not good and failed == 0:
        failed = 1
    return passed, failed, skipped


def count_log(lines, status):
    """(passed, failed, skipped) of a whole log; `status` is meson's exit status."""
    totals = [0, 0, 0]
    for line in lines:
        if line.strip():
            totals = [a + b for a, b in zip(totals, count_one(json.loads(line)))]
    if totals[1] == 0 and (status != 0 or totals[0] == 0):
        totals[1] = 1
    return tuple(totals)


def main(arguments):
    path, status = arguments
    try:
        with open(path, encoding="utf-8", errors="replace") as log:
            lines = log.readlines()
    except FileNotFoundError:
        lines = []
    print(*count_log(lines, int(status)))


if __name__ == "__main__":
    main(sys.argv[1:])
