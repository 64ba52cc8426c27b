# SPDX-License-Identifier: MIT
"""Writes <qmpev/qmpev_events.h>: the events for C callers, one struct and one function each.

Every struct begins with its size and only ever grows at its end, so that a caller built with an older header is
understood. For the same reason a struct inside a struct is a pointer, what is optional is one too (all that is added
later is optional, and a pointer never falls into the padding behind an older struct), and an enum is a uint32_t.
"""
import names
from cpp_header import event_sentences, range_of
from model import INTEGERS, Enum, Union
from text import block

GUARD = "QMPEV_QMPEV_EVENTS_H"


def write(schema, files):
    lines = ["/* SPDX-License-Identifier: MIT */",
             *block([f"Generated from {', '.join(files)}; do not edit. The events for C: fill in a struct, hand it over.",
                     "Every struct begins with `size`: set it to sizeof the struct. Structs grow at their end only; what an "
                     "older caller's struct does not reach is absent. Set everything else to zero first (`= {0}`, or "
                     "designated initialisers).",
                     "Texts are NUL-terminated UTF-8. Everything is borrowed for the call.",
                     "Required are all members but those marked optional. Instead of an event with a required member "
                     "missing (a NULL text or struct, a struct too short) or an enum value that is none, nothing is sent, "
                     "and the refusal is counted; so is a NULL event. An identifier over its limit is refused and counted "
                     "as oversize."]),
             f"#ifndef {GUARD}", f"#define {GUARD}", "", "#include <stdbool.h>", "#include <stddef.h>",
             "#include <stdint.h>", "", "#include <qmpev/qmpev_types.h>", "",
             "#ifdef __cplusplus", 'extern "C" {', "#endif", ""]
    for entry in schema.of_events():
        lines += _type(schema, entry) + [""]
    for event in schema.events.values():
        lines += _event(schema, event) + [""]
    lines += ["#ifdef __cplusplus", "}", "#endif", "", f"#endif /* {GUARD} */"]
    return "\n".join(lines) + "\n"


def _type(schema, entry):
    name = names.c_type(entry.name)
    if isinstance(entry, Enum):
        lines = [*block([entry.doc]), f"typedef uint32_t {name};", "enum {"]
        for number, value in enumerate(entry.values):
            lines += [f"  {names.c_enumerator(entry.name, value.name)} = {number}, /* {value.name}: {value.doc} */"]
        lines[-1] = lines[-1].replace(", /*", " /*", 1)
        return lines + ["};"]
    if isinstance(entry, Union):
        return _union(schema, entry, name)
    return _struct(schema, name, [entry.doc], entry.members)


def _union(schema, union, name):
    lines = [*block([union.doc]), f"typedef struct {name} {{", "  size_t size; /* sizeof this struct */",
             *block([union.tag.doc], "  "), f"  {names.c_type(union.tag.type)} {names.c_name(union.tag.name)};"]
    for branch in union.branches:
        enumerator = names.c_enumerator(union.tag.type, branch.case)
        lines += [*block([f"Required when `{names.c_name(union.tag.name)}` is {enumerator}, else not looked at."], "  "),
                  f"  const {names.c_type(branch.type)} *{names.c_name(branch.case)};"]
    return lines + [f"}} {name};"]


def _struct(schema, name, sentences, members):
    lines = [*block(sentences), f"typedef struct {name} {{", "  size_t size; /* sizeof this struct */"]
    for member in members:
        lines += _member(schema, member)
    return lines + [f"}} {name};"]


def _member_type(schema, member):
    """The C type of a member, with the star of a pointer. What is optional is a pointer, so that NULL means absent."""
    star = "*" if member.optional else ""
    if member.type == "str":
        return "const char *"
    if member.type in INTEGERS or member.type == "bool":
        plain = INTEGERS[member.type][1] if member.type in INTEGERS else "bool"
    else:
        entry = schema.type(member.type)
        plain = names.c_type(entry.name)
        star = star if isinstance(entry, Enum) else "*"
    return f"const {plain} {star}" if star else f"{plain} "


def _member(schema, member):
    facts = [member.doc]
    if member.optional:
        facts.append("Optional: NULL is absent.")
    if member.type in INTEGERS:
        facts.append(f"Unit: {member.unit}. Range: {range_of(member)}.")
    if member.type == "str":
        facts.append(f"{member.text.capitalize()}, at most {member.limit_bytes} bytes.")
    return block([" ".join(facts)], "  ") + [f"  {_member_type(schema, member)}{names.c_name(member.name)};"]


def _event(schema, event):
    name = names.c_type(event.name)
    return [*_struct(schema, name, event_sentences(schema, event), event.members), "",
            *block([f"Sends {event.name} to every client. Any thread; returns nothing and cannot fail."]),
            f"QMPEV_API void {names.c_emit(event.name)}(qmpev_emitter *emitter, const {name} *event);"]
