# SPDX-License-Identifier: MIT
"""What the program says of its interface, beside what QEMU 10.0.2 says of the same commands and events.

introspection_test.py QMPEV CAPTURE            runs the tests
introspection_test.py --capture SCHEMA.json    prints the capture of an answer to query-qmp-schema (its `return`): our
                                               commands and events, as support/introspected.py tells them
"""

import json
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from introspected import Introspected  # noqa: E402

# Where ours knows less than QEMU, and says so.
NARROWER = {
    "query-cpus-fast": "there are processors of one architecture",
}


def capture(path):
    with open(path, encoding="utf-8") as file:
        qemu = Introspected(json.load(file))
    with open(os.path.join(HERE, "data", "introspection.json"), encoding="utf-8") as file:
        names = json.load(file)["names"]
    json.dump({"names": names, "told": {name: qemu.told(name) for name in names}}, sys.stdout, indent=1, sort_keys=True)


if sys.argv[1] == "--capture":
    capture(sys.argv[2])
    sys.exit(0)

CAPTURE = sys.argv.pop(2)
from program import ProgramTest  # noqa: E402


class IntrospectionTest(ProgramTest):
    def setUp(self):
        super().setUp()
        listen = [f"unix:{self.path(name)},{options}" for name, options in
                  [("qemu", "wire=qemu"), ("document", "wire=document"), ("events", "wire=qemu,role=events")]]
        self.process = self.serve(*(word for each in listen for word in ("--listen", each)))

    def ask(self, socket):
        client = self.connect(self.path(socket))
        reply = client.execute("query-qmp-schema")["return"]
        return client, Introspected(reply)

    def test_commands_and_events_are_those_of_qemu(self):
        with open(CAPTURE, encoding="utf-8") as file:
            captured = json.load(file)["told"]
        _, ours = self.ask("qemu")
        shared = sorted((ours.names("command") | ours.names("event")) & captured.keys() - NARROWER.keys())
        self.assertGreater(len(shared), 75)
        for name in shared:
            with self.subTest(name=name):
                self.assertEqual(ours.told(name), captured[name])

    def test_what_is_described_is_what_is_there(self):
        for socket in ("qemu", "document", "events"):
            with self.subTest(socket=socket):
                client, ours = self.ask(socket)
                commands = {each["name"] for each in client.execute("query-commands")["return"]}
                self.assertEqual(ours.names("command"), commands)
                self.assertEqual("query-events" in commands, socket == "document")
        self.assertNotIn("stop", ours.names("command"))

    def test_events_are_listed_where_they_are_spelled_as_the_document_does(self):
        client, ours = self.ask("document")
        events = {each["name"] for each in client.execute("query-events")["return"]}
        self.assertEqual(events, ours.names("event"))
        members = {name for name, _, _ in ours.told("QUORUM_FAILURE")["arguments"]["object"]}
        self.assertEqual(members, {"reference", "sector-num", "sector-count"})
        client, ours = self.ask("qemu")
        self.assertEqual(client.execute("query-events")["error"]["class"], "CommandNotFound")
        self.assertEqual(ours.names("event"), events)

    def test_the_answer_describes_itself(self):
        """libvirt reads it by the members that QEMU has; each entry has those of its meta type, and no others."""
        client, ours = self.ask("qemu")
        info = ours.told("query-qmp-schema")["returns"]["array"]
        common = {name: optional for name, _, optional in info["object"]}
        for entry in client.execute("query-qmp-schema")["return"]:
            own = {name: optional for name, _, optional in info["variants"][entry["meta-type"]]["object"]}
            known = {**common, **own}
            with self.subTest(name=entry["name"]):
                self.assertLessEqual(entry.keys(), known.keys())
                self.assertLessEqual({name for name, optional in known.items() if not optional}, entry.keys())


if __name__ == "__main__":
    unittest.main()
