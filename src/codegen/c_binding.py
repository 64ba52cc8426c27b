# SPDX-License-Identifier: MIT
"""Writes capi/capi_events.cpp: from the structs of <qmpev/qmpev_events.h> to those of <qmpev/events.hpp>.

What is generated only names members; what reading one means stands in capi/read_event.hpp, written by hand.
"""
import names
from model import Enum, Union, identifier_of
from text import head


def write(schema, files):
    lines = head(files, "The C events, read member by member and handed to the emitter. Any thread.")
    lines += ["#include <qmpev/qmpev_events.h>", "", '#include "capi/read_event.hpp"', "", "namespace qmpev {", ""]
    for entry in schema.of_events():
        if not isinstance(entry, Enum):
            lines += _convert(schema, entry) + [""]
    for event in schema.events.values():
        lines += _convert(schema, event) + [""]
    lines += ["}  // namespace qmpev", "", 'extern "C" {', ""]
    for event in schema.events.values():
        lines += [f"void {names.c_emit(event.name)}(qmpev_emitter* emitter, const {names.c_type(event.name)}* event) {{",
                  f"  qmpev::emit_from_c<qmpev::{identifier_of(event)}>(emitter, event);", "}", ""]
    return "\n".join(lines + ['}  // extern "C"']) + "\n"


def _convert(schema, entry):
    source = names.c_type(entry.name)
    target = identifier_of(entry)
    if isinstance(entry, Union):
        return _convert_union(entry, source, target)
    if not entry.members:
        return [f"static bool convert(const {source}&, {target}&) noexcept {{", "  return true;", "}"]
    steps = [_step(source, member) for member in entry.members]
    return [f"static bool convert(const {source}& from, {target}& to) noexcept {{",
            "  return " + " &&\n         ".join(steps) + ";", "}", *_growth(source, entry.members)]


def _growth(source, members):
    """What was added later must not lie in the padding that an older struct had at its end."""
    added = [member for member in members if member.since]
    return [f"static_assert(offsetof({source}, {names.c_name(member.name)}) % alignof({source}) == 0);" for member in added]


def _step(source, member):
    at = f"&{source}::{names.c_name(member.name)}"
    to = f"to.{identifier_of(member)}"
    return f"read_{'optional' if member.optional else 'required'}(from, {at}, {to})"


def _convert_union(union, source, target):
    tag = names.c_name(union.tag.name)
    lines = [f"static bool convert(const {source}& from, {target}& to) noexcept {{",
             f"  if (!reaches(from, &{source}::{tag})) return false;", f"  switch (from.{tag}) {{"]
    for index, branch in enumerate(union.branches):
        lines += [f"    case {names.c_enumerator(union.tag.type, branch.case)}:",
                  f"      return read_required(from, &{source}::{names.c_name(branch.case)}, to.emplace<{index}>());"]
    return lines + ["    default:", "      return false;", "  }", "}"]
