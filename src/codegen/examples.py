# SPDX-License-Identifier: MIT
"""Holds the example of an event against its schema, in one wire form. What readers copy has to be right."""
from model import INTEGERS, Enum, Union
from text import example_line


def check_example(schema, event, form):
    node = event.examples[form]
    expected = {"event", "data"} if event.members else {"event"}
    line = node.expect(dict, "a whole line as clients see it, as an object")
    if "*/" in example_line(node):
        node.fail("`*/` would end a C comment; choose other values")
    for name, member in line.items():
        if name not in expected | {"timestamp"}:
            member.fail(f"an example of {event.name} has no member `{name}`; remove it")
    for name in sorted(expected):
        if name not in line:
            node.fail(f"the example needs `{name}`; add it")
    if line["event"].value != event.name:
        line["event"].fail(f"this is the example of {event.name}; write that name")
    if "timestamp" in line:
        _stamp(line["timestamp"])
    if event.members:
        data = line["data"]
        if form in event.wrap:
            data = _only(data, event.wrap[form])
        _members(schema, data, event.members, form)


def _stamp(node):
    parts = node.expect(dict, "an object with seconds and microseconds")
    if sorted(parts) != ["microseconds", "seconds"]:
        node.fail("a timestamp has seconds and microseconds; write these two")
    for part in parts.values():
        if part.expect(int, "an integer") < 0:
            part.fail("a timestamp is never negative; write 0 or more")


def _only(node, name):
    members = node.expect(dict, "an object")
    if list(members) != [name]:
        node.fail(f"in this wire form all members stand inside `{name}`; write them there")
    return members[name]


def _members(schema, node, members, form):
    given = node.expect(dict, "an object")
    known = {member.wire_name(form): member for member in members if member.is_in(form)}
    for name, value in given.items():
        if name not in known:
            value.fail(f"there is no member `{name}` in this wire form; remove it, or write one of {', '.join(known)}")
        _value(schema, value, known[name], form)
    for name, member in known.items():
        if name not in given and not member.optional:
            node.fail(f"the example lacks `{name}`; add it")


def _value(schema, node, member, form):
    if member.type in INTEGERS:
        lowest, highest = INTEGERS[member.type][2:]
        if not lowest <= node.expect(int, "an integer") <= highest:
            node.fail(f"{node.value} is no {member.type}; write {lowest} to {highest}")
    elif member.type == "str":
        if len(node.expect(str, "a text").encode()) > member.limit_bytes:
            node.fail(f"this is longer than {member.limit_bytes} bytes; shorten it")
    elif member.type == "bool":
        node.expect(bool, "true or false")
    else:
        _typed(schema, node, schema.type(member.type), form)


def _typed(schema, node, entry, form):
    if isinstance(entry, Enum):
        values = [value.name for value in entry.values]
        if node.expect(str, f"one of {', '.join(values)}") not in values:
            node.fail(f"`{node.value}` is no {entry.name}; write one of {', '.join(values)}")
    elif isinstance(entry, Union):
        given = node.expect(dict, "an object")
        tag = entry.tag.wire_name(form)
        if tag not in given:
            node.fail(f"the example lacks `{tag}`, which chooses the branch; add it")
        _value(schema, given[tag], entry.tag, form)
        branch = next(branch for branch in entry.branches if branch.case == given[tag].value)
        _members(schema, node, [entry.tag] + schema.structs[branch.type].members, form)
    else:
        _members(schema, node, entry.members, form)
