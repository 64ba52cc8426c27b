# SPDX-License-Identifier: MIT
"""Writes event/event_tables.hpp: Describe<> of every event and of every type that events carry.

Tables and types only. The templates are event/describe.hpp, written by hand; whoever walks them is too.
"""
import names
from bound import event_head, event_tail, line_bytes
from model import FORMS, Enum, Union, identifier_of
from text import head, literal


def write(schema, files):
    lines = head(files, "Every event as data, for the code that walks events without knowing one. Any thread: constants.")
    lines += ["#pragma once", "", "#include <array>", "#include <cstddef>", "#include <cstdint>",
              "#include <string_view>", "#include <tuple>", "", "#include <qmpev/events.hpp>", "",
              '#include "event/describe.hpp"', "", "namespace qmpev {", ""]
    lines += _kinds(schema)
    for entry in schema.of_events():
        lines += _type(schema, entry) + [""]
    for event in schema.events.values():
        lines += _event(schema, event) + [""]
    lines += _lists(schema)
    lines += ["}  // namespace qmpev"]
    return "\n".join(lines) + "\n"


def _names(identifier, wire_names):
    lines = ["template <>", f"struct Describe<{identifier}> {{",
             f"  static constexpr std::array<std::string_view, {len(wire_names)}> names{{"]
    lines += [f"      {literal(name)}," for name in wire_names]
    return lines + ["  };", "};", ""]


def _kinds(schema):
    return _names("EventKind", list(schema.events))


def _label(member, form):
    return literal(f', "{member.wire_name(form)}": ')


def _entry(owner, member, form):
    arguments = f"&{owner}::{identifier_of(member)}, {_label(member, form)}"
    if member.type == "str":
        arguments += f", TextLimit{{TextRule::{member.text}, {member.limit_bytes}}}"
    return f"member({arguments})"


def _tuple(entries, indent):
    if not entries:
        return [f"{indent}std::make_tuple()"]
    body = [f"{indent}    {entry}," for entry in entries]
    body[-1] = body[-1][:-1] + ")"
    return [f"{indent}std::make_tuple(", *body]


def _forms(varies, body_of):
    """One struct for each wire form; where they are equal, one for both."""
    lines = []
    for form in FORMS:
        name = f"{form.capitalize()}Form"
        if form != FORMS[0] and not varies:
            lines += [f"  using {name} = {FORMS[0].capitalize()}Form;"]
        else:
            lines += [f"  struct {name} {{", *body_of(form), "  };"]
    return lines


def _members(schema, entry, form):
    owner = identifier_of(entry)
    entries = [_entry(owner, member, form) for member in schema.fields(entry, form)]
    lines = _tuple(entries, "        ")
    return ["    static constexpr auto members =", *lines[:-1], lines[-1] + ";"]


def _type(schema, entry):
    if isinstance(entry, Enum):
        return _names(identifier_of(entry), [value.name for value in entry.values])[:-1]
    lines = ["template <>", f"struct Describe<{identifier_of(entry)}> {{"]
    varies = schema.varies(entry)
    lines += [f"  static constexpr bool one_form = {_bool(not varies)};"]
    if isinstance(entry, Union):
        lines += _forms(varies, lambda form: _branches(schema, entry, form))
    else:
        lines += _forms(varies, lambda form: _members(schema, entry, form))
    return lines + ["};"]


def _branches(schema, union, form):
    lines = ["    static constexpr auto branches = std::make_tuple("]
    for branch in union.branches:
        owner = names.cpp_type(branch.type)
        tag = literal(f', "{union.tag.wire_name(form)}": "{branch.case}"')
        entries = [f"constant({tag})" if member is union.tag else _entry(owner, member, form)
                   for member in schema.branch_fields(union, branch, form)]
        lines += _tuple(entries, "        ")
        lines[-1] += ","
    lines[-1] = lines[-1][:-1] + ");"
    return lines


def _bool(value):
    return "true" if value else "false"


def _event(schema, event):
    owner = identifier_of(event)
    key = f"&{owner}::{names.cpp_name(event.key)}" if event.key else "nullptr"
    keep_key = ", ".join(f"&{owner}::{names.cpp_name(name)}" for name in event.keep_key)
    varies = schema.varies(event)
    lines = ["template <>", f"struct Describe<{owner}> {{",
             f"  static constexpr EventKind kind = EventKind::{'_'.join(names.words(event.name))};",
             f"  static constexpr std::string_view name = {literal(event.name)};",
             f"  static constexpr bool one_form = {_bool(not varies)};",
             f"  static constexpr std::size_t max_line_bytes = {line_bytes(schema, event)};",
             f"  static constexpr std::uint32_t rate_limit_ms = {event.rate_limit_ms};",
             f"  static constexpr auto key = {key};",
             f"  static constexpr bool keep = {_bool(event.keep)};",
             f"  static constexpr auto keep_key = std::make_tuple({keep_key});"]
    lines += _forms(varies, lambda form: [
        f"    static constexpr std::string_view head = {literal(event_head(event, form))};",
        f"    static constexpr std::string_view tail = {literal(event_tail(event, form))};",
        *_members(schema, event, form)])
    return lines + ["};"]


def _lists(schema):
    owners = [identifier_of(event) for event in schema.events.values()]
    lines = ["/// All event types, in the order of EventKind.", "using AllEvents = std::tuple<"]
    lines += [f"    {owner}," for owner in owners]
    lines[-1] = lines[-1][:-1] + ">;"
    lines += ["", "/// The same facts by EventKind.",
              "inline constexpr std::array<EventInfo, kEventKinds> kEventInfo{"]
    lines += [f"    event_info<{owner}>()," for owner in owners]
    lines += ["};", "", "/// Expands M(Type) for every event type.", "#define QMPEV_FOR_EACH_EVENT(M) \\"]
    lines += [f"  M({owner}) \\" for owner in owners]
    lines[-1] = lines[-1][:-2]
    return lines + [""]
