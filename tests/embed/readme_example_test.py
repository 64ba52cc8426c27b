# SPDX-License-Identifier: MIT
"""The README's embedding example does what the README says.

usage: readme_example_test.py EXAMPLE
"""

import sys
import unittest

from example_client import ExampleCase

EXAMPLE = sys.argv.pop(1)


class ReadmeExample(ExampleCase):
    def test_a_client_sees_the_event_the_reply_and_the_end(self):
        self.start(EXAMPLE, self.path)
        client = self.connect()
        client.send("balloon", value=256 << 20)
        self.assertEqual(client.event(), ("BALLOON_CHANGE", {"actual": 256 << 20}))
        self.assertEqual(client.receive(), {"return": {}, "id": "balloon"})

        client.send("quit")
        self.assertEqual(client.receive(), {"return": {}, "id": "quit"})
        self.assertIsNone(client.receive())
        self.ended()


if __name__ == "__main__":
    unittest.main()
