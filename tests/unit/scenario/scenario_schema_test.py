# SPDX-License-Identifier: MIT
"""scenario.schema.json knows what the parser knows, takes every shipped file, and is not simply open.

usage: scenario_schema_test.py PRINT_MEMBERS SOURCE_FOLDER [UNITTEST ARGUMENTS]
"""

import glob
import json
import os
import re
import subprocess
import sys
import unittest

PRINT_MEMBERS, FOLDER = map(os.path.abspath, sys.argv[1:3])
del sys.argv[1:3]

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
KNOWN = {"$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties",
         "items", "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum", "pattern", "const", "anyOf", "oneOf"}


def read(*path):
    with open(os.path.join(FOLDER, *path), encoding="utf-8") as file:
        return json.load(file)


SCHEMA = read("scenario.schema.json")


def is_type(value, name):
    return isinstance(value, TYPES[name]) and not isinstance(value, bool)


def fits(value, schema):
    """Whether a value is what a schema says, for the words of JSON Schema that ours is written in."""
    if schema is False:
        return False
    assert set(schema) <= KNOWN, schema
    if "$ref" in schema and not fits(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]):
        return False
    types = schema.get("type", [])
    if types and not any(is_type(value, name) for name in ([types] if isinstance(types, str) else types)):
        return False
    if "const" in schema and (value != schema["const"] or type(value) is not type(schema["const"])):
        return False
    if "anyOf" in schema and not any(fits(value, choice) for choice in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(fits(value, choice) for choice in schema["oneOf"]) != 1:
        return False
    if isinstance(value, str):
        return (schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
                and re.search(schema.get("pattern", ""), value) is not None)
    if isinstance(value, (int, float)):
        return schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list):
        return (schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
                and all(fits(item, schema.get("items", {})) for item in value))
    if isinstance(value, dict):
        properties, rest = schema.get("properties", {}), schema.get("additionalProperties", {})
        return (set(schema.get("required", [])) <= set(value)
                and all(fits(member, properties.get(name, rest)) for name, member in value.items()))
    return True


def objects():
    """The objects of the schema: sorted members, sorted needed ones."""
    steps = SCHEMA["$defs"]["steps"]["items"]["oneOf"]
    return sorted((sorted(o["properties"]), sorted(o["required"])) for o in [SCHEMA, SCHEMA["$defs"]["choice"], *steps])


class ScenarioSchema(unittest.TestCase):
    maxDiff = None

    def test_schema_and_parser_know_the_same_members(self):
        printed = subprocess.run([PRINT_MEMBERS], capture_output=True, text=True, check=True, timeout=60).stdout
        known = []
        for line in printed.splitlines():
            needed, _, others = line.partition("|")
            known.append((sorted(needed.split() + others.split()), sorted(needed.split())))
        self.assertEqual(objects(), sorted(known))

    def test_no_object_is_open(self):
        for schema in [SCHEMA, SCHEMA["$defs"]["choice"], *SCHEMA["$defs"]["steps"]["items"]["oneOf"]]:
            self.assertIs(schema["additionalProperties"], False)

    def test_every_shipped_file_is_accepted(self):
        paths = glob.glob(os.path.join(FOLDER, "scenarios", "*.json"))
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(path=path):
                self.assertTrue(fits(read(path), SCHEMA))

    def test_every_example_of_the_page_is_accepted(self):
        with open(os.path.join(FOLDER, "README.md"), encoding="utf-8") as file:
            examples = re.findall(r"^```json\n(.*?)^```", file.read(), re.M | re.S)
        self.assertTrue(examples)
        for example in examples:
            self.assertTrue(fits(json.loads(example), SCHEMA), example)

    def test_the_limits_are_the_parsers(self):
        with open(os.path.join(FOLDER, "scenario.hpp"), encoding="utf-8") as file:
            source = file.read().replace("'", "")
        constants = {name: int(value) for name, value in re.findall(r"\b(kMax\w+) = (\d+);", source)}
        definitions = SCHEMA["$defs"]
        steps = {step["required"][0]: step["properties"] for step in definitions["steps"]["items"]["oneOf"]}
        self.assertEqual(definitions["text"]["maxLength"], constants["kMaxScenarioTextBytes"])
        self.assertEqual(definitions["seconds"]["maximum"], constants["kMaxWaitSeconds"])
        self.assertEqual(definitions["choice"]["properties"]["weight"]["maximum"], constants["kMaxWeight"])
        self.assertEqual(steps["choose"]["choose"]["maxItems"], constants["kMaxChoices"])
        self.assertEqual(steps["repeat"]["repeat"]["anyOf"][0]["maximum"], constants["kMaxRepeats"])
        self.assertEqual(steps["storm"]["per-second"]["maximum"], constants["kMaxStormRate"])
        self.assertEqual(steps["storm"]["count"]["maximum"], constants["kMaxStormCount"])
        self.assertEqual(steps["storm"]["arguments"]["anyOf"][1]["maxItems"], constants["kMaxStormArguments"])
        for word in ("wait-for-event", "wait-for-command"):
            self.assertEqual(steps[word]["count"]["maximum"], constants["kMaxAwaited"])
        self.assertEqual(steps["wait-for-clients"]["wait-for-clients"]["maximum"], constants["kMaxAwaited"])
        self.assertEqual(SCHEMA["properties"]["seed"]["maximum"], (1 << 53) - 1)

    def test_wrong_files_are_not(self):
        for steps in ([], [{}], [1], [{"say": 1}], [{"say": "x", "wait": 1}], [{"wait": -1}], [{"end": False}],
                      [{"end": 1}], [{"repeat": 0, "steps": [{"say": "x"}]}], [{"repeat": "always", "steps": [{"say": "x"}]}],
                      [{"repeat": 2, "steps": []}], [{"choose": []}], [{"storm": "x", "count": 1}], [{"wait-for-event": "stop"}],
                      [{"trigger": "x", "arguments": {"a": True}}]):
            with self.subTest(steps=steps):
                self.assertFalse(fits({"title": "t", "steps": steps}, SCHEMA))


if __name__ == "__main__":
    unittest.main()
