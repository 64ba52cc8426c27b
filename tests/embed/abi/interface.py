# SPDX-License-Identifier: MIT
"""What the C headers promise a program that was compiled before: layouts, numbers, types and prototypes.

The headers are read as text for what there is and how it is declared; where it lies, and what a number is, a C compiler
says. Any compiler that makes LP64 programs has to say the same.
"""

import glob
import os
import re
import subprocess
import tempfile
from collections import namedtuple

# `members`: (name, type, offset, bytes) in the order of the declaration.
Struct = namedtuple("Struct", "bytes alignment members")
Interface = namedtuple("Interface", "structs numbers types functions")

WAIT_SECONDS = 100


def tidy(text):
    """A type in one spelling, whatever its blanks."""
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r" ?\* ?(?=\*|$|\)|,)", "*", re.sub(r" ?(\*+) ?", r"\1 ", text)).replace("( ", "(").strip()


def plain(text):
    """A header without comments, and without the bodies of inline functions."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return re.sub(r"^static inline [^{;]*\{.*?^\}", "", text, flags=re.S | re.M)


def split_member(declaration):
    """(name, type) of one member, or of a typedef."""
    pointer = re.search(r"\(\s*\*\s*(\w+)\s*\)", declaration)
    name = pointer[1] if pointer else re.search(r"(\w+)\s*$", declaration)[1]
    start = pointer.start(1) if pointer else declaration.rindex(name)
    return name, tidy(declaration[:start] + declaration[start + len(name):])


def nameless(prototype):
    """A prototype or callback without the names of its parameters, which are nobody's to rely on."""
    start = prototype.rindex("(") + 1
    parameters = [re.sub(r"^(.+?[ *])\w+$", r"\1", each.strip()).strip() for each in prototype[start:-1].split(",")]
    return prototype[:start] + ", ".join(parameters) + ")"


