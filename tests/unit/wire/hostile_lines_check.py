#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Python's json module as the judge of the encoder: hostile_lines_check.py PROGRAM ROUNDS SCHEMA.json...

Runs the program, reads the schema for itself (names, forms, limits) and holds every line against the values it was made
of. Shares no code with the generator.
"""
import json
import subprocess
import sys

ANNOUNCED = [(0x80, 0x00, 1), (0xE0, 0xC0, 2), (0xF0, 0xE0, 3), (0xF8, 0xF0, 4), (0xFC, 0xF8, 5), (0xFE, 0xFC, 6)]
SMALLEST = {2: 0x80, 3: 0x800, 4: 0x10000}


def pieces(raw):
    """(bytes, character) of a text; what is no character is U+FFFD, once for a lead byte and what belongs to it."""
    at = 0
    while at < len(raw):
        lead = raw[at]
        length = next((size for mask, bits, size in ANNOUNCED if lead & mask == bits), None)
        if length is None or lead == 0xFF:
            yield raw[at:at + 1], "\uFFFD"
            at += 1
            continue
        end = at + 1
        while end < len(raw) and end < at + length and raw[end] & 0xC0 == 0x80:
            end += 1
        piece = raw[at:end]
        yield piece, character(piece, length)
        at = end


def character(piece, length):
    if piece == b"\xc0\x80":
        return "\0"
    if len(piece) != length or length > 4:
        return "\uFFFD"
    code = piece[0] if length == 1 else piece[0] & (0x7F >> length)
    for byte in piece[1:]:
        code = code << 6 | byte & 0x3F
    shortest = length == 1 or code >= SMALLEST[length]
    surrogate = 0xD800 <= code <= 0xDFFF
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return chr(code) if shortest and not surrogate and not noncharacter and code <= 0x10FFFF else "\uFFFD"


class Refused(Exception):
    """An identifier is longer than its limit."""


class Schema:
    def __init__(self, paths):
        self.types = {}
        self.events = {}
        for path in paths:
            with open(path, encoding="utf-8") as file:
                content = json.load(file)
            for section in ("enums", "structs", "unions"):
                self.types.update({entry["name"]: (section, entry) for entry in content.get(section, [])})
            self.events.update({entry["name"]: entry for entry in content.get("events", [])})

    def members(self, event):
        if "data" in event:
            return self.types[event["data"]][1]["members"]
        return event.get("members", [])

    def value(self, member, form, words):
        word = next(words)
        if word == "absent":
            assert member.get("optional")
            return None
        kind, _, rest = word.partition(":")
        if kind == "t":
            return text(member, bytes.fromhex(rest))
        if kind == "n":
            return int(rest)
        if kind == "b":
            return rest == "1"
        section, entry = self.types[member["type"]]
        if kind == "w":
            return entry["values"][int(rest)]["name"]
        if section == "structs":
            return self.object(entry["members"], form, words)
        branch = entry["branches"][int(rest)]
        assert next(words) == "{"
        content = self.object(self.types[branch["type"]][1]["members"], form, words)
        return {entry["tag"]["name"]: branch["case"], **content}

    def object(self, members, form, words):
        content = {}
        for member in members:
            value = self.value(member, form, words)
            if value is not None and form not in member.get("omit", []):
                content[member.get("rename", {}).get(form, member["name"])] = value
        assert next(words) == "}"
        return content


def text(member, raw):
    limit = member.get("limit_bytes", 255)
    if len(raw) > limit and member.get("text") != "prose":
        raise Refused
    kept = ""
    for piece, decoded in pieces(raw):
        limit -= len(piece)
        if limit < 0:
            break
        kept += decoded
    return kept


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a name stands twice: {names}"
    return dict(pairs)


def check(schema, record):
    form, name, wall_us, line, *words = record.split()
    event = schema.events[name]
    words = iter(words)
    assert next(words) == "{"
    try:
        data = schema.object(schema.members(event), form, words)
    except Refused:
        assert line == "-", "an identifier over its limit has to be refused"
        return False
    assert line != "-", "nothing was over its limit, and yet it was refused"
    instant = max(0, int(wall_us))
    expected = {"timestamp": {"seconds": instant // 10**6, "microseconds": instant % 10**6}, "event": name}
    if schema.members(event):
        wrap = event.get("wrap", {}).get(form)
        expected["data"] = {wrap: data} if wrap else data
    raw = bytes.fromhex(line)
    assert raw.endswith(b"\r\n") and b"\n" not in raw[:-2] and b"\r" not in raw[:-2], "one line with CR LF"
    assert all(0x20 <= byte < 0x7F for byte in raw[:-2]), "printable ASCII only"
    assert len(raw) <= 4096
    got = json.loads(raw.decode("ascii"), object_pairs_hook=no_duplicates)
    assert got == expected, f"\n  got      {got}\n  expected {expected}"
    return True


def main(program, rounds, *paths):
    schema = Schema(paths)
    records = subprocess.run([program, rounds], check=True, stdout=subprocess.PIPE).stdout.decode("ascii").splitlines()
    assert len(records) == int(rounds) * 2 * len(schema.events), f"{len(records)} records"
    seen = {}
    for number, record in enumerate(records, 1):
        try:
            accepted = check(schema, record)
        except (AssertionError, ValueError) as error:
            sys.exit(f"record {number}: {error}\n  {record}")
        key = (*record.split()[:2], accepted)
        seen[key] = seen.get(key, 0) + 1
    for name in schema.events:
        for form in ("document", "qemu"):
            assert seen.get((form, name, True), 0) >= int(rounds) // 10, f"too few lines of {name} in {form}: {seen}"
    print(f"{len(records)} records, {sum(count for key, count in seen.items() if key[2])} of them lines")


if __name__ == "__main__":
    main(*sys.argv[1:])
