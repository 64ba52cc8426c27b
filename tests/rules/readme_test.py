# SPDX-License-Identifier: MIT
"""The README's tables say what the sources say.

usage: readme_test.py ROOT
"""

import glob
import json
import os
import re
import sys
import unittest

ROOT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else os.getcwd()
sys.path.insert(0, os.path.join(ROOT, "src", "codegen"))
sys.dont_write_bytecode = True

import names  # noqa: E402

NUMBERS = {16: "sixteen", 17: "seventeen", 18: "eighteen"}
UNITS = {"": 1, "bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def section(heading):
    """The text of a `## ` section of the README."""
    match = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", read("README.md"), re.M | re.S)
    if not match:
        raise AssertionError(f"README.md has no section '{heading}'")
    return match[1]


def rows(heading):
    """The cells of a section's table, without its two heading lines."""
    lines = [line for line in section(heading).splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def schemas():
    return [json.loads(read(path)) for path in sorted(glob.glob(os.path.join(ROOT, "src", "schema", "*.json")))]


def events():
    found = [event for schema in schemas() for event in schema.get("events", [])]
    return sorted(found, key=lambda event: event["name"])


def is_sent_by_a_device(event):
    """Whether a hook or a device names the event's struct."""
    name = re.compile(rf"\b{names.cpp_type(event['name'])}\b")
    return any(name.search(read(path)) for room in ("hooks", "devices")
               for path in glob.glob(os.path.join(ROOT, "src", room, "*.?pp")))


def rate_limit(event):
    if "rate_limit_ms" not in event:
        return "none"
    key = f" and `{event['key']}`" if "key" in event else ""
    return f"one per {event['rate_limit_ms']} ms{key}"


def sources():
    for pattern in ("include/qmpev/*.hpp", "src/*/*.hpp", "src/*/*.cpp", "src/*.cpp", "src/codegen/*.py"):
        for path in sorted(glob.glob(os.path.join(ROOT, pattern))):
            yield read(path)


def evaluate(expression):
    """The value of a constant's initialiser: another constant, or integers, products and shifts only."""
    if re.fullmatch(r"k[A-Z]\w+", expression):
        return constant(expression)
    plain = re.sub(r"(?:\w+::)*\w+\{(\d+)\}", r"\1", expression.replace("'", ""))
    if not re.fullmatch(r"[\d\s*<()]+", plain):
        raise AssertionError(f"cannot evaluate '{expression}'")
    return eval(plain)  # noqa: S307: digits and operators only, see above


def constant(name):
    """The value that the sources give `kName`, `NAME` or `Struct::member`."""
    owner, _, member = name.rpartition("::")
    found = set()
    for text in sources():
        if owner:
            body = re.search(rf"struct {owner} \{{(.*?)^\}};", text, re.M | re.S)
            text = body[1] if body else ""
        for match in re.finditer(rf"\b{member} = ([^;\n]+?)(?:;|\n|$)", text):
            found.add(evaluate(match[1]))
    if len(found) != 1:
        raise AssertionError(f"{name} has {len(found)} values in the sources: {found}")
    return found.pop()


def number(text):
    """4,096 or 4 MiB as a number."""
    digits, _, unit = text.partition(" ")
    return int(digits.replace(",", "")) * UNITS[unit]


class Readme(unittest.TestCase):
    maxDiff = None

    def test_the_first_paragraph_says_what_it_does_and_for_whom(self):
        first = read("README.md").split("\n\n")[1]
        self.assertIn("QMP", first)
        self.assertIn("for authors", first)

    def test_the_two_commands_come_first(self):
        self.assertLess(read("README.md").index("./dev run"), 700)

    def test_the_events_that_devices_send_stand_in_the_table_as_in_the_schema(self):
        sent = [event for event in events() if is_sent_by_a_device(event)]
        self.assertEqual(rows("Events"), [(event["name"], event["doc"], rate_limit(event)) for event in sent])
        self.assertIn(f"{NUMBERS[len(sent)]} the program's own devices send", section("Events"))

    def test_the_events_are_counted(self):
        self.assertIn(f"{len(events())} of them", section("Events"))

    def test_the_example_lines_are_the_schemas(self):
        lines = re.search(r"```json\n(.*?)```", section("Which wire form"), re.S)[1].splitlines()
        shown = [json.loads(line) for line in lines]
        example = next(e["example"] for e in events() if e["name"] == shown[0]["event"])
        self.assertEqual(shown, [example["document"], example["qemu"]])

    def test_every_limit_is_the_one_in_the_sources(self):
        table = rows("What holds under any load")
        self.assertGreater(len(table), 5)
        for what, value, name in table:
            with self.subTest(what=what):
                self.assertEqual(number(value), constant(name.strip("`")))

    def test_links_lead_somewhere(self):
        for page in ("README.md", "src/README.md", "CHANGELOG.md"):
            prose = re.sub(r"^```.*?^```$", "", read(page), flags=re.M | re.S)
            for target in re.findall(r"\]\(([^)#]+)\)", prose):
                if "://" not in target:
                    with self.subTest(page=page, target=target):
                        self.assertTrue(os.path.exists(os.path.join(ROOT, os.path.dirname(page), target)))

    def test_every_file_on_the_code_map_exists(self):
        for path in set(re.findall(r"\b(?:src/|include/|tests/)?(?:\w+/)+\w+\.(?:cpp|hpp|py|txt|h)\b", read("src", "README.md"))):
            with self.subTest(path=path):
                self.assertTrue(any(os.path.exists(os.path.join(ROOT, top, path)) for top in ("", "src")))

    def test_every_room_is_on_the_code_map(self):
        rooms = {entry for entry in os.listdir(os.path.join(ROOT, "src")) if os.path.isdir(os.path.join(ROOT, "src", entry))}
        for room in rooms - {"__pycache__"}:
            self.assertIn(f"\n| `{room}` |", read("src", "README.md"))

    def test_every_verb_of_dev_that_is_named_exists(self):
        verbs = set(re.findall(r"\./dev ([a-z]+)", read("README.md") + read("src", "README.md") + read(".ci", "run")))
        for verb in verbs - {"help"}:
            self.assertIn(f"verb_{verb}() {{", read("dev"))


if __name__ == "__main__":
    unittest.main()
