# SPDX-License-Identifier: MIT
"""`--transcript`: what a client wrote and got stands in the file, whatever the client writes and whatever the file does.

usage: program_transcript_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import json
import os
import resource
import socket
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import QMPEV, WAIT_SECONDS, ProgramTest  # noqa: E402


def strict(line):
    """One record; fails on what a strict reader would not take."""
    def no_constant(word):
        raise AssertionError(f"{word} is no JSON")

    def no_duplicates(pairs):
        assert len(pairs) == len(dict(pairs)), pairs
        return dict(pairs)

    return json.loads(line.decode("ascii"), parse_constant=no_constant, object_pairs_hook=no_duplicates)


def bytes_of(record):
    return record["bytes"].encode("latin-1") if "bytes" in record else record["text"].encode("utf-8")


class TranscriptTest(ProgramTest):
    def records(self):
        with open(self.path("t.jsonl"), "rb") as file:
            content = file.read()
        self.assertTrue(content.endswith(b"\n"))
        return [strict(line) for line in content.splitlines()]

    def passed(self, client, direction):
        return b"".join(bytes_of(record) for record in self.records()
                        if record.get("client") == client and record["direction"] == direction)

    def serve_recorded(self, suffix=""):
        return self.serve("--listen", "unix:" + self.path("a.sock"), "--listen",
                          "unix:" + self.path("q.sock") + ",wire=qemu", "--transcript",
                          self.path("t.jsonl") + suffix)

    def test_both_directions_of_every_monitor_are_recorded_byte_for_byte(self):
        process = self.serve_recorded()
        wrote, got = {}, {}
        hostile = [b'{"execute": "qmp_capabilities"}\r\n{"execute":"query-name", "id": "\xc3\xa9"}',
                   b'\xff\xfe\xc0\x80 no text {"execute": "\xed\xa0\x80"}\n\n{"execute": "qmp_capabilities"}\x00']
        for number, (name, request) in enumerate(zip(("a.sock", "q.sock"), hostile), 1):
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(WAIT_SECONDS)
                client.connect(self.path(name))
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                wrote[number] = request
                got[number] = b"".join(iter(lambda: client.recv(65536), b""))
        self.end(process)
        records = self.records()
        for number, name in ((1, "a.sock"), (2, "q.sock")):
            self.assertEqual(self.passed(number, "received"), wrote[number])
            self.assertEqual(self.passed(number, "sent"), got[number])
            own = [record for record in records if record["client"] == number]
            self.assertEqual({record["socket"] for record in own}, {self.path(name)})
            directions = [record["direction"] for record in own]
            self.assertEqual((directions[0], directions[-1]), ("opened", "closed"))
            self.assertEqual(directions.count("opened") + directions.count("closed"), 2)
        times = [record["time"] for record in records]
        self.assertEqual(times, sorted(times))
        self.assertEqual(stat.S_IMODE(os.stat(self.path("t.jsonl")).st_mode), 0o600)

    def test_the_last_words_of_the_machine_are_recorded(self):
        process = self.serve_recorded()
        client = self.connect(self.path("a.sock"))
        client.execute("quit")
        client.read_all()
        process.communicate(timeout=WAIT_SECONDS)
        lines = self.passed(1, "sent").splitlines()
        self.assertEqual([json.loads(line) for line in lines], client.lines)
        self.assertEqual(client.events()[-1]["event"], "SHUTDOWN")

    def test_a_file_that_exists_is_refused_and_left_alone(self):
        with open(self.path("t.jsonl"), "w", encoding="ascii") as file:
            file.write("precious")
        refused = self.run_program("serve", "--transcript", self.path("t.jsonl"))
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn("remove it or name another file", refused.stderr)
        with open(self.path("t.jsonl"), encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")
        self.assertFalse(os.path.exists(self.path("qmpev/default.sock")))

    def test_a_refused_monitor_leaves_no_empty_transcript(self):
        refused = self.run_program("serve", "--listen", "unix:" + self.path("missing/a.sock"), "--transcript",
                                   self.path("t.jsonl"))
        self.assertEqual(refused.returncode, 1)
        self.assertFalse(os.path.exists(self.path("t.jsonl")))

    def test_a_missing_folder_and_wrong_words_are_told(self):
        for option, status, sentence in [("missing/t", 1, "its folder does not exist"),
                                         ("t,limit=1", 2, "limit=4K or more"), (",limit=1M", 2, "--transcript FILE")]:
            with self.subTest(option=option):
                refused = self.run_program("serve", "--transcript", option, cwd=self.folder)
                self.assertEqual(refused.returncode, status)
                self.assertIn(sentence, refused.stderr)

    def test_at_its_limit_recording_stops_and_the_machine_goes_on(self):
        process = self.serve_recorded(",limit=4K")
        client = self.connect(self.path("a.sock"))
        for _ in range(100):
            self.assertIn("return", client.execute("query-status"))
        process.terminate()
        _, errors = process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(errors.count("reached its limit of 4096 bytes"), 1)
        self.assertEqual(errors.count("\n"), 1)
        self.assertLessEqual(os.path.getsize(self.path("t.jsonl")), 4096)
        last = self.records()[-1]
        self.assertEqual((last["direction"], last["limit"]), ("stopped", 4096))

    def test_a_disk_that_is_full_ends_the_recording_and_not_the_machine(self):
        process = subprocess.Popen(
            [QMPEV, "serve", "--listen", "unix:" + self.path("a.sock"), "--transcript", self.path("t.jsonl")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "GCOV_PREFIX": self.path("counts")},  # of ./dev coverage: files that are cut would spoil all others'
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)))
        self.addCleanup(self.reap, process)
        process.stdout.readline()
        client = self.connect(self.path("a.sock"))
        for _ in range(100):
            self.assertIn("return", client.execute("query-status"))
        process.terminate()
        _, errors = process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(errors, f"qmpev: the transcript {self.path('t.jsonl')} records nothing more: File too large\n")
        self.assertGreater(len(self.records()), 3)


if __name__ == "__main__":
    unittest.main()
