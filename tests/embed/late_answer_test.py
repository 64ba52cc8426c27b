# SPDX-License-Identifier: MIT
"""The example of a command that is answered later, from another thread, does what it says.

usage: late_answer_test.py EXAMPLE
"""

import socket
import sys
import unittest

from example_client import ExampleCase

EXAMPLE = sys.argv.pop(1)
FOR_EVER = 1 << 40  # steps


class LateAnswer(ExampleCase):
    def setUp(self):
        super().setUp()
        self.start(EXAMPLE, self.path)

    def quit(self, client):
        self.assertEqual(client.ask("quit")[0], {"return": {}, "id": "quit"})
        return self.ended()

    def test_replies_keep_their_order_and_events_precede_them(self):
        client, other = self.connect(), self.connect()
        client.send("dump-memory", steps=50)
        client.send("query-version")
        other.send("query-name")
        self.assertEqual(other.reply()[0], {"return": {}, "id": "query-name"})
        self.assertEqual(client.reply(), ({"return": 50, "id": "dump-memory"}, ["STOP"]))
        self.assertEqual(client.reply()[0]["id"], "query-version")
        self.assertEqual(self.quit(client), "abandoned 0\n")

    def test_a_session_that_goes_cancels_its_call_and_frees_the_worker(self):
        going, client = self.connect(), self.connect()
        going.send("dump-memory", steps=FOR_EVER)
        going.close()
        # Behind it in the worker's queue: answered only if the worker saw that the first is cancelled.
        client.send("dump-memory", steps=1)
        self.assertEqual(client.reply()[0], {"return": 1, "id": "dump-memory"})
        self.assertEqual(client.ask("query-abandoned")[0]["return"], 1)
        self.assertEqual(self.quit(client), "abandoned 1\n")

    def test_a_session_that_only_stops_sending_gets_its_reply(self):
        client, other = self.connect(), self.connect()
        client.send("dump-memory", steps=50)
        client.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(client.reply()[0], {"return": 50, "id": "dump-memory"})
        self.assertIsNone(client.receive())
        self.assertEqual(self.quit(other), "abandoned 0\n")

    def test_the_end_of_the_server_cancels_what_is_pending(self):
        waiting, queued, client = self.connect(), self.connect(), self.connect()
        waiting.send("dump-memory", steps=FOR_EVER)
        queued.send("dump-memory", steps=FOR_EVER)
        client.ask("query-name")
        output = self.quit(client)
        self.assertIn(output, ("abandoned 0\n", "abandoned 1\n", "abandoned 2\n"))  # as many as had begun
        for each in (waiting, queued):
            self.assertIsNone(each.reply()[0])


if __name__ == "__main__":
    unittest.main()
