# SPDX-License-Identifier: MIT
"""Turns blocks into a page for a browser: one file that needs no other, no network and no script, also on a telephone."""
import html

from document import Bullet, Heading, Item, Paragraph, Verbatim, anchor_of, parts_of

STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 52rem; overflow-wrap: anywhere; }
nav { border-bottom: 1px solid var(--line); padding-bottom: .5rem; }
nav a, .contents a { display: inline-block; margin-right: .9rem; padding: .15rem 0; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); } h3 { margin-top: 2.2rem; }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; overflow-wrap: normal; font-size: .85rem; line-height: 1.35; }
code, pre, dt, .code { font-family: ui-monospace, monospace; } code, dt { font-size: .92em; }
dt { font-weight: bold; margin-top: .5rem; } dd { margin: 0 0 .3rem 1.2rem; } dd p, li p { margin: .2rem 0; }
table { border-collapse: collapse; } td, th { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
"""


class Site:
    """Which pages there are, so that no link leads nowhere. `pages` are (file, label)."""

    def __init__(self, pages, version, renamed=None):
        self.pages = pages
        self.version = version
        self.renamed = renamed or {}  # what a link says, and the page that has it here

    def page(self, file, title, blocks, contents=False):
        """`contents`: the headings inside sections are listed first."""
        links = "\n".join(f'<a href="{name}">{html.escape(label)}</a>' for name, label in self.pages if name != file)
        body = self._blocks(blocks)
        if contents:
            named = [block for block in blocks if isinstance(block, Heading) and block.level == 2]
            body = '<p class="contents code">' + "\n".join(
                f'<a href="#{_anchor(block)}">{html.escape(block.text)}</a>' for block in named) + "</p>\n" + body
        return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
                f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
                f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<nav>\n{links}\n</nav>\n"
                f"<h1>{self._inline(title)}</h1>\n{body}\n<p><small>qmpev {html.escape(self.version)}</small></p>\n</body>\n</html>\n")

    def _target(self, target):
        """The address of a link, or nothing when it leads out of these pages."""
        file, mark, anchor = target.partition("#")
        file = self.renamed.get(file, file)
        return file + mark + anchor if file in [name for name, _ in self.pages] else ""

    def _inline(self, text):
        made = []
        for kind, words, target in parts_of(text):
            words = html.escape(words, quote=False)
            if kind == "code":
                words = f"<code>{words}</code>"
            elif kind == "link" and self._target(target):
                words = f'<a href="{html.escape(self._target(target))}">{words}</a>'
            made.append(words)
        return "".join(made)

    def _block(self, block):
        if isinstance(block, Heading):
            tag = f"h{block.level + 1}"
            return f'<{tag} id="{_anchor(block)}">{self._inline(block.text)}</{tag}>'
        if isinstance(block, Paragraph):
            return f"<p>{self._inline(block.text)}</p>"
        if isinstance(block, Verbatim):
            return f"<pre>{html.escape(block.text, quote=False)}</pre>"
        return self._table(block)

    def _table(self, table):
        rows = [("th", table.head), *(("td", row) for row in table.rows)]
        lines = ["<tr>" + "".join(f"<{tag}>{self._inline(cell)}</{tag}>" for cell in row) + "</tr>" for tag, row in rows]
        return "\n".join(["<table>", *lines, "</table>"])

    def _item(self, block):
        if isinstance(block, Bullet):
            return f"<li>{self._inline(block.text)}</li>"
        return f"<dt>{self._inline(block.term)}</dt>\n<dd>{self._blocks(block.body)}</dd>"

    def _blocks(self, blocks):
        """Terms and list entries that follow each other stand in one list."""
        made, open_list = [], ""
        for block in blocks:
            wanted = {Item: "dl", Bullet: "ul"}.get(type(block), "")
            if wanted != open_list:
                made += [f"</{open_list}>"] * bool(open_list) + [f"<{wanted}>"] * bool(wanted)
                open_list = wanted
            made.append(self._item(block) if wanted else self._block(block))
        return "\n".join(made + [f"</{open_list}>"] * bool(open_list))


def _anchor(heading):
    return heading.anchor or anchor_of(heading.text)
