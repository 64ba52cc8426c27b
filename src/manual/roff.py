# SPDX-License-Identifier: MIT
"""Turns a page into the man macros, as groff and mandoc read them."""
from document import Bullet, Heading, Item, Paragraph, Table, Verbatim, parts_of, plain

LABEL = "qmpev"
INDENT = 4  # of what a term means, in characters


def write(page, version):
    """No date: the same sources make the same page."""
    lines = ['.\\" SPDX-License-Identifier: MIT', ".\\\" Generated; do not edit.",
             f'.TH "{page.name.upper()}" "{page.section}" "" "{LABEL} {version}" "{LABEL}"',
             ".nh", ".ad l", '.SH "NAME"', f"{_escaped(page.name)} \\- {_inline(page.brief)}"]
    lines += _blocks(page.blocks)
    return "\n".join(lines) + "\n"


def _escaped(text):
    """Text that roff takes as it is; what begins a line must not look like a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq").replace("^", "\\(ha")
    text = text.replace("~", "\\(ti")
    return "\\&" + text if text.startswith(".") else text


def _breakable(term):
    """A term may be longer than a line: it is broken where something else may stand, or may be left out."""
    return term.replace("[", "\\:[").replace("|", "|\\:")


def _inline(text):
    made = []
    for kind, words, _ in parts_of(" ".join(text.split())):
        made.append(f"\\fB{_escaped(words)}\\fR" if kind == "code" else _escaped(words))
    return "".join(made)


def _argument(text):
    return '"' + _inline(text).replace('"', "\\(dq") + '"'


def _verbatim(text):
    return [".nf", *(_escaped(line) or "\\&" for line in text.rstrip("\n").split("\n")), ".fi"]


def _item(item):
    lines = [f".TP {INDENT}", f"\\fB{_breakable(_escaped(plain(item.term)))}\\fR"]
    body = list(item.body)
    if body and isinstance(body[0], Paragraph):
        lines.append(_inline(body.pop(0).text))
    else:
        lines.append("\\&")
    return lines + ([f".RS {INDENT}", *_blocks(body, begins=False), ".RE"] if body else [])


def _table(table):
    """Each row as a term and what the other columns say: a terminal is too narrow for columns of sentences."""
    lines = []
    for row in table.rows:
        words = [f"{head}: {cell}" if number else cell
                 for number, (head, cell) in enumerate(zip(table.head[1:], row[1:])) if cell]
        lines += [f".TP {INDENT}", _inline(row[0]), _inline("; ".join(words)) if words else "\\&"]
    return lines


def _example(text, follows):
    return [".PP"] * follows + [f".RS {INDENT}", *_verbatim(text), ".RE"]


def _blocks(blocks, begins=True):
    """`begins`: nothing stands before these, so that no space is asked for where the macros give it."""
    lines = []
    for block in blocks:
        if isinstance(block, Heading):
            lines.append(f".{'SH' if block.level == 1 else 'SS'} "
                         f"{_argument(block.text.upper() if block.level == 1 else block.text)}")
        elif isinstance(block, Paragraph):
            lines += [".PP"] * (not begins) + [_inline(block.text)]
        elif isinstance(block, Item):
            lines += _item(block)
        elif isinstance(block, Bullet):
            lines += [".IP \\(bu 2", _inline(block.text)]
        elif isinstance(block, Verbatim):
            lines += _example(block.text, not begins)
        elif isinstance(block, Table):
            lines += _table(block)
        begins = isinstance(block, Heading)
    return lines
