# SPDX-License-Identifier: MIT
"""Pieces of generated text that every writer needs: heads, comments, literals."""
import json
import textwrap

WIDTH = 110


def head(files, what):
    """The first lines of a generated file. `files` are names of schema files."""
    return ["// SPDX-License-Identifier: MIT",
            *comment(f"Generated from {', '.join(files)}; do not edit. {what}", "// ")]


def comment(sentence, prefix):
    return textwrap.wrap(sentence, WIDTH, initial_indent=prefix, subsequent_indent=prefix, break_long_words=False,
                         break_on_hyphens=False)


def block(sentences, indent=""):
    """A C comment. A sentence that begins with a brace stands as it is."""
    lines = []
    for sentence in sentences:
        lines += [sentence] if sentence.startswith("{") else textwrap.wrap(
            sentence, WIDTH - 3 - len(indent), break_long_words=False, break_on_hyphens=False)
    if len(lines) == 1 and len(lines[0]) + len(indent) + 7 <= WIDTH:
        return [f"{indent}/* {lines[0]} */"]
    return [f"{indent}/* {lines[0]}"] + [f"{indent} * {line}" for line in lines[1:]] + [f"{indent} */"]


def literal(raw):
    """A C string literal of printable ASCII, CR and LF."""
    return json.dumps(raw)


def example_line(node):
    """An example in the wire's spacing."""
    return json.dumps(node.plain(), ensure_ascii=True)
