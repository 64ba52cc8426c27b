# SPDX-License-Identifier: MIT
"""Writes <qmpev/events.hpp>: the public C++ vocabulary, commented well enough to be its reference."""
import names
from model import FORMS, INTEGERS, Enum, Union, identifier_of
from text import comment, example_line, head


def write(schema, files):
    lines = head(files, "One aggregate for each event, in C++ spelling; the comments give the wire's.")
    lines += ["//", *comment("All texts are std::string_view, borrowed for the call they are given to. An identifier (a name, an "
                             "address) longer than its limit is refused whole; prose (an error text) is cut at a character.",
                             "// ")]
    lines += ["#pragma once", ""]
    lines += [f"#include <{name}>" for name in ("cstddef", "cstdint", "optional", "string_view", "variant")]
    lines += ["", "namespace qmpev {", ""]
    lines += _kinds(schema)
    for entry in schema.of_events():
        lines += _type(schema, entry) + [""]
    for event in schema.events.values():
        lines += _event(schema, event) + [""]
    lines += ["}  // namespace qmpev"]
    return "\n".join(lines) + "\n"


def _doc(sentences, indent=""):
    lines = []
    for sentence in sentences:
        lines += [f"{indent}/// {sentence}"] if "{" in sentence else comment(sentence, f"{indent}/// ")
    return lines


def _kinds(schema):
    lines = [*_doc(["Every event, by name. The numbers may change from one version to the next."]),
             "enum class EventKind : std::uint8_t {"]
    lines += [f"  {'_'.join(names.words(event.name))},  ///< {event.name}" for event in schema.events.values()]
    return lines + ["};", "", "/// How many kinds of event there are.",
                    f"inline constexpr std::size_t kEventKinds = {len(schema.events)};", ""]


def _type(schema, entry):
    if isinstance(entry, Enum):
        lines = [*_doc([entry.doc]), f"enum class {identifier_of(entry)} : std::uint8_t {{"]
        lines += [f"  {identifier_of(value)},  ///< `{value.name}`: {value.doc}" for value in entry.values]
        return lines + ["};"]
    if isinstance(entry, Union):
        branches = ", ".join(names.cpp_type(branch.type) for branch in entry.branches)
        wire = " or ".join(f"`{branch.case}`" for branch in entry.branches)
        return [*_doc([entry.doc, f"Wire: `{entry.tag.name}` is {wire}, the other members stand beside it."]),
                f"using {identifier_of(entry)} = std::variant<{branches}>;"]
    return _struct(schema, identifier_of(entry), [entry.doc], entry.members)


def _struct(schema, identifier, sentences, members):
    lines = [*_doc(sentences), f"struct {identifier} {{"]
    for member in members:
        lines += _doc([member.doc, _facts(schema, member)], "  ")
        lines += [f"  {cpp_member(schema, member)};"]
    lines += [f"  bool operator==(const {identifier}&) const = default;"]
    return lines + ["};"]


def member_type(schema, member):
    """The C++ type of a member, without std::optional."""
    if member.type in INTEGERS:
        return INTEGERS[member.type][0]
    return {"str": "std::string_view", "bool": "bool"}.get(member.type) or names.cpp_type(member.type)


def cpp_member(schema, member):
    """A member with its initial value, so that leaving one out is defined and silent."""
    kind = member_type(schema, member)
    name = identifier_of(member)
    if member.optional:
        return f"std::optional<{kind}> {name}{{}}"
    if member.type in INTEGERS:
        return f"{kind} {name} = 0"
    if member.type == "bool":
        return f"bool {name} = false"
    entry = schema.type(member.type) if member.type != "str" else None
    if isinstance(entry, Enum):
        return f"{kind} {name} = {kind}::{identifier_of(entry.values[0])}"
    return f"{kind} {name}{{}}"


def range_of(member):
    """The range of a number in words."""
    lowest, highest = INTEGERS[member.type][2:]
    bits = highest.bit_length()
    return f"-2^{bits} to 2^{bits}-1" if lowest else f"0 to 2^{bits}-1"


def _facts(schema, member):
    wire = f"Wire: `{member.name}`"
    for form in FORMS:
        if form in member.omit:
            wire += f", not in form {form}"
        elif form in member.rename:
            wire += f", in form {form} `{member.rename[form]}`"
    facts = [wire + "."]
    if member.type in INTEGERS:
        facts.append(f"Unit: {member.unit}. Range: {range_of(member)}.")
    if member.type == "str":
        facts.append(f"{member.text.capitalize()}, at most {member.limit_bytes} bytes.")
    return " ".join(facts)


def event_sentences(schema, event):
    """What the comment of an event says, in C++ and in C."""
    sentences = [f"{event.name}: {event.doc}"]
    if event.rate_limit_ms:
        each = f" for each `{event.key}`" if event.key else ""
        sentences.append(f"Rate limit: the first goes out at once, then the latest, at most one in {event.rate_limit_ms} "
                         f"ms{each}.")
    if event.keep:
        each = f" of each {' and '.join(f'`{name}`' for name in event.keep_key)}" if event.keep_key else ""
        sentences.append(f"A client that lost events is told the newest one{each}.")
    if event.until:
        sentences.append(f"QEMU has it until {event.until}; newer ones send no such event.")
    elif event.features:
        sentences.append(f"Marked in introspection: {', '.join(event.features)}.")
    for form in FORMS:
        if form in event.wrap:
            sentences.append(f"In form {form} the members stand inside `{event.wrap[form]}`.")
    varies = schema.varies(event)
    for form in FORMS if varies else FORMS[:1]:
        sentences.append(f"Example{f' ({form})' if varies else ''}:")
        sentences.append(example_line(event.examples[form]))
    return sentences


def _event(schema, event):
    return _struct(schema, identifier_of(event), event_sentences(schema, event), event.members)
