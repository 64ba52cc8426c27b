# SPDX-License-Identifier: MIT
"""The longest line an event can become, in bytes on the wire.

A raw byte of a text becomes at most six bytes (`\\u001F`, `\\uFFFD`); the clock's largest instant has thirteen digits
of seconds. Everything else is spelled out in the schema.
"""
from model import FORMS, INTEGERS, Enum, Struct

WIRE_BYTES_PER_TEXT_BYTE = 6
LATEST_SECOND = (2**63 - 1) // 1_000_000

STAMP_START = '{"timestamp": {"seconds": '
STAMP_MIDDLE = ', "microseconds": '


def event_head(event, form):
    """What stands between the stamp and the first member."""
    head = f'}}, "event": "{event.name}"'
    if event.members:
        head += ', "data": {'
        if form in event.wrap:
            head += f'"{event.wrap[form]}": {{'
    return head


def event_tail(event, form):
    """What stands behind the last member."""
    return ("}" if event.members else "") + ("}" if form in event.wrap else "") + "}\r\n"


def _value_bytes(schema, member, form):
    if member.type == "str":
        return 2 + WIRE_BYTES_PER_TEXT_BYTE * member.limit_bytes
    if member.type == "bool":
        return len("false")
    if member.type in INTEGERS:
        lowest, highest = INTEGERS[member.type][2:]
        return max(len(str(lowest)), len(str(highest)))
    entry = schema.type(member.type)
    if isinstance(entry, Enum):
        return 2 + max(len(value.name) for value in entry.values)
    if isinstance(entry, Struct):
        return 2 + _members_bytes(schema, entry.members, form)
    return 2 + max(_branch_bytes(schema, entry, branch, form) for branch in entry.branches)


def _branch_bytes(schema, union, branch, form):
    tag = len(f'"{union.tag.wire_name(form)}": "{branch.case}"')
    members = _members_bytes(schema, schema.structs[branch.type].members, form)
    return tag + (2 + members if members else 0)


def _members_bytes(schema, members, form):
    lengths = [len(f'"{member.wire_name(form)}": ') + _value_bytes(schema, member, form)
               for member in members if member.is_in(form)]
    return sum(lengths) + 2 * max(0, len(lengths) - 1)


def line_bytes(schema, event):
    """The longest line of an event, over both wire forms."""
    stamp = len(STAMP_START) + len(str(LATEST_SECOND)) + len(STAMP_MIDDLE) + len("999999")
    return stamp + max(len(event_head(event, form)) + _members_bytes(schema, event.members, form) +
                       len(event_tail(event, form)) for form in FORMS)
