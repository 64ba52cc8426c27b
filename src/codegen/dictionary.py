# SPDX-License-Identifier: MIT
"""The words of the schema as a dictionary for libFuzzer: what a client must spell right to get anywhere."""


def _words(schema):
    yield from schema.events
    yield from schema.commands
    for entry in [*schema.events.values(), *schema.commands.values(), *schema.structs.values()]:
        for member in entry.members:
            yield member.name
            yield from member.rename.values()
    for enum in schema.enums.values():
        for value in enum.values:
            yield value.name


def write(schema, sources):
    """One word a line, each as a whole JSON string as well: libFuzzer inserts either."""
    lines = [f"# Generated from {', '.join(sources)}: do not edit."]
    for word in sorted(set(_words(schema))):
        lines.append(f'"{word}"')
        lines.append(f'"\\"{word}\\""')
    return "\n".join(lines) + "\n"
