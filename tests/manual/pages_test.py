#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The manual pages that were built: all that the schema, the help texts and the headers have is in them, and nothing else.

pages_test.py PAGE...
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

PAGES = {os.path.basename(path): path for path in sys.argv[1:]}
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "src", "manual"))
sys.dont_write_bytecode = True

import c_headers  # noqa: E402
import help_text  # noqa: E402
import markdown  # noqa: E402
import roff  # noqa: E402
from document import Bullet, Heading, Item, Page, Paragraph, Table, Verbatim, parts_of, plain  # noqa: E402


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def words_of(name):
    """A page without what only roff needs."""
    text = re.sub(r"\\f[BR]|\\&|\\:", "", read(PAGES[name]))
    for sign, escape in (("-", "\\-"), ("'", "\\(aq"), ("`", "\\(ga"), ("~", "\\(ti"), ("^", "\\(ha"), ('"', "\\(dq"), ("\\", "\\e")):
        text = text.replace(escape, sign)
    return text


def headings(name, section):
    """What stands as .SS below a .SH of a page."""
    part = re.search(rf'^\.SH "{section}"\n(.*?)(?=^\.SH|\Z)', words_of(name), re.MULTILINE | re.DOTALL)[1]
    return re.findall(r'^\.SS "(.*)"$', part, re.MULTILINE)


def schema(section):
    found = []
    for path in glob.glob(os.path.join(ROOT, "src", "schema", "*.json")):
        found += json.loads(read(path)).get(section, [])
    return found


def names(section):
    return [entry["name"] for entry in schema(section)]


class PagesTest(unittest.TestCase):
    maxDiff = None

    def test_ten_pages_each_with_a_name_and_what_it_is(self):
        self.assertEqual(len(PAGES), 10)
        for name, path in PAGES.items():
            stem, section = name.split(".")
            with self.subTest(page=name):
                self.assertIn(f'.TH "{stem.upper()}" "{section}" ""', read(path))
                self.assertRegex(words_of(name), rf'(?m)^\.SH "NAME"\n{stem} - \w.{{15,}}$')

    def test_the_events_are_those_of_the_schema(self):
        self.assertEqual(headings("qmpev-events.7", "EVENTS"), sorted(names("events")))

    def test_the_commands_are_those_of_the_schema(self):
        extensions = [name for name in names("commands") if name.startswith("x-qmpev-")]
        self.assertGreaterEqual(len(extensions), 6)
        self.assertEqual(headings("qmpev-commands.7", "EXTENSIONS"), sorted(extensions))
        self.assertEqual(headings("qmpev-commands.7", "COMMANDS"), sorted(set(names("commands")) - set(extensions)))

    def test_each_type_stands_where_it_is_used(self):
        types = set(names("enums") + names("structs") + names("unions") + names("alternates"))
        shown = headings("qmpev-events.7", "TYPES") + headings("qmpev-commands.7", "TYPES")
        wraps = {event["data"] for event in schema("events") if "data" in event}
        self.assertEqual(set(shown) | wraps, types)

    def test_each_member_has_its_words_and_its_names(self):
        text = words_of("qmpev-events.7")
        for event in schema("events"):
            for member in event.get("members", []):
                with self.subTest(event=event["name"], member=member["name"]):
                    self.assertIn(f"\n{member['name']}\n", text)
                    self.assertIn(" ".join(member["doc"].replace("`", "").split()), text)
                    for form, name in member.get("rename", {}).items():
                        self.assertIn(f"In form {form}: {name}.", text)

    def test_all_options_of_the_help_texts_are_terms(self):
        texts = help_text.texts_of(read(os.path.join(ROOT, "src", "cli", "usage.cpp")))
        self.assertEqual(len(texts), 6)
        for verb, text in texts.items():
            name = "qmpev.1" if verb == "program" else f"qmpev-{verb}.1"
            options = re.findall(r"^  (-\S+)", text, re.MULTILINE)
            self.assertGreater(len(options), 1)
            for option in options:
                self.assertRegex(words_of(name), rf"(?m)^\.TP 4\n{re.escape(option)}( .*)?$", option)
            self.assertEqual(re.sub(r"\W", "", re.match(r"usage: (.*)", text)[1]),
                             re.sub(r"\W", "", re.search(r'SYNOPSIS"\n.RS 4\n.nf\n(.*)', words_of(name))[1]))

    def test_all_words_of_the_help_texts_are_there(self):
        texts = help_text.texts_of(read(os.path.join(ROOT, "src", "cli", "usage.cpp")))
        for verb, text in texts.items():
            page = words_of("qmpev.1" if verb == "program" else f"qmpev-{verb}.1").lower()
            for word in set(re.findall(r"[A-Za-z]{2,}", text)) - {"usage"}:
                self.assertIn(word.lower(), page, f"{verb}: {word}")

    def test_all_functions_of_the_c_headers_are_there(self):
        text = words_of("libqmpev.3")
        functions = []
        for path in glob.glob(os.path.join(ROOT, "include", "qmpev", "*.h")):
            functions += re.findall(r"^QMPEV_API [^;]*?\b(\w+)\(", read(path), re.MULTILINE)
        self.assertGreater(len(functions), 40)
        for function in functions:
            self.assertRegex(text, rf"\b{function}\(")

    def test_groff_and_mandoc_find_nothing_where_they_are(self):
        for path in PAGES.values():
            if shutil.which("groff"):
                run = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-rLL=100n", "-z", path], stderr=subprocess.PIPE, check=True)
                self.assertEqual(run.stderr.decode(), "")
            if shutil.which("mandoc"):
                run = subprocess.run(["mandoc", "-Tlint", "-Wwarning", path], stdout=subprocess.PIPE, check=False)
                found = [line for line in run.stdout.decode().splitlines() if "missing date" not in line]  # on purpose
                self.assertEqual(found, [])


