# SPDX-License-Identifier: MIT
"""JSON as a tree in which every value knows where it stands, so that each error can name file and path.

Stricter than the json module: no duplicate keys, no NaN, no fractions (no fact of the schema has one).
"""
import json
import re


class SchemaError(Exception):
    """One mistake in a schema: `file.json: $.events[3].doc: sentence that says what to do`."""

    def __init__(self, where, sentence):
        super().__init__(f"{where.file}: {where.path}: {sentence}")


class Where:
    """A place in a schema file."""

    def __init__(self, file, path="$"):
        self.file = file
        self.path = path

    def member(self, name):
        plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
        return Where(self.file, self.path + (f".{name}" if plain else f"[{json.dumps(name)}]"))

    def element(self, index):
        return Where(self.file, f"{self.path}[{index}]")


class Node:
    """A value and its place. `value` is a dict of Nodes, a list of Nodes, or a str, int, bool or None."""

    def __init__(self, value, where):
        self.value = value
        self.where = where

    def kind(self):
        names = {dict: "an object", list: "an array", str: "a text", bool: "true or false", int: "an integer",
                 type(None): "null"}
        return names[type(self.value)]

    def fail(self, sentence):
        raise SchemaError(self.where, sentence)

    def expect(self, kind, what):
        """The value, which has to be of the Python type `kind` (bool is no int here)."""
        if type(self.value) is not kind:
            self.fail(f"this is {self.kind()}; write {what}")
        return self.value

    def plain(self):
        """The value without places."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


class _Pairs(list):
    """The members of an object in order, duplicates included."""


def _build(raw, where):
    if isinstance(raw, _Pairs):
        members = {}
        for name, value in raw:
            if name in members:
                raise SchemaError(where.member(name), "this key stands twice; remove one of the two")
            members[name] = _build(value, where.member(name))
        return Node(members, where)
    if isinstance(raw, list):
        return Node([_build(value, where.element(index)) for index, value in enumerate(raw)], where)
    if isinstance(raw, _Fraction):
        raise SchemaError(where, f"{raw.text} is no integer; write a whole number")
    return Node(raw, where)


class _Fraction:
    def __init__(self, text):
        self.text = text


def parse(text, file):
    """The Node of a whole file."""
    try:
        raw = json.loads(text, object_pairs_hook=_Pairs, parse_float=_Fraction, parse_constant=_Fraction)
    except json.JSONDecodeError as error:
        sentence = f"this is not JSON (line {error.lineno}, column {error.colno}: {error.msg}); correct it there"
        raise SchemaError(Where(file), sentence) from None
    return _build(raw, Where(file))
