# SPDX-License-Identifier: MIT
"""Reads the public C headers for libqmpev(3): what each is for, and each function with the words that stand before it."""
import re

from document import Heading, Page, Paragraph, Verbatim, see_also

_HEAD = re.compile(r"/\* SPDX[^\n]*\n/\*+\s(.*?)\*/", re.DOTALL)
_COMMENT_OR_FUNCTION = re.compile(r"/\*.*?\*/|\bQMPEV_API\b[^;{]*;", re.DOTALL)


def words_of(comment):
    """The paragraphs of a C comment."""
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in comment.strip().split("\n")]
    return [" ".join(part.split()) for part in "\n".join(lines).split("\n\n") if part.strip()]


def head_of(source):
    """What the head of a header says."""
    return words_of(_HEAD.match(source)[1].replace("@file", ""))


def functions_of(source):
    """Each group of functions that follow one comment: (declarations, paragraphs)."""
    groups = []
    comment, between = [], 0
    for match in _COMMENT_OR_FUNCTION.finditer(source):
        if match[0].startswith("/*"):
            comment, between = words_of(match[0][2:-2].lstrip("*")), match.end()
        elif groups and not source[between:match.start()].strip() and groups[-1][2] == between:
            groups[-1][0].append(match[0])
            groups[-1][2] = between = match.end()
        else:
            between = match.end()
            groups.append([[match[0]], comment, between])
    return [(declarations, words) for declarations, words, _ in groups]


def _declaration(text):
    return " ".join(text.replace("QMPEV_API", "").split())


def page_of(headers):
    """`headers` are (name, text) of the C headers, the one that includes all of them first."""
    blocks = [Heading("Synopsis"), Verbatim(f"#include <qmpev/{headers[0][0]}>\n\ncc `pkg-config --cflags --libs qmpev`"),
              Heading("Description")]
    for number, (name, text) in enumerate(headers):
        blocks += [Heading(f"<qmpev/{name}>")] * (number > 0) + [Paragraph(words) for words in head_of(text)]
        for declarations, words in functions_of(text):
            blocks.append(Verbatim("\n".join(map(_declaration, declarations))))
            blocks += [Paragraph(each) for each in words]
    blocks += [Paragraph("The headers have the structures, qmpev-events(7) what their members mean."),
               *see_also("qmpev-events(7)")]
    return Page("libqmpev", 3, "QMP events from a hypervisor process, in C", blocks)
