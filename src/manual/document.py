# SPDX-License-Identifier: MIT
"""What a page of the reference is made of. Written by the readers of sources, turned into man or HTML by roff.py and web.py.

A text is plain, with `code` in backquotes and links as [words](target); a manual page shows the words alone.
"""
import re
from dataclasses import dataclass, field

_INLINE = re.compile(r"`([^`]+)`|\[([^][]+)\]\(([^()\s]+)\)")


@dataclass
class Heading:
    text: str
    level: int = 1  # 1 is a section, 2 stands inside one
    anchor: str = ""


@dataclass
class Paragraph:
    text: str


@dataclass
class Item:
    """A term and what it means."""
    term: str
    body: list = field(default_factory=list)
    anchor: str = ""


@dataclass
class Bullet:
    text: str


@dataclass
class Verbatim:
    text: str


@dataclass
class Table:
    head: list
    rows: list


@dataclass
class Page:
    name: str
    section: int
    brief: str  # one line: what it is
    blocks: list


def parts_of(text):
    """The pieces of a text: (kind, words, target), kind being text, code or link."""
    position = 0
    for match in _INLINE.finditer(text):
        if match.start() > position:
            yield "text", text[position:match.start()], ""
        if match[1] is not None:
            yield "code", match[1], ""
        else:
            yield "link", match[2], match[3]
        position = match.end()
    if position < len(text):
        yield "text", text[position:], ""


def plain(text):
    """The words alone."""
    return "".join(words for _, words, _ in parts_of(text)).replace("`", "")


def anchor_of(words):
    return re.sub(r"[^A-Za-z0-9_-]+", "-", plain(words)).strip("-")


def see_also(*names):
    """The last section of a manual page; a name is one such as qmpev(1)."""
    links = [f"[{name}]({name.replace('(', '.').replace(')', '')}.html)" for name in names]
    return [Heading("See also"), Paragraph(", ".join(links))]
