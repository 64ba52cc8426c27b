# SPDX-License-Identifier: MIT
"""The files of a source tree, and their text without what the compiler does not see."""

import os
import re

SKIPPED_FOLDERS = {".git", "__pycache__", "packagecache", "corpus"}
CXX_SUFFIXES = (".cpp", ".hpp", ".c", ".h")

# A number is a token of its own, so that the quote in 1'000 opens nothing.
TOKEN = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | R"(?P<delimiter>[^()\\\s]*)\(.*?\)(?P=delimiter)"
      | "(?:\\.|[^"\\\n])*"
      | \b\d[\w.']*
      | '(?:\\.|[^'\\\n])*'""",
    re.S | re.X)
NOT_A_NEWLINE = re.compile(r"[^\n]")


def blank(text):
    """Spaces in the place of everything but newlines: line numbers stay."""
    return NOT_A_NEWLINE.sub(" ", text)


def without_comments(text):
    return TOKEN.sub(lambda m: blank(m[0]) if m[0].startswith(("//", "/*")) else m[0], text)


def without_comments_and_strings(text):
    return TOKEN.sub(lambda m: m[0] if m[0][0].isdigit() else blank(m[0]), text)


class SourceFile:
    """One file: `path` is relative to the tree, with slashes."""

    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            self.text = file.read()

    def is_cxx(self):
        return self.path.endswith(CXX_SUFFIXES)

    def lines(self):
        """(number, line) of the text as it is."""
        return enumerate(self.text.splitlines(), 1)

    def lines_with_strings(self):
        return enumerate(without_comments(self.text).splitlines(), 1)

    def lines_of_code(self):
        return enumerate(without_comments_and_strings(self.text).splitlines(), 1)


def is_text(name):
    return name.endswith(CXX_SUFFIXES + (".py", ".md", ".build", ".wrap", ".sh")) or name in ("dev", "run", "meson_options.txt")


def read_tree(root):
    """Every source, script and page of the tree; build folders, captures and corpora are data."""
    files = []
    for folder, subfolders, names in os.walk(root):
        below = os.path.relpath(folder, root)
        subfolders[:] = sorted(
            name for name in subfolders
            if name not in SKIPPED_FOLDERS and not (below == "." and name.startswith("build"))
            and not (below == "subprojects" and name != "packagefiles"))
        for name in sorted(names):
            if is_text(name):
                files.append(SourceFile(root, os.path.normpath(os.path.join(below, name)).replace(os.sep, "/")))
    return files
