# SPDX-License-Identifier: MIT
"""Writes cli/event_reference.cpp: each event as rows for a reader, one list for each wire form.

Tables only; how a row looks on the terminal is the business of cli/reference_text.cpp.
"""
import json

from model import FORMS, INTEGERS, Enum, Struct, Union, identifier_of
from text import head, literal
from wire_order import in_wire_order


def write(schema, files):
    lines = head(files, "What `qmpev events` prints. Any thread: constants.")
    lines += ['#include "cli/event_reference.hpp"', "", "#include <array>", "", "namespace qmpev {", "namespace {", ""]
    for event in schema.events.values():
        for form in _forms(schema, event):
            lines += _rows(schema, event, form)
    lines += [f"constexpr std::array<EventReference, {len(schema.events)}> kReferences{{{{"]
    for event in schema.events.values():
        lines += _event(schema, event)
    lines += ["}};", "", "}  // namespace", "",
              "std::span<const EventReference> event_references() noexcept {", "  return kReferences;", "}", "",
              "}  // namespace qmpev"]
    return "\n".join(lines) + "\n"


def _forms(schema, event):
    return FORMS if schema.varies(event) else FORMS[:1]


def _array(event, form):
    return f"k{identifier_of(event)}{form.capitalize()}"


def _event(schema, event):
    forms = [form if schema.varies(event) else FORMS[0] for form in FORMS]
    rows = [_array(event, form) if event.members else "std::span<const ReferenceRow>{}" for form in forms]
    examples = [literal(example_line(event.examples[form])) for form in FORMS]
    keep = " and ".join(f"`{name}`" for name in event.keep_key)
    return [f"    {{{literal(event.name)},", f"     {literal(event.doc)},",
            f"     {literal(event.where.file)}, {event.rate_limit_ms}, {literal(event.key or '')},",
            f"     {'true' if event.keep else 'false'}, {literal(keep)}, {literal(event.until or '')},",
            f"     {literal(', '.join(event.features))},",
            f"     {{{', '.join(rows)}}},", f"     {{{examples[0]},", f"      {examples[1]}}}}},"]


def example_line(node):
    """An example as it goes over the wire, its members in the wire's order."""
    return json.dumps(ordered(node.plain()), ensure_ascii=True)


def ordered(value):
    """A value with all its members in the order of the wire."""
    if not isinstance(value, dict):
        return value
    return {name: ordered(value[name]) for name in in_wire_order(list(value), lambda name: name)}


def _rows(schema, event, form):
    if not event.members:
        return []
    lines = [f"constexpr ReferenceRow {_array(event, form)}[] = {{"]
    depth = 0
    if form in event.wrap:
        lines.append(_row("member", depth, event.wrap[form], event.data or "object", "Holds all members."))
        depth = 1
    return lines + _members(schema, event.members, form, depth) + ["};", ""]


def _row(kind, depth, name, facts, doc):
    return f"    {{ReferenceRow::Kind::{kind}, {depth}, {literal(name)}, {literal(facts)}, {literal(doc)}}},"


def _members(schema, members, form, depth):
    lines = []
    for member in members:
        if member.is_in(form):
            lines.append(_row("member", depth, member.wire_name(form), facts_of(member), member.doc))
            lines += _parts(schema, schema.type(member.type), form, depth + 1)
    return lines


def facts_of(member):
    """What a value of a member is, in words."""
    facts = member.type
    if member.type == "str":
        facts = f"text, {'cut at' if member.text == 'prose' else 'at most'} {member.limit_bytes} bytes"
    elif member.type == "bool":
        facts = "true or false"
    elif member.type in INTEGERS:
        facts = f"{member.type}, {member.unit}"
    return facts + ("; optional" if member.optional else "")


def _parts(schema, entry, form, depth):
    if isinstance(entry, Enum):
        return [_row("value", depth, value.name, "", value.doc) for value in entry.values]
    if isinstance(entry, Struct):
        return _members(schema, entry.members, form, depth)
    if isinstance(entry, Union):
        return _union(schema, entry, form, depth)
    return []


def _union(schema, union, form, depth):
    tag = union.tag.wire_name(form)
    lines = _members(schema, [union.tag], form, depth)
    for branch in union.branches:
        lines.append(_row("branch", depth, tag, branch.case, schema.structs[branch.type].doc))
        lines += _members(schema, schema.structs[branch.type].members, form, depth + 1)
    return lines
