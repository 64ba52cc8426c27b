#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the schema against the catalogue of QEMU's events: in form qemu an event has QEMU's members, types and rate.

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


def kind(name):
    """All integers are one type on the wire."""
    return "integer" if name in ("int", "size") or name.lstrip("u").startswith("int") else name


class CatalogueTest(unittest.TestCase):
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

    def ours_as_theirs(self, members):
        """Members as the catalogue writes them: name -> (type, optional)."""
        return {member.get("rename", {}).get("qemu", member["name"]): (kind(member["type"]), member.get("optional", False))
                for member in members if "qemu" not in member.get("omit", [])}

    def theirs_of(self, members):
        return {member["name"]: (kind(member["type"]), member.get("optional", False)) for member in members}

    def event_members(self, event):
        if "wrap" in event and "qemu" in event["wrap"]:
            return {event["wrap"]["qemu"]: (event["data"], False)}
        return self.ours_as_theirs(self.our_types[event["data"]]["members"] if "data" in event else event.get("members", []))

    def test_events(self):
        self.assertGreaterEqual(len(self.ours), 13)
        for name, event in self.ours.items():
            with self.subTest(event=name):
                theirs = self.theirs[name]
                self.assertEqual(self.file_of[name], theirs["file"])
                self.assertEqual(self.event_members(event), self.theirs_of(theirs.get("data", {}).get("members", [])))
                self.assertEqual(event.get("rate_limit_ms"), theirs.get("rate-limit-ms"))
                self.assertEqual(event.get("key"), theirs.get("rate-key"))

    def test_types(self):
        for name, entry in self.our_types.items():
            with self.subTest(type=name):
                theirs = self.their_types[name]
                if "values" in entry:
                    self.assertEqual([value["name"] for value in entry["values"]], theirs["enum"])
                elif "tag" in entry:
                    self.assertEqual(entry["tag"]["name"], theirs["tag"])
                    self.assertEqual({branch["case"]: branch["type"] for branch in entry["branches"]},
                                     {branch["case"]: branch["type"] for branch in theirs["branches"]})
                else:
                    self.assertEqual(self.ours_as_theirs(entry["members"]), self.theirs_of(theirs["members"]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
