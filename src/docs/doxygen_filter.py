# SPDX-License-Identifier: MIT
"""Shows doxygen the public headers with their comments marked as its own: they are written for who reads the header.

usage: doxygen_filter.py HEADER    prints it, line for line

What opens a file is the file's description. In C a comment on lines of its own belongs to what follows it, one behind
code to what stands before it; C's enumerations have no name and belong to the type before them. In C++ `///` says all
that already, and equality of structures goes without saying.
"""

import os
import re
import sys

OWN_LINES = re.compile(r"^(\s*)/\*(?![*])")
BEHIND_CODE = re.compile(r"^(\s*[^\s/].*?)/\*(?![*<])")
ENUM = re.compile(r"^enum \{")
EQUALITY = re.compile(r"bool operator==\([^)]*\) const = default;")
LICENCE = re.compile(r"SPDX-License-Identifier")


def filter_c(lines, name):
    inside, opened = False, False
    for line in lines:
        if inside:
            inside = "*/" not in line
        elif LICENCE.search(line):
            line = ""
        elif OWN_LINES.match(line):
            line = OWN_LINES.sub(r"\1/**" if opened else rf"\1/** @file {name}", line, count=1)
            opened = True
            inside = "*/" not in line
        elif ENUM.match(line):
            line = "/** Numbers for the type above, or flags. */ " + BEHIND_CODE.sub(r"\1/**<", line)
        elif BEHIND_CODE.match(line):
            line = BEHIND_CODE.sub(r"\1/**<", line, count=1)
            inside = "*/" not in line
        yield line


def filter_cpp(lines, name):
    heading, opened = True, False
    for line in lines:
        if LICENCE.search(line):
            line = ""
        elif heading and line.startswith("//"):
            line = ("///" if opened else f"/// @file {name}") + line[2:]
            opened = True
        elif line:
            heading = False
        yield EQUALITY.sub("", line)


def main():
    path = sys.argv[1]
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    print("\n".join((filter_c if path.endswith(".h") else filter_cpp)(lines, os.path.basename(path))), end="")


if __name__ == "__main__":
    main()
