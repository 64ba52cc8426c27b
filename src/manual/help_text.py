# SPDX-License-Identifier: MIT
"""Reads the texts that the program prints for --help, from the source file that has them.

They are laid out for a terminal: what stands further in belongs to what stands before it, and two spaces part a term from what
it means. So the manual pages say what --help says, and nothing has to be kept the same by hand.
"""
import re

from document import Heading, Item, Page, Paragraph, Verbatim, see_also

_FUNCTION = re.compile(r'std::string_view (\w+)_usage\(\) noexcept \{\s*return R"\((.*?)\)";', re.DOTALL)
_TERM = re.compile(r"(\s*)(\S.*?)(\s{2,})(\S.*)$")


def texts_of(source):
    """The help texts of a C++ file, by the word before `_usage`."""
    return {match[1]: match[2] for match in _FUNCTION.finditer(source)}


def _indent(line):
    return len(line) - len(line.lstrip())


def _paragraphs(lines):
    """Running text; a line that begins with `default:` or an option begins anew."""
    paragraph = ""
    for line in lines:
        if paragraph and line.lstrip().startswith(("default:", "--")):
            yield Paragraph(paragraph)
            paragraph = ""
        paragraph += (" " if paragraph else "") + line.strip()
    if paragraph:
        yield Paragraph(paragraph)


def _item(lines):
    """The term on the first line, with all that stands further in than it, and how many lines that takes."""
    outer = _indent(lines[0])
    end = next((number for number, line in enumerate(lines) if number and _indent(line) <= outer), len(lines))
    inner = lines[1:end]
    match = _TERM.match(lines[0])
    if not match:
        return Item(lines[0].strip(), blocks_of(inner)), end
    column = len(match[1]) + len(match[2]) + len(match[3])
    return Item(match[2], blocks_of([" " * column + match[4]] + inner)), end


def blocks_of(lines):
    """Terms and paragraphs of lines without an empty one among them."""
    blocks, prose = [], []
    while lines:
        deeper = len(lines) > 1 and _indent(lines[1]) > _indent(lines[0]) > 0  # what stands at the margin is prose
        if deeper or _TERM.match(lines[0]):
            blocks += _paragraphs(prose)
            prose = []
            item, taken = _item(lines)
            blocks.append(item)
            lines = lines[taken:]
        else:
            prose.append(lines[0])
            lines = lines[1:]
    return blocks + list(_paragraphs(prose))


def _sections(paragraphs):
    """Headings where a manual page has them, by what a part of the text begins with."""
    options = False
    for paragraph in paragraphs:
        if paragraph.startswith("Exit status: "):
            yield Heading("Exit status")
            paragraph = paragraph.replace("Exit status: ", "", 1)
        elif paragraph.startswith("  ") and not options:
            yield Heading("Options")
            options = True
        yield from blocks_of(paragraph.split("\n"))


def page_of(text, verb, others):
    """The page of a verb, or of the program itself where there is none. `others` are the pages to look at besides."""
    usage, *paragraphs = text.rstrip("\n").split("\n\n")
    name = f"qmpev-{verb}" if verb else "qmpev"
    description = [] if not verb else [Heading("Description")]
    return Page(name, 1, "", [Heading("Synopsis"), Verbatim(usage.replace("usage: ", "", 1)), *description,
                              *_sections(paragraphs), *see_also(*others)])


def briefs_of(program_text):
    """What the program says in one line about each verb."""
    items = [match for match in map(_TERM.match, program_text.split("\n")) if match]
    return {match[2]: match[4] for match in items if not match[2].startswith("-")}
