# SPDX-License-Identifier: MIT
"""The example of an event of the embedder's own: who asks receives it, who does not sees plain QMP.

usage: own_event_test.py EXAMPLE
"""

import sys
import unittest

from example_client import ExampleCase

EXAMPLE = sys.argv.pop(1)


class OwnEvent(ExampleCase):
    def test_it_goes_to_who_asks(self):
        self.start(EXAMPLE, self.path)
        plain, asking = self.connect(), self.connect()
        self.assertEqual(asking.ask("x-qmpev-filter", events=["X_*"]), ({"return": {}, "id": "x-qmpev-filter"}, []))
        self.assertEqual(plain.ask("dim", id="hall"), ({"return": {}, "id": "dim"}, []))
        self.assertEqual(asking.event(), ("X_LAMP_CHANGED", {"id": "hall", "level": 40}))
        self.assertEqual(plain.ask("quit"), ({"return": {}, "id": "quit"}, []))
        self.ended()


if __name__ == "__main__":
    unittest.main()
