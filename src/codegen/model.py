# SPDX-License-Identifier: MIT
"""What a schema says, as plain data. Filled by loader.py, checked by checks.py, read by the writers."""
from dataclasses import dataclass, field

import names
from strict_json import Where
from wire_order import in_wire_order

# The wire forms, in the order of enum class WireForm.
FORMS = ("document", "qemu")

# Number types of the wire: C++ and C type, lowest and highest value.
INTEGERS = {
    "int": ("std::int64_t", "int64_t", -2**63, 2**63 - 1),
    "size": ("std::uint64_t", "uint64_t", 0, 2**64 - 1),
}
for _bits in (8, 16, 32, 64):
    INTEGERS[f"int{_bits}"] = (f"std::int{_bits}_t", f"int{_bits}_t", -2 ** (_bits - 1), 2 ** (_bits - 1) - 1)
    INTEGERS[f"uint{_bits}"] = (f"std::uint{_bits}_t", f"uint{_bits}_t", 0, 2**_bits - 1)

SCALARS = frozenset(INTEGERS) | {"str", "bool"}
# What only commands take and give: any JSON, an object nobody has declared, a fraction, null.
JSON_SCALARS = frozenset(("any", "object", "number", "null"))
BUILTINS = SCALARS | JSON_SCALARS

DEFAULT_LIMIT_BYTES = 255
MAX_LINE_BYTES = 4096
MAX_KEY_BYTES = 255  # kMaxKeyBytes of emit/throttle_keys.hpp, which asserts it


@dataclass
class Value:
    name: str
    doc: str
    where: Where


@dataclass
class Enum:
    name: str
    doc: str
    values: list
    where: Where


@dataclass
class Member:
    name: str
    doc: str
    type: str  # a scalar, the name of a type
    qapi_type: str | None  # what QEMU declares, where `type` is narrower
    is_list: bool  # ... or a list of it (commands only)
    optional: bool
    unit: str | None
    text: str  # identifier or prose
    limit_bytes: int
    rename: dict
    omit: list
    since: str | None
    where: Where

    def wire_name(self, form):
        return self.rename.get(form, self.name)

    def is_in(self, form):
        return form not in self.omit

    def declared_type(self):
        """What introspection says."""
        return self.qapi_type or self.type


@dataclass
class Struct:
    name: str
    doc: str
    members: list
    where: Where


@dataclass
class Branch:
    case: str
    type: str
    where: Where


@dataclass
class Union:
    name: str
    doc: str
    tag: Member
    members: list  # that every branch has, besides the tag (commands only)
    branches: list
    where: Where


@dataclass
class Alternate:
    name: str
    doc: str
    types: list  # names, told apart by what they are in JSON
    where: Where


@dataclass
class Event:
    name: str
    doc: str
    data: str | None  # the struct whose members these are, if they are not the event's own
    members: list
    wrap: dict
    rate_limit_ms: int
    key: str | None
    keep: bool
    keep_key: list
    until: str | None  # QEMU's last release that has it, if it is gone there
    features: list
    examples: dict  # form -> Node; the same one for both where the forms are equal
    where: Where


@dataclass
class Command:
    name: str
    doc: str
    data: str | None  # the struct or union whose members are its arguments, if they are not the command's own
    members: list
    returns: Member | None
    oob: bool
    preconfig: bool
    features: list
    example: dict  # request and reply, as Nodes
    where: Where


@dataclass
class Schema:
    enums: dict = field(default_factory=dict)
    structs: dict = field(default_factory=dict)
    unions: dict = field(default_factory=dict)
    alternates: dict = field(default_factory=dict)
    events: dict = field(default_factory=dict)
    commands: dict = field(default_factory=dict)

    def type(self, name):
        """The enum, struct, union or alternate of this name, or None."""
        return self.enums.get(name) or self.structs.get(name) or self.unions.get(name) or self.alternates.get(name)

    def fields(self, entry, form):
        """The members of a struct or an event in one form, in wire order."""
        present = [member for member in entry.members if member.is_in(form)]
        return in_wire_order(present, lambda member: member.wire_name(form))

    def branch_fields(self, union, branch, form):
        """The tag and the members of one branch, in wire order. The tag is set first."""
        present = [union.tag] + [member for member in self.structs[branch.type].members if member.is_in(form)]
        return in_wire_order(present, lambda member: member.wire_name(form))

    def varies(self, entry):
        """Whether the two forms of a struct, a union or an event differ."""
        if isinstance(entry, (Enum, Alternate)):
            return False
        if isinstance(entry, Union):
            return any(self.varies(self.structs[branch.type]) for branch in entry.branches)
        if isinstance(entry, Event) and entry.wrap:
            return True
        for member in entry.members:
            if member.rename or member.omit:
                return True
            if member.type not in BUILTINS and self.varies(self.type(member.type)):
                return True
        return False

    def of_events(self):
        """The types that events carry, each after the types it is made of."""
        ordered = {}
        seen = set(BUILTINS)

        def visit(name):
            if name in seen:
                return
            seen.add(name)
            entry = self.type(name)
            if isinstance(entry, Struct):
                for member in entry.members:
                    visit(member.type)
            elif isinstance(entry, Union):
                visit(entry.tag.type)
                for branch in entry.branches:
                    visit(branch.type)
            ordered[name] = entry

        for event in self.events.values():
            for member in event.members:
                visit(member.type)
        enums = [entry for entry in ordered.values() if isinstance(entry, Enum)]
        return enums + [entry for entry in ordered.values() if not isinstance(entry, Enum)]


def identifier_of(entry):
    """The C++ spelling of any named entry."""
    if isinstance(entry, (Member, Value)):
        return names.cpp_name(entry.name)
    return names.cpp_type(entry.name)
