# SPDX-License-Identifier: MIT
"""The pages on what goes over the wire: events, commands and the types of both, from the checked schema."""
import json

from document import Heading, Item, Page, Paragraph, Verbatim, anchor_of, see_also
from model import BUILTINS, FORMS, INTEGERS, Alternate, Enum, Struct, Union
from reference import facts_of, ordered

EXTENSION = "x-qmpev-"

EVENTS_HEAD = ["Every event that can be emitted, with its members, and the types they are made of. An event is one line of JSON, "
               "which is broken here to be read; its members come in any order. `timestamp` is the time at which it happened, by "
               "the host's clock.",
               "A listener speaks one of two wire forms: `document` spells events as the event document of 2014 does, `qemu` as "
               "QEMU's schema of today. Names are those of `qemu`; where `document` differs, the member says so. What is optional "
               "is absent unless there is something to say. Texts are UTF-8; their limits count bytes.",
               "Of an event with a rate limit the first goes out at once; after that at most one in each interval, always the "
               "latest, with the time at which it happened."]
COMMANDS_HEAD = ["The commands of the schema, with arguments, answers and types. The library answers those that are about the "
                 "session; those that are about the machine are there when the embedder gives them. `query-commands` says which a "
                 "monitor has. Arguments that the schema does not have are refused. All names are those of QEMU."]
EXTENSIONS_HEAD = ["Commands that QEMU does not have. Their names begin with `x-qmpev-`, and introspection marks them `unstable`."]


