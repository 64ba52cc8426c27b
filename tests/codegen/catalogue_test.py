#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the schema against the catalogue of QEMU's events: in form qemu they are the same, and nothing is beyond them.

catalogue_test.py CATALOGUE SCHEMA.json...
"""
import json
import os
import sys
import unittest

CATALOGUE, *SCHEMAS = sys.argv[1:]


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def ours_as_theirs(members):
    """Members as the catalogue writes them: (name, declared type, optional), in order."""
    return [(member.get("rename", {}).get("qemu", member["name"]), member.get("qapi_type", member["type"]),
             member.get("optional", False)) for member in members if "qemu" not in member.get("omit", [])]


def as_listed(members):
    return [(member["name"], member["type"], member.get("optional", False)) for member in members]


class CatalogueTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        catalogue = load(CATALOGUE)
        cls.theirs = {event["event"]: event for event in catalogue["events"]}
        cls.their_types = catalogue["types"]
        cls.ours, cls.file_of, cls.our_types = {}, {}, {}
        for path in SCHEMAS:
            content = load(path)
            for event in content.get("events", []):
                cls.ours[event["name"]] = event
                cls.file_of[event["name"]] = os.path.basename(path)
            for section in ("enums", "structs", "unions"):
                cls.our_types.update({entry["name"]: entry for entry in content.get(section, [])})

    def event_members(self, event):
        if "qemu" in event.get("wrap", {}):
            return [(event["wrap"]["qemu"], event["data"], False)]
        return ours_as_theirs(self.our_types[event["data"]]["members"] if "data" in event else event.get("members", []))

    def carried(self, name, found):
        """Adds the catalogue's type `name` to `found`, and all types that it is made of."""
        entry = self.their_types.get(name)
        if entry is None or name in found:
            return
        found.add(name)
        for part in [*entry.get("members", []), *entry.get("branches", [])]:
            self.carried(part["type"], found)

    def carried_by_events(self):
        found = set()
        for event in self.theirs.values():
            for member in event.get("data", {}).get("members", []):
                self.carried(member["type"], found)
        return found

    def test_the_same_events_and_no_others(self):
        self.assertEqual(sorted(self.ours), sorted(self.theirs))
        self.assertEqual(len(self.ours), 58)

    def test_events(self):
        for name, theirs in self.theirs.items():
            with self.subTest(event=name):
                ours = self.ours[name]
                self.assertEqual(self.file_of[name], theirs["file"])
                self.assertEqual(self.event_members(ours), as_listed(theirs.get("data", {}).get("members", [])))
                self.assertEqual(ours.get("rate_limit_ms"), theirs.get("rate-limit-ms"))
                self.assertEqual(ours.get("key"), theirs.get("rate-key"))
                self.assertEqual(ours.get("until"), theirs.get("until"))

    def test_types(self):
        carried = self.carried_by_events()
        self.assertGreater(len(carried), 35)
        for name in sorted(carried):
            with self.subTest(type=name):
                ours, theirs = self.our_types[name], self.their_types[name]
                if "enum" in theirs:
                    self.assertEqual([value["name"] for value in ours["values"]], theirs["enum"])
                elif "tag" in theirs:
                    self.assertEqual(as_listed([ours["tag"]]), as_listed(theirs["members"]))
                    self.assertEqual(ours["tag"]["name"], theirs["tag"])
                    self.assertEqual([(branch["case"], branch["type"]) for branch in ours["branches"]],
                                     [(branch["case"], branch["type"]) for branch in theirs["branches"]])
                else:
                    self.assertEqual(ours_as_theirs(ours["members"]), as_listed(theirs["members"]))

    def test_events_carry_no_types_beyond(self):
        ours = set()
        pending = [member["type"] for event in self.ours.values() for member in event.get("members", [])]
        pending += [event["data"] for event in self.ours.values() if "data" in event]
        while pending:
            name = pending.pop()
            entry = self.our_types.get(name)
            if entry is None or name in ours:
                continue
            ours.add(name)
            parts = [*entry.get("members", []), *entry.get("branches", []), entry.get("tag", {"type": ""})]
            pending += [part["type"] for part in parts]
        self.assertEqual(ours, self.carried_by_events())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
