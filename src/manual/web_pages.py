#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the reference for a browser: web_pages.py ROOT OUTPUT-FOLDER. doxygen adds that of the headers, in api/."""
import glob
import os
import re
import sys

from pages import make, read  # first: it finds the generator of the schema
from document import Bullet, Paragraph, anchor_of
from generate import load_files
from schema_pages import COMMANDS_HEAD, EVENTS_HEAD, EXTENSIONS_HEAD, SchemaPages
from web import Site

VERBS = ("serve", "run", "watch", "trigger", "events")
TYPES_HEAD = ["The types that events and commands are made of, in the names of the wire."]
START = [("events.html", "the events"), ("commands.html", "the commands"), ("extensions.html", "commands that QEMU does not have"),
         ("types.html", "the types of both"), ("api/files.html", "the interfaces in C and C++, by header")]


def sources_of(root):
    """Each manual page that is shown as it is, and what it is made of."""
    usage = [os.path.join(root, "src", "cli", "usage.cpp")]
    sources = {"qmpev.1": usage, **{f"qmpev-{verb}.1": usage for verb in VERBS}}
    sources["qmpev-scenario.5"] = [os.path.join(root, "src", "scenario", "README.md")]
    sources["libqmpev.3"] = glob.glob(os.path.join(root, "include", "qmpev", "*.h"))
    return sources


def version_of(root):
    return re.search(r"version: '([\d.]+)'", read(os.path.join(root, "meson.build")))[1]


def files_of(root):
    """(name, text) of every page."""
    manual = {name: make(name, inputs) for name, inputs in sources_of(root).items()}
    labels = [("index.html", "qmpev"), *((file, file.split(".")[0]) for file, _ in START[:4]), ("api/files.html", "C and C++")]
    labels += [(f"{name}.html", f"{page.name}({page.section})") for name, page in manual.items()]
    site = Site(labels, version_of(root), {"qmpev-events.7.html": "events.html", "qmpev-commands.7.html": "commands.html"})
    schema = SchemaPages(load_files(glob.glob(os.path.join(root, "src", "schema", "*.json"))),
                         lambda name: f"types.html#{anchor_of(name)}")
    types = [*schema.schema.enums.values(), *schema.schema.structs.values(), *schema.schema.unions.values(),
             *schema.schema.alternates.values()]
    for file, title, head, blocks in (("events.html", "Events", EVENTS_HEAD, schema.event_blocks()),
                                      ("commands.html", "Commands", COMMANDS_HEAD, schema.command_blocks(False)),
                                      ("extensions.html", "Extensions", EXTENSIONS_HEAD, schema.command_blocks(True)),
                                      ("types.html", "Types", TYPES_HEAD, schema.type_blocks(types))):
        yield file, site.page(file, title, [*map(Paragraph, head), *blocks], contents=True)
    for name, page in manual.items():
        yield f"{name}.html", site.page(f"{name}.html", f"{page.name}({page.section})", [Paragraph(page.brief), *page.blocks])
    start = [Bullet(f"[{file.split('/')[0].split('.')[0]}]({file}): {words}") for file, words in START]
    start += [Bullet(f"[{page.name}({page.section})]({name}.html): {page.brief}") for name, page in manual.items()]
    yield "index.html", site.page("index.html", "qmpev: the reference", start)


def main(arguments):
    root, output = arguments
    os.makedirs(output, exist_ok=True)
    for name, text in files_of(root):
        with open(os.path.join(output, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
