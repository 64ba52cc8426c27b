#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What doxygen reads instead of a public header: doxygen_filter.py HEADER

The comments of the headers are for people who read the headers; here they get the marks that doxygen wants. Lines stay where
they are, so that its warnings name the right ones.
"""
import re
import sys

_C_COMMENT = re.compile(r"/\*(?P<words>.*?)\*/", re.DOTALL)
_ANGLED = re.compile(r"<(qmpev/[\w.]+)>")


def _c_mark(match, text):
    """A comment behind code belongs to that, one on a line of its own to what follows."""
    before = text[text.rfind("\n", 0, match.start()) + 1:match.start()].strip()
    words = match["words"]
    if before.startswith("#") or "SPDX" in words:
        return ""
    mark = "/**<" if before else "/**"
    return f"{mark}{words}*/"


def from_c(text):
    text = _C_COMMENT.sub(lambda match: _c_mark(match, text), text)
    return text.replace("/** ", "/** @file\n * ", 1).replace("\n", "", 1)


def from_cpp(text):
    """The first block of // is about the file."""
    lines = text.split("\n")
    lines[0] = "/// @file"
    for number, line in enumerate(lines[1:], 1):
        if not line.startswith("//"):
            break
        lines[number] = "/" + line
    return "\n".join(lines)


def filtered(name, text):
    made = from_c(text) if name.endswith(".h") else from_cpp(text)
    # A header in angle brackets would be taken for HTML, where it is not included.
    return "\n".join(line if line.startswith("#") else _ANGLED.sub(r"`\1`", line) for line in made.split("\n"))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        sys.stdout.write(filtered(sys.argv[1], file.read()))
