# SPDX-License-Identifier: MIT
"""QEMU's events as its schema declares them (tests/conformance/data/events-catalogue.json), to judge lines by."""

import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
RANGES = {"int": (-2**63, 2**63 - 1), "uint64": (0, 2**64 - 1), "size": (0, 2**64 - 1)}


class Catalogue:
    def __init__(self):
        with open(os.path.join(HERE, "..", "conformance", "data", "events-catalogue.json"), encoding="utf-8") as file:
            read = json.load(file)
        self.events = {event["event"]: event for event in read["events"]}
        self.types = read["types"]

    def members_of(self, event):
        """The declared members; None for an event without data."""
        return self.events[event].get("data", {}).get("members")

    def check(self, message):
        """What is wrong with the data of an event, as a sentence; None when it is as declared."""
        members = self.members_of(message["event"])
        if members is None:
            return "data, and the schema has none" if "data" in message else None
        return self.check_members({"members": members}, message["data"], "data") if "data" in message else "no data"

    def check_members(self, declared, value, path):
        members = list(declared["members"])
        if "tag" in declared:
            cases = [branch["type"] for branch in declared["branches"] if branch["case"] == value.get(declared["tag"])]
            members += [member for case in cases for member in self.types[case]["members"]]
        for member in members:
            if member["name"] in value:
                wrong = self.check_value(member["type"], value[member["name"]], f"{path}.{member['name']}")
                if wrong:
                    return wrong
            elif not member.get("optional"):
                return f"{path}.{member['name']} is missing"
        unknown = set(value) - {member["name"] for member in members}
        return f"{path} has {unknown}, which is not declared" if unknown else None

    def check_value(self, name, value, path):
        if name in RANGES:
            low, high = RANGES[name]
            right = type(value) is int and low <= value <= high
        elif name in ("str", "bool"):
            right = type(value) is {"str": str, "bool": bool}[name]
        elif "enum" in self.types[name]:
            right = value in self.types[name]["enum"]
        else:
            return self.check_members(self.types[name], value, path) if type(value) is dict else f"{path} is no object"
        return None if right else f"{path} is {value!r}, and no {name}"