class RoffTest(unittest.TestCase):
    def page(self, *blocks):
        return roff.write(Page("x", 7, "y", list(blocks)), "1").split('"NAME"\n', 1)[1].split("\n")[1:-1]

    def test_what_roff_would_take_for_its_own_is_escaped(self):
        self.assertEqual(self.page(Heading("a"), Paragraph(".x 'a\\b-c")), ['.SH "A"', "\\&.x \\(aqa\\eb\\-c"])
        self.assertEqual(self.page(Heading("a"), Verbatim(".x\n\n'y")),
                         ['.SH "A"', ".RS 4", ".nf", "\\&.x", "\\&", "\\(aqy", ".fi", ".RE"])
        self.assertEqual(self.page(Heading('a "b"', 2)), ['.SS "a \\(dqb\\(dq"'])

    def test_terms_lists_and_tables(self):
        self.assertEqual(self.page(Item("t", [Paragraph("one"), Item("u", [])])),
                         [".TP 4", "\\fBt\\fR", "one", ".RS 4", ".TP 4", "\\fBu\\fR", "\\&", ".RE"])
        self.assertEqual(self.page(Bullet("`c` and [w](t.html)")), [".IP \\(bu 2", "\\fBc\\fR and w"])
        self.assertEqual(self.page(Table(["a", "b", "c"], [["1", "2", "3"], ["4", "", ""]])),
                         [".TP 4", "1", "2; c: 3", ".TP 4", "4", "\\&"])


class ReadersTest(unittest.TestCase):
    def test_the_layout_of_a_help_text(self):
        lines = ["  --a X   what a", "          is for", "          N  one", "             M  two", "  --b", "          bee"]
        self.assertEqual(help_text.blocks_of(lines), [
            Item("--a X", [Paragraph("what a is for"), Item("N", [Paragraph("one"), Item("M", [Paragraph("two")])])]),
            Item("--b", [Paragraph("bee")])])

    def test_markdown(self):
        text = "# T\n\na\nb\n\n## U\n- one\n  more\n- two\n\n| h | i |\n|---|---|\n| 1 | 2 |\n\n```json\n{\n\n}\n```\n"
        self.assertEqual(markdown.read(text), [
            Heading("T", 0), Paragraph("a b"), Heading("U", 1), Bullet("one more"), Bullet("two"),
            Table(["h", "i"], [["1", "2"]]), Verbatim("{\n\n}")])

    def test_functions_have_the_words_before_them_and_share_them_where_nothing_stands_between(self):
        header = ("/* SPDX */\n/* Head.\n *\n * More. */\n/* One\n * word. */\nQMPEV_API int a(int b,\n  int c);\nQMPEV_API void d(void);\n"
                  "/* A type. */\ntypedef int t;\n/* Two. */\nQMPEV_API void e(void);\n")
        self.assertEqual(c_headers.head_of(header), ["Head.", "More."])
        self.assertEqual(c_headers.functions_of(header), [
            (["QMPEV_API int a(int b,\n  int c);", "QMPEV_API void d(void);"], ["One word."]),
            (["QMPEV_API void e(void);"], ["Two."])])

    def test_texts_have_code_and_links(self):
        self.assertEqual(list(parts_of("a `b` [c](d)")),
                         [("text", "a ", ""), ("code", "b", ""), ("text", " ", ""), ("link", "c", "d")])
        self.assertEqual(plain("a `b` [c](d)"), "a b c")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
