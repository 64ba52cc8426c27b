# SPDX-License-Identifier: MIT
"""`qmpev serve --quorum`: a machine whose disk stands on image files, and every sentence that refuses one.

usage: program_quorum_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import os
import sys
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
