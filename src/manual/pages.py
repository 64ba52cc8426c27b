#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes one page of the reference: pages.py VERSION OUTPUT INPUT...

OUTPUT's name says which: qmpev.1 and qmpev-VERB.1 are made of the program's help texts (cli/usage.cpp), qmpev-events.7 and
qmpev-commands.7 of the schema, qmpev-scenario.5 of the scenarios' README.md, libqmpev.3 of the public C headers.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "codegen"))
sys.dont_write_bytecode = True

import c_headers  # noqa: E402
import help_text  # noqa: E402
import markdown  # noqa: E402
import roff  # noqa: E402
from document import Heading, Page, see_also  # noqa: E402
from generate import load_files  # noqa: E402
from schema_pages import SchemaPages  # noqa: E402

PROGRAM = "a machine whose devices act without a guest system, and clients of its QMP events"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def verb_page(verb, source):
    texts = help_text.texts_of(read(source))
    verbs = help_text.briefs_of(texts["program"])
    others = [f"qmpev-{other}(1)" for other in verbs if other != verb]
    page = help_text.page_of(texts[verb or "program"], verb, (["qmpev(1)"] if verb else []) + others +
                             ["qmpev-events(7)", "qmpev-commands(7)", "qmpev-scenario(5)"])
    page.brief = verbs[verb].split(": ")[0] if verb else PROGRAM
    return page


def scenario_page(source):
    _, *blocks = markdown.read(read(source))
    return Page("qmpev-scenario", 5, "what the actors of the machine do, in a file",
                [Heading("Description"), *blocks, *see_also("qmpev-serve(1)")])


def header_page(paths):
    ordered = sorted(paths, key=lambda path: (os.path.basename(path) != "qmpev.h", os.path.basename(path)))
    return c_headers.page_of([(os.path.basename(path), read(path)) for path in ordered])


def make(name, inputs):
    """The page that a file of this name holds."""
    stem, section = name.split(".")[:2]
    if section == "1":
        return verb_page(stem.partition("-")[2], inputs[0])
    if section == "3":
        return header_page(inputs)
    if section == "5":
        return scenario_page(inputs[0])
    pages = SchemaPages(load_files(inputs))
    return pages.events_page() if stem == "qmpev-events" else pages.commands_page()


def main(arguments):
    version, output, *inputs = arguments
    text = roff.write(make(os.path.basename(output), inputs), version)
    with open(output, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
