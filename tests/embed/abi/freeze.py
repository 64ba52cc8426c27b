# SPDX-License-Identifier: MIT
"""Writes down what the C headers promise, in lp64.txt beside this file.

usage: freeze.py [--break] COMPILER... -- INCLUDE_FOLDER...
as in: python3 tests/embed/abi/freeze.py cc -- include build/test/include

What only grew is written. What would break a program that was compiled before is refused without --break; such a change
stands in CHANGELOG.md under "Breaking".
"""

import os
import sys

import interface

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lp64.txt")
HEAD = """# SPDX-License-Identifier: MIT
# What the C headers promise where long and pointers have 64 bits: offset, bytes, name and type of each member; numbers;
# types; prototypes. Written by freeze.py, which says how; compared with the headers by abi_test.py.
"""


def read():
    with open(PATH, encoding="ascii") as file:
        return interface.from_text("".join(line for line in file if not line.startswith("#")))


def main(words):
    may_break = words[:1] == ["--break"]
    border = words.index("--")
    now = interface.read_headers(words[may_break:border], words[border + 1:])
    breaks, growth = interface.changes(read(), now) if os.path.exists(PATH) else ([], [])
    for sentence in breaks + growth:
        print(sentence)
    if breaks and not may_break:
        print(f"{len(breaks)} would break programs that were compiled before: nothing is written without --break")
        return 1
    with open(PATH, "w", encoding="ascii") as file:
        file.write(HEAD + interface.as_text(now))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
