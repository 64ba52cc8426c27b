# SPDX-License-Identifier: MIT
"""The example in C on GLib's loop: a command that its device answers, and an end behind the last words.

usage: glib_c99_test.py EXAMPLE
"""

import subprocess
import sys
import unittest

from example_client import PATIENCE_SECONDS, ExampleCase

EXAMPLE = sys.argv.pop(1)
BYTES = 256 << 20


class GlibC99(ExampleCase):
    def started(self):
        self.start(EXAMPLE, self.path)
        return self.connect()

    def check_last_words(self, client, reason):
        self.assertEqual(client.event(), ("SHUTDOWN", {"guest": False, "reason": reason}))

    def test_the_device_emits_and_then_answers(self):
        client = self.started()
        client.send("balloon", value=BYTES)
        self.assertEqual(client.event(), ("BALLOON_CHANGE", {"actual": BYTES}))
        self.assertEqual(client.receive(), {"return": {}, "id": "balloon"})

    def test_a_guest_gives_back_no_more_than_it_has(self):
        client = self.started()
        client.send("balloon", value=1 << 40)
        self.assertEqual(client.event(), ("BALLOON_CHANGE", {"actual": 1 << 30}))

    def test_arguments_are_checked_before_the_device_hears_of_them(self):
        reply, events = self.started().ask("balloon", value="much")
        self.assertIn("value", reply["error"]["desc"])
        self.assertEqual(events, [])

    def test_quit_ends_it_behind_the_last_words_and_the_reply(self):
        client, other = self.started(), self.connect()
        client.send("quit")
        self.check_last_words(client, "host-qmp-quit")
        self.assertEqual(client.receive(), {"return": {}, "id": "quit"})
        self.check_last_words(other, "host-qmp-quit")
        for each in (client, other):
            self.assertIsNone(each.receive())
        self.ended()

    def test_what_a_rate_limit_holds_back_goes_out_at_the_end(self):
        client = self.started()
        client.ask("balloon", value=BYTES)
        client.ask("balloon", value=2 * BYTES)
        client.ask("balloon", value=3 * BYTES)
        self.process.terminate()
        events = []
        while (message := client.receive()) is not None:
            events.append((message["event"], message["data"]))
        # How many went out before depends on the clock; the latest is never lost.
        self.assertIn(("BALLOON_CHANGE", {"actual": 3 * BYTES}), events)
        self.assertIn(("SHUTDOWN", {"guest": False, "reason": "host-signal"}), events)
        self.ended()

    def test_calls_in_the_devices_queue_end_well(self):
        client, other = self.started(), self.connect()
        client.send("balloon", value=BYTES)
        self.process.terminate()
        reply, _ = client.reply()
        self.assertIn(reply, ({"return": {}, "id": "balloon"}, None))  # None: the signal came first
        self.assertIsNone(other.reply()[0])
        self.ended()

    def test_a_path_that_cannot_be_is_refused_with_a_sentence(self):
        done = subprocess.run([EXAMPLE, self.path + "/missing/s"], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        self.assertEqual(done.returncode, 1)
        self.assertIn("missing", done.stderr)


if __name__ == "__main__":
    unittest.main()