def members_of(body):
    """The declarations of a struct's body; what is in a union belongs to its type."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(body):
        depth += (letter == "{") - (letter == "}")
        if letter == ";" and depth == 0:
            found.append(split_member(body[start:at]))
            start = at + 1
    return found


def declared(folders):
    """({struct: [(name, type)]}, [number], {type: what it is}, {function: prototype}) of the headers in `folders`."""
    structs, numbers, types, functions = {}, [], {}, {}
    for path in sorted(path for folder in folders for path in glob.glob(os.path.join(folder, "qmpev", "qmpev*.h"))):
        with open(path, encoding="utf-8") as file:
            text = plain(file.read())
        numbers += [name for name, value in re.findall(r"^#define (QMPEV_\w+)[ \t]+(\S.*)$", text, re.M) if name != "QMPEV_API"]
        for body in re.findall(r"\benum\s*\{(.*?)\}\s*;", text, re.S):
            numbers += re.findall(r"\b(QMPEV_\w+)\s*=", body)
        text = re.sub(r"^#.*$", "", text, flags=re.M)
        for name, body in re.findall(r"typedef struct (\w+)\s*\{(.*?)\n\}\s*\1\s*;", text, re.S):
            structs[name] = members_of(body)
        for declaration in re.findall(r"\btypedef\s+([^{};]+);", text):
            name, what = split_member(declaration)
            types[name] = nameless(what) if "(" in what else what
        for declaration in re.findall(r"\bQMPEV_API\s+([^;]+);", text):
            name = re.search(r"\b(qmpev_\w+)\s*\(", declaration)[1]
            functions[name] = nameless(tidy(declaration.replace(name, "", 1)))
    return structs, numbers, types, functions


def ask(compiler, folders, expressions):
    """What a compiler makes of constant expressions, all non-negative."""
    lines = ["#include <stddef.h>", "#include <stdio.h>", "#include <qmpev/qmpev.h>", "int main(void) {",
             *(f'  printf("%llu\\n", (unsigned long long)({each}));' for each in expressions), "  return 0;", "}", ""]
    with tempfile.TemporaryDirectory(prefix="qmpev-abi-") as folder:
        source, program = os.path.join(folder, "ask.c"), os.path.join(folder, "ask")
        with open(source, "w", encoding="ascii") as file:
            file.write("\n".join(lines))
        command = [*compiler, "-std=c11", *(f"-I{each}" for each in folders), source, "-o", program]
        subprocess.run(command, check=True, timeout=WAIT_SECONDS)
        told = subprocess.run([program], check=True, timeout=WAIT_SECONDS, capture_output=True, text=True).stdout
    return [int(line) for line in told.split()]


def read_headers(compiler, folders):
    structs, numbers, types, functions = declared(folders)
    questions = []
    for name, members in structs.items():
        questions += [f"sizeof({name})", f"_Alignof({name})"]
        for member, _ in members:
            questions += [f"offsetof({name}, {member})", f"sizeof((({name}*)0)->{member})"]
    answers = iter(ask(compiler, folders, questions + numbers))
    laid_out = {}
    for name, members in structs.items():
        size, alignment = next(answers), next(answers)
        laid_out[name] = Struct(size, alignment, [(member, what, next(answers), next(answers)) for member, what in members])
    return Interface(laid_out, {name: next(answers) for name in numbers}, types, functions)


# --- as a file -------------------------------------------------------------------------------------------------


def as_text(interface):
    lines = []
    for name, struct in sorted(interface.structs.items()):
        lines.append(f"struct {name} bytes={struct.bytes} alignment={struct.alignment}")
        lines += [f"  {offset:4} {size:3} {member}: {what}" for member, what, offset, size in struct.members]
    lines += [f"number {name} = {value}" for name, value in sorted(interface.numbers.items())]
    lines += [f"type {name}: {what}" for name, what in sorted(interface.types.items())]
    lines += [f"function {name}: {what}" for name, what in sorted(interface.functions.items())]
    return "\n".join(lines) + "\n"


def from_text(text):
    interface = Interface({}, {}, {}, {})
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "struct":
            name, size, alignment = re.fullmatch(r"(\w+) bytes=(\d+) alignment=(\d+)", rest).groups()
            interface.structs[name] = Struct(int(size), int(alignment), [])
        elif kind == "":
            offset, size, member, what = re.fullmatch(r" *(\d+) +(\d+) (\w+): (.*)", line).groups()
            interface.structs[name].members.append((member, what, int(offset), int(size)))
        elif kind == "number":
            name, value = rest.split(" = ")
            interface.numbers[name] = int(value)
        elif kind in ("type", "function"):
            name, what = rest.split(": ", 1)
            {"type": interface.types, "function": interface.functions}[kind][name] = what
    return interface


# --- then and now ----------------------------------------------------------------------------------------------


def struct_changes(name, then, now):
    """(breaks, growth) of one struct."""
    kept = now.members[:len(then.members)]
    breaks = []
    for old, new in zip(then.members, kept):
        if old != new:
            breaks.append(f"{name}.{old[0]}: was {old[1]} at {old[2]}, {old[3]} bytes; there is now {new[0]}: {new[1]} at {new[2]}, {new[3]} bytes")
    for old in then.members[len(kept):]:
        breaks.append(f"{name}.{old[0]} is gone")
    if now.alignment != then.alignment:
        breaks.append(f"{name} is aligned to {now.alignment}, not {then.alignment}")
    added = now.members[len(then.members):]
    is_sized = bool(then.members) and then.members[0][:2] == ("size", "size_t")
    if not added and now.bytes != then.bytes:
        breaks.append(f"{name} has {now.bytes} bytes, not {then.bytes}")
    if added and not is_sized:
        return breaks + [f"{name} has no size, so it cannot grow ({', '.join(each[0] for each in added)})"], []
    growth = []
    for member, what, offset, _ in added:
        # What an older caller has as padding is not zero.
        if offset < then.bytes:
            breaks.append(f"{name}.{member} lies in the padding of the older struct, which ends at {then.bytes}")
        growth.append(f"{name} grew: {member}: {what} at {offset}")
    return breaks, growth


def table_changes(kind, then, now):
    breaks = [f"{kind} {name} is gone" for name in then if name not in now]
    breaks += [f"{kind} {name} was {then[name]}, and is {now[name]}" for name in then if name in now and now[name] != then[name]]
    return breaks, [f"{kind} {name} is new" for name in now if name not in then]


def changes(then, now):
    """(breaks, growth): what a program compiled then would get wrong, and what it need not know."""
    breaks, growth = table_changes("struct", dict.fromkeys(then.structs), dict.fromkeys(now.structs))
    pairs = [struct_changes(name, then.structs[name], now.structs[name]) for name in then.structs if name in now.structs]
    for kind in ("number", "type", "function"):
        pairs.append(table_changes(kind, getattr(then, kind + "s"), getattr(now, kind + "s")))
    for more_breaks, more_growth in pairs:
        breaks += more_breaks
        growth += more_growth
    return breaks, growth
