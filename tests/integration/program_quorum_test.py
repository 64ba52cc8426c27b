# SPDX-License-Identifier: MIT
"""`qmpev serve --quorum`: a machine whose disk stands on image files, and every sentence that refuses one.

usage: program_quorum_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import ProgramTest  # noqa: E402


class QuorumTest(ProgramTest):
    def image(self, name, size=4096, value=b"\0"):
        with open(self.path(name), "wb") as file:
            file.write(value * size)
        return self.path(name)

    def refuse(self, option, status):
        """Refused with one sentence before anything listens; returns the sentence."""
        socket = self.path("a.sock")
        refused = self.run_program("serve", "--listen", "unix:" + socket, "--quorum", option)
        self.assertEqual((refused.returncode, refused.stdout), (status, ""), refused.stderr)
        self.assertEqual(refused.stderr.count("\n"), 1)
        self.assertFalse(os.path.exists(socket))
        return refused.stderr

    def serve_disk(self, *settings):
        process = self.serve("--listen", "unix:" + self.path("a.sock"), "--quorum", ",".join(("vda",) + settings))
        return process, self.connect(self.path("a.sock"))


class RefusalTest(QuorumTest):
    def test_wrong_usage_is_told_what_to_write(self):
        for option, sentence in [
            ("", "is no name for a node"),
            ("vda", "--quorum vda has no file: use NAME,file=PATH"),
            ("vda,file=a,threshold=2", "cannot be met by 1 file"),
            ("vda,file=a,pattern=none", "use pattern=quorum or pattern=fifo"),
            ("vda,file=a,b", "(a comma in a path is doubled)"),
        ]:
            with self.subTest(option=option):
                self.assertIn(sentence, self.refuse(option, 2))

    def test_options_that_exclude_each_other(self):
        option = "vda,file=" + self.image("a")
        for words, sentence in [(["--demo", "--quorum", option], "leave out --quorum"),
                                (["--scenario", "demo", "--quorum", option], "leave out --quorum"),
                                (["--quorum", option, "--quorum", option], "--quorum can be given once"),
                                (["--quorum"], "--quorum needs a value: --quorum NAME,file=PATH")]:
            with self.subTest(words=words):
                refused = self.run_program("serve", *words)
                self.assertEqual(refused.returncode, 2)
                self.assertIn(sentence, refused.stderr)

    def test_files_that_cannot_be_a_disk(self):
        good = "vda,file=" + self.image("a")
        self.assertIn(f"there is no image {self.path('b')}", self.refuse(f"{good},file={self.path('b')}", 1))
        self.assertIn("is a folder", self.refuse(f"{good},file={self.folder}", 1))
        self.assertIn("no regular file", self.refuse(f"{good},file=/dev/null", 1))
        self.assertIn("is empty", self.refuse(f"{good},file={self.image('empty', 0)}", 1))
        self.assertIn("are the same file", self.refuse(f"{good},file={self.path('a')}", 1))
        os.link(self.path("a"), self.path("link"))
        self.assertIn("are the same file", self.refuse(f"{good},file={self.path('link')}", 1))
        sentence = self.refuse(f"{good},file={self.image('long', 8192)}", 1)
        self.assertIn(f"{self.path('a')} has 4096 bytes and {self.path('long')} 8192", sentence)


class TriggerTest(QuorumTest):
    """The guest's requests and the copies' faults, through x-qmpev-trigger."""

    def serve_three(self, *settings, value=b"x"):
        self.files = [self.image(name, 64 << 10, value) for name in ("a", "b", "c")]
        process, client = self.serve_disk(*("file=" + file for file in self.files), *settings)
        return process, client

    def trigger(self, client, action, **arguments):
        """What was done; the events that came before the reply are in client.lines."""
        answer = client.execute("x-qmpev-trigger", device="quorum", action=action, arguments=arguments)
        return answer["return"]["cause"]

    def reports(self, client):
        return [(event["event"], event["data"]) for event in client.events()]

    def test_a_file_that_differs_is_outvoted_and_told(self):
        process, client = self.serve_three()
        with open(self.files[1], "r+b") as file:
            file.seek(8192)
            file.write(b"rot")
        self.assertEqual(self.trigger(client, "read", offset="8192", bytes="1024"),
                         "guest read 1024 bytes at 8192 from vda: done")
        self.assertEqual(self.reports(client), [
            ("QUORUM_REPORT_BAD", {"node-name": "vda-1", "sector-num": 16, "sector-count": 2})])
        self.end(process)

    def test_a_file_that_shrank_is_rewritten(self):
        process, client = self.serve_three("rewrite=on")
        os.truncate(self.files[2], 100)
        for _ in range(2):
            self.assertIn(": done", self.trigger(client, "read", offset="512", bytes="512"))
        self.assertEqual(self.reports(client), [
            ("QUORUM_REPORT_BAD", {"node-name": "vda-2", "sector-num": 1, "sector-count": 1})])
        with open(self.files[2], "rb") as file:
            self.assertEqual(file.read(), b"x" * 100 + b"\0" * 412 + b"x" * 512)
        self.end(process)

    def test_what_the_guest_writes_is_in_every_file(self):
        process, client = self.serve_three(value=b"\0")
        self.assertEqual(self.trigger(client, "write", offset="4096", bytes="512", value="0x41"),
                         "guest wrote 512 bytes at 4096 to vda: done")
        self.assertEqual(self.trigger(client, "flush"), "guest flushed vda: done")
        self.assertEqual(self.trigger(client, "write", offset="64K"),
                         "guest wrote 512 bytes at 65536 to vda: Input/output error")
        for path in self.files:
            with open(path, "rb") as file:
                self.assertEqual(file.read(), b"\0" * 4096 + b"A" * 512 + b"\0" * ((64 << 10) - 4608))
        self.assertEqual(self.reports(client), [])
        self.end(process)

    def test_two_broken_copies_fail_the_guest(self):
        process, client = self.serve_three()
        self.assertEqual(self.trigger(client, "fail", child="0"), "host broke vda-0: reads fail (Input/output error)")
        self.trigger(client, "fail", child="vda-1", error="enospc")
        self.assertEqual(self.trigger(client, "read"), "guest read 512 bytes at 0 from vda: No space left on device")
        self.assertEqual([(name, data.get("error")) for name, data in self.reports(client)], [
            ("QUORUM_REPORT_BAD", "Input/output error"), ("QUORUM_REPORT_BAD", "No space left on device"),
            ("QUORUM_FAILURE", None)])
        self.assertEqual(self.trigger(client, "heal"), "host healed all copies of vda")
        self.assertEqual(self.trigger(client, "read"), "guest read 512 bytes at 0 from vda: done")
        self.end(process)

    def test_a_machine_whose_copy_is_late_ends_at_once(self):
        process, client = self.serve_three()
        self.trigger(client, "delay", child="1", ms="10000")
        client.socket.sendall(b'{"execute": "x-qmpev-trigger", "arguments": {"device": "quorum", "action": "read"}}')
        other = self.connect(self.path("a.sock"))
        self.assertEqual(other.execute("query-status")["return"]["status"], "running")
        begin = time.monotonic()
        self.end(process)
        self.assertLess(time.monotonic() - begin, 9, "the end waited for the copy")


class ServeTest(QuorumTest):
    def test_images_are_held_while_the_machine_runs_and_are_not_changed(self):
        files = [self.image(name, value=b"x") for name in ("a", "b", "with,comma")]
        process, _ = self.serve_disk(*("file=" + file.replace(",", ",,") for file in files))
        held = {os.path.realpath(f"/proc/{process.pid}/fd/{name}") for name in os.listdir(f"/proc/{process.pid}/fd")}
        self.assertLessEqual({os.path.realpath(file) for file in files}, held)
        self.end(process)
        for file in files:
            with open(file, "rb") as content:
                self.assertEqual(content.read(), b"x" * 4096)

    def test_images_that_vanish_do_not_end_the_machine(self):
        files = [self.image(name) for name in ("a", "b", "c")]
        process, client = self.serve_disk(*("file=" + file for file in files))
        os.truncate(files[0], 0)
        os.unlink(files[1])
        os.replace(self.image("d", 10), files[2])
        self.assertEqual(client.execute("query-status")["return"]["status"], "running")
        self.end(process)


if __name__ == "__main__":
    unittest.main()