class SchemaPages:
    """`link` turns the name of a type into the address of its description; None where a page has no links."""

    def __init__(self, schema, link=None):
        self.schema = schema
        self.link = link

    # --- words ---

    def _type_words(self, name, is_list):
        words = f"[{name}]({self.link(name)})" if self.link and name not in BUILTINS else name
        return f"list of {words}" if is_list else words

    def _facts(self, member):
        if member.type in BUILTINS:
            facts = "any JSON" if member.type == "any" else facts_of(member)
            words = f"list of {facts}" if member.is_list else facts
        else:
            words = self._type_words(member.type, member.is_list) + ("; optional" if member.optional else "")
        if member.type in INTEGERS:
            lowest, highest = INTEGERS[member.type][2:]
            bits = highest.bit_length()
            words += f" (-2**{bits} to 2**{bits}-1)" if lowest else f" (0 to 2**{bits}-1)"
        return words

    def _member(self, member):
        said = [member.doc]
        for form in FORMS:
            if form in member.omit:
                said.append(f"Not in form `{form}`.")
            elif form in member.rename:
                said.append(f"In form `{form}`: `{member.rename[form]}`.")
        return Item(member.name, [Paragraph(f"{self._facts(member)}. {' '.join(said)}")])

    def _features(self, entry):
        return [Paragraph(f"Marked in introspection: {', '.join(entry.features)}.")] if entry.features else []

    # --- types ---

    def _type_body(self, entry):
        body = [Paragraph(entry.doc)]
        if isinstance(entry, Enum):
            body += [Item(value.name, [Paragraph(value.doc)]) for value in entry.values]
        elif isinstance(entry, Struct):
            body += [self._member(member) for member in entry.members]
        elif isinstance(entry, Union):
            body += [self._member(member) for member in [entry.tag, *entry.members]]
            for branch in entry.branches:
                where = f"`{entry.tag.name}` is `{branch.case}`"
                body.append(Paragraph(f"Where {where}, also the members of {self._type_words(branch.type, False)}."))
        elif isinstance(entry, Alternate):
            body.append(Paragraph(f"One of: {', '.join(self._type_words(name, False) for name in entry.types)}."))
        return body

    def type_blocks(self, entries):
        blocks = []
        for entry in sorted(entries, key=lambda entry: entry.name.lower()):
            blocks += [Heading(entry.name, 2, anchor_of(entry.name)), *self._type_body(entry)]
            users = self.users_of(entry.name) if self.link else []
            blocks += [Paragraph(f"Used by {', '.join(users)}.")] if users else []
        return blocks

    def users_of(self, name):
        """Links to whatever has a member of this type, or its members."""
        users = []
        for event in self.schema.events.values():
            if event.data == name or any(member.type == name for member in event.members):
                users.append(f"[{event.name}](events.html#{anchor_of(event.name)})")
        for command in self.schema.commands.values():
            if name in (command.data, command.returns and command.returns.type, *(member.type for member in command.members)):
                file = "extensions" if command.name.startswith(EXTENSION) else "commands"
                users.append(f"[{command.name}]({file}.html#{anchor_of(command.name)})")
        for entry in [*self.schema.structs.values(), *self.schema.unions.values(), *self.schema.alternates.values()]:
            if name in self._parts(entry):
                users.append(self._type_words(entry.name, False))
        return users

    @staticmethod
    def _parts(entry):
        """The names of the types that one is made of."""
        if isinstance(entry, Alternate):
            return entry.types
        if isinstance(entry, Union):
            return [part.type for part in [entry.tag, *entry.members, *entry.branches]]
        return [member.type for member in entry.members] if isinstance(entry, Struct) else []

    def types_within(self, names):
        """The types of these names, and all that they are made of."""
        found, pending = {}, list(names)
        while pending:
            name = pending.pop()
            if name in BUILTINS or name in found:
                continue
            entry = found[name] = self.schema.type(name)
            pending += self._parts(entry)
        return list(found.values())

    # --- events ---

    def _event(self, event):
        blocks = [Heading(event.name, 2, anchor_of(event.name)), Paragraph(event.doc)]
        if event.rate_limit_ms:
            each = f" for each `{event.key}`" if event.key else ""
            blocks.append(Paragraph(f"Rate limit: one in {event.rate_limit_ms} ms{each}."))
        if event.keep:
            each = f" of each {' and '.join(f'`{name}`' for name in event.keep_key)}" if event.keep_key else ""
            blocks.append(Paragraph(f"A client that lost events is told the newest one{each}."))
        if event.until:
            blocks.append(Paragraph(f"QEMU has it until {event.until}; newer ones send no such event."))
        blocks += self._features(event)
        for form in FORMS:
            if form in event.wrap:
                blocks.append(Paragraph(f"In form `{form}` the members stand inside `{event.wrap[form]}`."))
        blocks += [self._member(member) for member in event.members] or [Paragraph("It has no members.")]
        varies = self.schema.varies(event)
        for form in FORMS if varies else FORMS[:1]:
            blocks += [Paragraph(f"In form `{form}`:" if varies else "In both forms:"), _lines(event.examples[form])]
        return blocks

    def event_blocks(self):
        return [block for event in self.schema.events.values() for block in self._event(event)]

    def event_types(self):
        return self.types_within(member.type for event in self.schema.events.values() for member in event.members)

    # --- commands ---

    def _command(self, command):
        blocks = [Heading(command.name, 2, anchor_of(command.name)), Paragraph(command.doc)]
        if command.oob:
            blocks.append(Paragraph("It may be sent out of band (`exec-oob`)."))
        if command.preconfig:
            blocks.append(Paragraph("It is there before the machine is, too."))
        blocks += self._features(command)
        if command.data:
            blocks.append(Paragraph(f"Arguments: the members of {self._type_words(command.data, False)}."))
        else:
            blocks += [self._member(member) for member in command.members] or [Paragraph("It takes no arguments.")]
        if command.returns:
            blocks.append(Paragraph(f"Returns: {self._facts(command.returns)}. {command.returns.doc}"))
        return blocks + [_lines(command.example["request"], command.example["reply"])]

    def commands(self, extensions):
        return [command for command in self.schema.commands.values() if command.name.startswith(EXTENSION) == extensions]

    def command_blocks(self, extensions):
        return [block for command in self.commands(extensions) for block in self._command(command)]

    def command_types(self):
        names = []
        for command in self.schema.commands.values():
            names += [command.data] if command.data else [member.type for member in command.members]
            names += [command.returns.type] if command.returns else []
        return self.types_within(names)

    # --- whole manual pages ---

    def events_page(self):
        return Page("qmpev-events", 7, "the events, their members and types", [
            Heading("Description"), *map(Paragraph, EVENTS_HEAD), Heading("Events"), *self.event_blocks(),
            Heading("Types"), *self.type_blocks(self.event_types()), *see_also("qmpev-events(1)", "qmpev-commands(7)")])

    def commands_page(self):
        return Page("qmpev-commands", 7, "the commands, their arguments, answers and types", [
            Heading("Description"), *map(Paragraph, COMMANDS_HEAD), Heading("Commands"), *self.command_blocks(False),
            Heading("Extensions"), *map(Paragraph, EXTENSIONS_HEAD), *self.command_blocks(True),
            Heading("Types"), *self.type_blocks(self.command_types()), *see_also("qmpev-serve(1)", "qmpev-events(7)")])


def _lines(*nodes):
    return Verbatim("\n".join(json.dumps(ordered(node.plain()), indent=2, ensure_ascii=True) for node in nodes))
