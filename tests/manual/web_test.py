#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The reference for a browser: all that the schema has is there, each link leads somewhere, and no page needs another file."""
import glob
import json
import os
import sys
import tempfile
import unittest
from html.parser import HTMLParser

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "src", "manual"))
sys.dont_write_bytecode = True

import web  # noqa: E402
import web_pages  # noqa: E402
from document import Bullet, Heading, Item, Paragraph, Table, Verbatim  # noqa: E402


class Reader(HTMLParser):
    """What a page has; an element that ends where another one is open is a mistake."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.tags, self.open, self.mistakes = [], [], set(), [], []
        self.feed(text)
        self.mistakes += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open[-1:] != [tag]:
            self.mistakes.append(tag)
        else:
            self.open.pop()


def names(*sections):
    found = []
    for path in glob.glob(os.path.join(ROOT, "src", "schema", "*.json")):
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        found += [entry["name"] for section in sections for entry in content.get(section, [])]
    return found


class PagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            web_pages.main([ROOT, folder])
            cls.texts = {}
            for path in glob.glob(os.path.join(folder, "*.html")):
                with open(path, encoding="utf-8") as file:
                    cls.texts[os.path.basename(path)] = file.read()
        cls.pages = {name: Reader(text) for name, text in cls.texts.items()}

    def test_all_that_the_schema_has_is_there_and_nothing_else(self):
        commands = names("commands")
        extensions = {name for name in commands if name.startswith("x-qmpev-")}
        for page, expected in (("events.html", set(names("events"))), ("extensions.html", extensions),
                               ("commands.html", set(commands) - extensions),
                               ("types.html", set(names("enums", "structs", "unions", "alternates")))):
            with self.subTest(page=page):
                self.assertGreater(len(expected), 5)
                self.assertEqual(sorted(self.pages[page].ids), sorted(expected))

    def test_each_link_leads_somewhere(self):
        for name, page in self.pages.items():
            self.assertGreater(len(page.links), 10)
            for link in page.links:
                file, _, anchor = link.partition("#")
                if file == "api/files.html":
                    continue  # doxygen's
                with self.subTest(page=name, link=link):
                    self.assertIn(file or name, self.pages)
                    if anchor:
                        self.assertIn(anchor, self.pages[file or name].ids)

    def test_events_and_types_lead_to_each_other(self):
        self.assertIn("types.html#ACPIOSTInfo", self.pages["types.html"].links + self.pages["commands.html"].links)
        self.assertIn("types.html#ACPISlotType", self.pages["events.html"].links)
        self.assertIn("events.html#ACPI_DEVICE_OST", self.pages["types.html"].links)

    def test_each_page_stands_alone_and_is_well_formed(self):
        self.assertEqual(len(self.pages), 13)
        for name, page in self.pages.items():
            with self.subTest(page=name):
                self.assertEqual(page.mistakes, [])
                self.assertEqual(len(page.ids), len(set(page.ids)))
                self.assertFalse(page.tags & {"script", "link", "img"})
                self.assertIn("width=device-width", self.texts[name])
                self.assertNotIn("](", self.texts[name])


class SiteTest(unittest.TestCase):
    def body(self, *blocks):
        page = web.Site([("a.html", "A"), ("b.html", "B")], "1", {"old.html": "b.html"}).page("a.html", "T", list(blocks))
        return page.split("</h1>\n")[1].split("\n<p><small>")[0]

    def test_what_html_would_take_for_its_own_is_escaped(self):
        self.assertEqual(self.body(Paragraph("<i> & `<b>`"), Verbatim("<u>")),
                         "<p>&lt;i&gt; &amp; <code>&lt;b&gt;</code></p>\n<pre>&lt;u&gt;</pre>")

    def test_links_lead_to_pages_that_there_are(self):
        self.assertEqual(self.body(Paragraph("[x](b.html#y) [x](old.html) [x](c.html)")),
                         '<p><a href="b.html#y">x</a> <a href="b.html">x</a> x</p>')

    def test_terms_and_entries_that_follow_each_other_are_one_list(self):
        self.assertEqual(self.body(Item("t", [Paragraph("a")]), Item("u", []), Bullet("b")),
                         "<dl>\n<dt>t</dt>\n<dd><p>a</p></dd>\n<dt>u</dt>\n<dd></dd>\n</dl>\n<ul>\n<li>b</li>\n</ul>")
        self.assertEqual(self.body(Heading("H", 2), Table(["h"], [["1"]])),
                         '<h3 id="H">H</h3>\n<table>\n<tr><th>h</th></tr>\n<tr><td>1</td></tr>\n</table>')


if __name__ == "__main__":
    unittest.main()
