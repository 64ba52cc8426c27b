# SPDX-License-Identifier: MIT
"""Reads schema files into the model: which members an entry may have, which it must have, of which JSON kind.

What entries say about each other is the business of checks.py.
"""
import re

from model import (DEFAULT_LIMIT_BYTES, FORMS, Alternate, Branch, Command, Enum, Event, Member, Schema, Struct, Union, Value)
from strict_json import SchemaError, parse

TYPE_NAME = (re.compile(r"[A-Z][A-Za-z0-9]*"), "a type name such as ShutdownCause")
EVENT_NAME = (re.compile(r"[A-Z][A-Z0-9_]*"), "an event name such as BALLOON_CHANGE")
MEMBER_NAME = (re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*"), "a member name such as node-name")
VALUE_NAME = (re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*"), "an enum value such as host-qmp-quit")
VERSION = (re.compile(r"[0-9]+\.[0-9]+\.[0-9]+"), "a version such as 0.2.0")
QEMU_VERSION = (re.compile(r"[0-9]+\.[0-9]+"), "a release of QEMU such as 9.0")


class Entry:
    """An object of the schema while its members are read: what is read is known, what is left is a mistake."""

    def __init__(self, node, what, known):
        self.node = node
        self.what = what
        self.members = node.expect(dict, f"{what} as an object")
        for name, member in self.members.items():
            if name not in known:
                member.fail(f"{what} has no member `{name}`; known are {', '.join(known)}")

    def node_of(self, name, needed=None):
        node = self.members.get(name)
        if node is None and needed:
            self.node.fail(f"{self.what} needs `{name}`: {needed}")
        return node

    def text(self, name, needed=None, shape=None):
        node = self.node_of(name, needed)
        if node is None:
            return None
        text = node.expect(str, needed or (shape and shape[1]) or "a text")
        if not text.strip():
            node.fail(f"this is empty; write {needed or 'something'}")
        if shape and not shape[0].fullmatch(text):
            node.fail(f"`{text}` is not {shape[1]}; spell it like one")
        return text

    def flag(self, name):
        node = self.node_of(name)
        return node is not None and node.expect(bool, "true or false")

    def number(self, name, default, lowest, highest):
        node = self.node_of(name)
        if node is None:
            return default
        value = node.expect(int, f"an integer from {lowest} to {highest}")
        if not lowest <= value <= highest:
            node.fail(f"{value} is out of range; write an integer from {lowest} to {highest}")
        return value

    def items(self, name, needed=None):
        node = self.node_of(name, needed)
        return [] if node is None else node.expect(list, needed or "an array")

    def doc(self):
        doc = self.text("doc", "a sentence that says what this is")
        if "*/" in doc:
            self.members["doc"].fail("`*/` would end a C comment; write it otherwise")
        return doc


def _form(node):
    if node.value not in FORMS:
        node.fail(f"there is no such wire form; write {' or '.join(FORMS)}")
    return node.value


def _per_form(entry, name, what):
    """{"document": "sector-count"} as a dict."""
    node = entry.node_of(name)
    if node is None:
        return {}
    found = {}
    for form, value in node.expect(dict, f"an object from wire form to {what}").items():
        if form not in FORMS:
            value.fail(f"there is no wire form `{form}`; write {' or '.join(FORMS)}")
        found[form] = value.expect(str, what)
        if not MEMBER_NAME[0].fullmatch(found[form]):
            value.fail(f"`{found[form]}` is not {MEMBER_NAME[1]}; spell it like one")
    return found


def _type(entry):
    node = entry.node_of("type", "a scalar or the name of a type")
    if isinstance(node.value, list):
        if len(node.value) != 1:
            node.fail('a list names the type of its elements; write ["TypeName"]')
        return node.value[0].expect(str, "the name of a type"), True
    return node.expect(str, 'a type, or ["TypeName"] for a list of it'), False


def load_member(node):
    entry = Entry(node, "a member", ("name", "doc", "type", "qapi_type", "optional", "unit", "text", "limit_bytes", "rename",
                                     "omit", "since", "features"))
    name = entry.text("name", "its name on the wire", MEMBER_NAME)
    doc = entry.doc()
    type_name, is_list = _type(entry)
    text = entry.text("text") or "identifier"
    if text not in ("identifier", "prose"):
        entry.members["text"].fail(f"`{text}` is no rule for texts; write identifier (never cut) or prose (may be cut)")
    for name_of_text in ("text", "limit_bytes"):
        if type_name != "str" and name_of_text in entry.members:
            entry.members[name_of_text].fail("this is for texts only; remove it")
    _features(entry)
    return Member(name, doc, type_name, entry.text("qapi_type"), is_list, entry.flag("optional"), entry.text("unit"), text,
                  entry.number("limit_bytes", DEFAULT_LIMIT_BYTES, 1, 4096), _per_form(entry, "rename", "a name"),
                  [_form(form) for form in entry.items("omit")], entry.text("since", shape=VERSION), node.where)


def _features(entry):
    """Marks that introspection hands on, such as deprecated or unstable."""
    return [node.expect(str, "a text") for node in entry.items("features")]


def load_enum(node):
    entry = Entry(node, "an enum", ("name", "doc", "values", "features"))
    name = entry.text("name", "its name", TYPE_NAME)
    doc = entry.doc()
    values = []
    for value_node in entry.items("values", "an array of its values; order is for ever, append only"):
        value = Entry(value_node, "an enum value", ("name", "doc", "since", "features"))
        value_name = value.text("name", "its name on the wire", VALUE_NAME)
        value.text("since", shape=VERSION)
        _features(value)
        values.append(Value(value_name, value.doc(), value_node.where))
    if not values:
        entry.members["values"].fail("an enum without values can say nothing; add one")
    _features(entry)
    return Enum(name, doc, values, node.where)


def load_struct(node):
    entry = Entry(node, "a struct", ("name", "doc", "members", "features"))
    name = entry.text("name", "its name", TYPE_NAME)
    doc = entry.doc()
    members = [load_member(member) for member in entry.items("members", "an array of its members")]
    _features(entry)
    return Struct(name, doc, members, node.where)


def load_union(node):
    entry = Entry(node, "a union", ("name", "doc", "tag", "members", "branches", "features"))
    name = entry.text("name", "its name", TYPE_NAME)
    doc = entry.doc()
    tag = load_member(entry.node_of("tag", "the member whose value chooses the branch"))
    branches = []
    for branch_node in entry.items("branches", "an array of its branches"):
        branch = Entry(branch_node, "a branch", ("case", "type"))
        branches.append(Branch(branch.text("case", "the tag's value", VALUE_NAME),
                               branch.text("type", "the struct whose members follow", TYPE_NAME), branch_node.where))
    _features(entry)
    return Union(name, doc, tag, [load_member(member) for member in entry.items("members")], branches, node.where)


def load_alternate(node):
    entry = Entry(node, "an alternate", ("name", "doc", "types", "features"))
    name = entry.text("name", "its name", TYPE_NAME)
    doc = entry.doc()
    types = [each.expect(str, "the name of a type") for each in entry.items("types", "an array of the types it may be")]
    _features(entry)
    return Alternate(name, doc, types, node.where)


def _examples(entry):
    """{"event": ...} stands for both forms, {"document": ..., "qemu": ...} for one each."""
    node = entry.node_of("example", "a whole line as clients see it")
    members = node.expect(dict, "a whole line as clients see it, as an object")
    if any(form in members for form in FORMS):
        for name, member in members.items():
            if name not in FORMS:
                member.fail(f"there is no wire form `{name}`; write {' or '.join(FORMS)}")
        for form in FORMS:
            if form not in members:
                node.fail(f"the wire form `{form}` has no example; add it")
        return dict(members)
    return {form: node for form in FORMS}


def _keep(entry):
    node = entry.node_of("keep")
    if node is None:
        return False, []
    if isinstance(node.value, list):
        return True, [member.expect(str, "the name of a member") for member in node.value]
    return node.expect(bool, "true, or an array of the members that tell what the event is about"), []


def load_event(node):
    entry = Entry(node, "an event", ("name", "doc", "data", "members", "wrap", "rate_limit_ms", "key", "keep",
                                     "example", "since", "until", "features"))
    name = entry.text("name", "its name on the wire", EVENT_NAME)
    doc = entry.doc()
    if "data" in entry.members and "members" in entry.members:
        entry.members["data"].fail("an event has `data` (the members of a struct) or `members`; remove one of the two")
    members = [load_member(member) for member in entry.items("members")]
    keep, keep_key = _keep(entry)
    rate_limit_ms = entry.number("rate_limit_ms", 0, 1, 3_600_000)
    entry.text("since", shape=VERSION)
    until = entry.text("until", shape=QEMU_VERSION)
    features = _features(entry)
    if until and "deprecated" not in features:
        entry.members["until"].fail('clients of introspection have to see that QEMU dropped it; add `"features": ["deprecated"]`')
    return Event(name, doc, entry.text("data", shape=TYPE_NAME), members, _per_form(entry, "wrap", "a name"),
                 rate_limit_ms, entry.text("key"), keep, keep_key, until, features, _examples(entry), node.where)


def load_command(node):
    entry = Entry(node, "a command", ("name", "doc", "data", "members", "returns", "oob", "preconfig", "example", "since",
                                      "features"))
    name = entry.text("name", "its name on the wire", MEMBER_NAME)
    doc = entry.doc()
    if "data" in entry.members and "members" in entry.members:
        entry.members["data"].fail("a command has `data` (the members of a type) or `members`; remove one of the two")
    members = [load_member(member) for member in entry.items("members")]
    returns = entry.node_of("returns")
    if returns is not None:
        answer = Entry(returns, "an answer", ("doc", "type", "unit"))
        type_name, is_list = _type(answer)
        returns = Member("return", answer.doc(), type_name, None, is_list, False, answer.text("unit"), "identifier",
                         DEFAULT_LIMIT_BYTES, {}, [], None, returns.where)
    example = Entry(entry.node_of("example", "a request and its reply"), "an example", ("request", "reply"))
    lines = {part: example.node_of(part, "a whole line") for part in ("request", "reply")}
    for line in lines.values():
        line.expect(dict, "a whole line as an object")
    return Command(name, doc, entry.text("data", shape=TYPE_NAME), members, returns, entry.flag("oob"),
                   entry.flag("preconfig"), _features(entry), lines, node.where)


SECTIONS = {"enums": load_enum, "structs": load_struct, "unions": load_union, "alternates": load_alternate, "events": load_event,
            "commands": load_command}


def load(texts):
    """The Schema of several files, given as (file name, text). Entries are ordered by name."""
    schema = Schema()
    for file, text in texts:
        entry = Entry(parse(text, file), "a schema file", ("doc",) + tuple(SECTIONS))
        entry.doc()
        for section, load_one in SECTIONS.items():
            for node in entry.items(section):
                _add(getattr(schema, section), load_one(node))
    for section in SECTIONS:
        setattr(schema, section, dict(sorted(getattr(schema, section).items())))
    return schema


def _add(entries, new):
    old = entries.get(new.name)
    if old:
        raise SchemaError(new.where.member("name"),
                          f"`{new.name}` is already at {old.where.file}: {old.where.path}; choose another name")
    entries[new.name] = new
