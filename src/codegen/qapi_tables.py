# SPDX-License-Identifier: MIT
"""Writes wire/qapi_tables.cpp: every command and event with its types, as constants of wire/qapi_type.hpp.

Types stand in one array and point at each other, since those of commands may go in circles. Only what the schema
declares is here; nobody's members are checked or told by code that knows their names.
"""
from model import BUILTINS, FORMS, Alternate, Enum, Union
from text import head, literal

# How the scalars of the schema are called in namespace qapi.
SPELLED = {"str": "string", "bool": "boolean", "int": "integer", "int64": "integer", "size": "uint64", "object": "any_object"}
COMMAND_FORM = "qemu"  # commands exist in QEMU's spelling only


class Types:
    """The types as they are asked for: each gets a place, and is filled in when all its parts have one."""

    def __init__(self, schema):
        self.schema = schema
        self.places = {}
        self.rows = []
        self.arrays = []

    def builtin(self, name):
        return f"&qapi::{SPELLED.get(name, name)}"

    def reference(self, name, is_list, form):
        """The C++ address of a type."""
        if is_list:
            return self._at(("list", name, form), lambda: self._list(name, form))
        if name in BUILTINS:
            return self.builtin(name)
        entry = self.schema.type(name)
        varies = not isinstance(entry, Alternate) and self.schema.varies(entry)
        key = ("type", name, form if varies else None)
        return self._at(key, lambda: self._type(entry, form))

    def object(self, key, name, members, form):
        """An object that has no name in the schema: arguments, or the data of an event."""
        if not members:
            return "&qapi::empty"
        return self._at((key, name, form), lambda: self._object(name, members, form))

    def wrapped(self, name, label, inner):
        return self._at(("wrap", name), lambda: self._row("object", name, members=self._members_of(
            [f"{{{literal(label)}, {inner}}}"])))

    def _at(self, key, make):
        if key not in self.places:
            place = self.places[key] = len(self.rows)
            self.rows.append(None)
            self.rows[place] = make()
        return f"&Tables::types[{self.places[key]}]"

    def _array(self, kind, elements):
        """A constant array of its own; the name to say it by."""
        name = f"{kind}_{len(self.arrays)}"
        cpp = {"values": "std::string_view", "members": "QapiMember", "branches": "QapiBranch"}[kind]
        self.arrays.append([f"constexpr {cpp} {name}[]{{", *(f"    {element}," for element in elements), "};"])
        return name

    def _members_of(self, elements):
        return self._array("members", elements) if elements else None

    @staticmethod
    def _row(meta, name, **parts):
        said = [f".meta = QapiMeta::{meta}", f".name = {literal(name)}"]
        order = ("element", "values", "members", "tag", "branches")
        said += [f".{part} = {parts[part]}" for part in order if parts.get(part)]
        return "{" + ", ".join(said) + "}"

    def _list(self, name, form):
        return self._row("array", name, element=self.reference(name, False, form))

    def _element(self, member, form):
        optional = ", true" if member.optional else ""
        kind = self.reference(member.declared_type(), member.is_list, form)
        return f"{{{literal(member.wire_name(form))}, {kind}{optional}}}"

    def _object(self, name, members, form):
        elements = [self._element(member, form) for member in members if member.is_in(form)]
        return self._row("object", name, members=self._members_of(elements))

    def _type(self, entry, form):
        if isinstance(entry, Enum):
            values = self._array("values", [literal(value.name) for value in entry.values])
            return self._row("enumeration", entry.name, values=values)
        if isinstance(entry, Alternate):
            members = self._members_of([f'{{"", {self.reference(name, False, form)}}}' for name in entry.types])
            return self._row("alternate", entry.name, members=members)
        if isinstance(entry, Union):
            members = self._members_of([self._element(member, form) for member in [entry.tag, *entry.members]])
            branches = [f"{{{literal(branch.case)}, {self.reference(branch.type, False, form)}}}" for branch in entry.branches]
            return self._row("object", entry.name, members=members, tag=literal(entry.tag.wire_name(form)),
                             branches=self._array("branches", branches))
        return self._object(entry.name, entry.members, form)


def _features(types, entry):
    return types._array("values", [literal(feature) for feature in entry.features]) if entry.features else "{}"


def _command(types, command):
    if command.data:
        arguments = types.reference(command.data, False, COMMAND_FORM)
    else:
        arguments = types.object("arguments", command.name, command.members, COMMAND_FORM)
    returns = "&qapi::empty"
    if command.returns:
        returns = types.reference(command.returns.type, command.returns.is_list, COMMAND_FORM)
    flags = f"{str(command.oob).lower()}, {str(command.preconfig).lower()}"
    return f"{{{literal(command.name)}, {arguments}, {returns}, {flags}, {_features(types, command)}}}"


def _event(types, schema, event):
    data = []
    for form in FORMS:
        if event.data and event.members:
            inner = types.reference(event.data, False, form)
        else:
            inner = types.object("data", event.name, event.members, form)
        if form in event.wrap:
            inner = types.wrapped(event.name, event.wrap[form], inner)
        data.append(inner)
    return f"{{{literal(event.name)}, {{{', '.join(data)}}}, {_features(types, event)}}}"


def write(schema, files):
    types = Types(schema)
    commands = [_command(types, command) for command in schema.commands.values()]
    events = [_event(types, schema, event) for event in schema.events.values()]
    lines = head(files, "What commands take and give and events carry. Any thread: constants.")
    lines += ["#include \"wire/qapi_tables.hpp\"", "", "namespace qmpev {", "namespace {", "", "struct Tables {",
              f"  static const QapiType types[{max(len(types.rows), 1)}];", "};", ""]
    for array in types.arrays:
        lines += array
    lines += ["", f"constinit const QapiType Tables::types[{max(len(types.rows), 1)}]{{"]
    lines += [f"    {row}," for row in types.rows] + ["};", ""]
    lines += [f"constexpr std::array<QapiCommand, {len(commands)}> commands{{{{"]
    lines += [f"    {command}," for command in commands] + ["}};", ""]
    lines += [f"constexpr std::array<QapiEvent, {len(events)}> events{{{{"]
    lines += [f"    {event}," for event in events] + ["}};", "", "}  // namespace", "",
              "constinit const std::span<const QapiCommand> kQapiCommands(commands);",
              "constinit const std::span<const QapiEvent> kQapiEvents(events);", "", "}  // namespace qmpev"]
    return "\n".join(lines) + "\n"
