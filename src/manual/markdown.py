# SPDX-License-Identifier: MIT
"""Reads the Markdown that the READMEs of this tree are written in: headings, paragraphs, lists, tables and fences."""
import re

from document import Bullet, Heading, Paragraph, Table, Verbatim

_STARTS = re.compile(r"#{1,6} |```|\||- |\s*$")


def _cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _fence(lines):
    end = lines.index("```", 1)
    return Verbatim("\n".join(lines[1:end])), end + 1


def _table(lines):
    end = next((number for number, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return Table(_cells(lines[0]), [_cells(line) for line in lines[2:end]]), end


def _running(lines, start):
    """The words from `start` on of the first line, and of the lines that go on with it."""
    end = next((number for number, line in enumerate(lines) if number and _STARTS.match(line)), len(lines))
    return " ".join([lines[0][start:], *(line.strip() for line in lines[1:end])]), end


def _block(lines):
    """The first block of some lines, and how many of them it takes."""
    first = lines[0]
    if first.startswith("#"):
        marks, words = first.split(" ", 1)
        return Heading(words, len(marks) - 1), 1
    if first.startswith("```"):
        return _fence(lines)
    if first.startswith("|"):
        return _table(lines)
    words, taken = _running(lines, 2 if first.startswith("- ") else 0)
    return (Bullet if first.startswith("- ") else Paragraph)(words), taken


def read(text):
    """The blocks of a text; its title is a heading of level 0."""
    lines = text.split("\n")
    blocks = []
    while lines:
        if not lines[0].strip():
            lines = lines[1:]
            continue
        block, taken = _block(lines)
        blocks.append(block)
        lines = lines[taken:]
    return blocks
