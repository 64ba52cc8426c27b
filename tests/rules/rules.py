# SPDX-License-Identifier: MIT
"""The rules of the house that a program can check.

usage: rules.py ROOT
prints one line per breach, `FILE:LINE: SENTENCE`, and exits 1 when there is one.

A rule is a function from the tree to breaches. The sentence says what to do instead.
"""

import glob
import json
import os
import re
import sys
from collections import namedtuple

from source_text import read_tree

Breach = namedtuple("Breach", "path line sentence")

# Which rooms a room builds on. Arrows are transitive: who may include wire may include event and base.
ARROWS = {
    "base": [],
    "event": ["base"],
    "wire": ["event"],
    "emit": ["event", "wire"],
    "hooks": ["event"],
    "loop": ["base"],
    "monitor": ["wire", "loop"],
    "devices": ["hooks"],
    "spice": ["devices"],
    "server": ["emit", "monitor", "devices"],
    "capi": ["server"],
    "hypervisor": ["server", "spice"],
    "scenario": ["hypervisor"],
    "cli": ["scenario"],
}
# Single headers that a room may include beside the arrows: the contract through which it is given its output, and the
# listening UNIX socket, of which there is to be one.
CONTRACTS = {("monitor", "emit/event_sink.hpp"), ("spice", "monitor/unix_socket.hpp")}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
MAX_LINES = 500
WITHOUT_UNIT_TEST = "tests/rules/without_unit_test.txt"

# Marks of unfinished work, and folders that exist on one machine only. Both patterns avoid matching themselves.
MARKS = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|TB" r"D)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.$}/])/(?:(?:work|root|Users|mnt)/|home/\w+/\w)")


def room_of(path):
    """The room a file of src/ or include/ belongs to; "public" for the installed headers; None elsewhere."""
    parts = path.split("/")
    if parts[:2] == ["include", "qmpev"]:
        return "public"
    if parts[0] != "src" or len(parts) < 2:
        return None
    return parts[1] if len(parts) > 2 else parts[1].split(".")[0]


def reachable(room):
    """`room` and every room below it."""
    rooms, open_rooms = set(), [room]
    while open_rooms:
        current = open_rooms.pop()
        if current not in rooms:
            rooms.add(current)
            open_rooms.extend(ARROWS[current])
    return rooms


def includes_of(file):
    """(line, quoted name or None, angle-bracket name or None) of each #include."""
    for number, line in file.lines_with_strings():
        match = INCLUDE.match(line)
        if match:
            yield number, match[1], match[2]


def in_library(file):
    return file.is_cxx() and room_of(file.path) is not None


# --- arrows ----------------------------------------------------------------------------------------------------


def check_arrow(file, room, number, included):
    target = room_of("src/" + included)
    if "/" not in included and target != "server":
        return Breach(file.path, number, f'spell "{included}" from src/ on, with its room')
    if target not in ARROWS:
        return Breach(file.path, number, f'"{included}" is in no room of src/')
    if target not in reachable(room) and (room, included) not in CONTRACTS:
        return Breach(file.path, number, f'wrong arrow: {room} must not include {target} ("{included}")')
    return None


def arrows(files):
    for file in filter(in_library, files):
        room = room_of(file.path)
        if room == "public":
            continue
        if room not in ARROWS:
            yield Breach(file.path, 1, f"the room {room} has no place among the arrows (tests/rules/rules.py)")
            continue
        for number, quoted, _ in includes_of(file):
            breach = quoted and check_arrow(file, room, number, quoted)
            if breach:
                yield breach


PUBLIC_INCLUDES = re.compile(r"^(?:qmpev/[\w.]+|[a-z_]+(?:\.h)?|glib(?:-object)?\.h|glib/[\w.-]+|gio/[\w.-]+|json-glib/[\w.-]+)$")


def public_headers(files):
    for file in files:
        if file.is_cxx() and room_of(file.path) == "public":
            for number, quoted, angled in includes_of(file):
                if quoted or not PUBLIC_INCLUDES.match(angled):
                    name = quoted or angled
                    yield Breach(file.path, number, f"a public header includes only <qmpev/...>, std, GLib and json-glib, not {name}")


# --- words of code ---------------------------------------------------------------------------------------------

CodeRule = namedtuple("CodeRule", "pattern applies sentence")


def in_rooms(*rooms):
    return lambda path: room_of(path) in rooms


def library_but(*exempt):
    """Everything that is linked into an embedder, but for the rooms and files named."""
    return lambda path: room_of(path) is not None and room_of(path) not in exempt and path not in exempt


GLIB_FREE_ROOMS = ("base", "event", "emit", "hooks", "devices")

CODE_RULES = [
    CodeRule(r"\bg_(?:main_context|main_loop|source|idle|timeout|unix_fd|io_add|child_watch)_\w+\s*\(",
             library_but("loop", "server", "spice", "hypervisor", "scenario", "cli"), "only src/loop talks to GMainContext and GSource"),
    CodeRule(r"\bg_main_context_(?:default|get_thread_default|ref_thread_default)\b",
             library_but("hypervisor", "scenario", "cli"), "the library takes no context that nobody gave it"),
    CodeRule(r"\bg_main_loop_\w+\s*\(|\bg_main_context_iteration\b",
             library_but("hypervisor", "scenario", "cli"), "the library never runs a loop"),
    CodeRule(r"\b(?:printf|fprintf|vprintf|vfprintf|dprintf|puts|fputs|putchar|fputc|fwrite|perror|syslog)\s*\("
             r"|\bstd::(?:cout|cerr|clog)\b|\bg_(?:print|printerr|log|debug|info|message|warning|critical|error)\s*\(",
             library_but("cli", "src/base/assert.cpp"), "the library prints nothing: use the log callback"),
    CodeRule(r"\bumask\s*\(", library_but(), "umask is the whole process's: set the mode with fchmod before bind"),
    CodeRule(r"\bstd::format\b|#\s*include\s*<(?:format|expected|ranges|source_location)>",
             library_but(), "gcc 12 and clang 14 do not both have this"),
    CodeRule(r"\bstd::(?:(?:recursive_|shared_|timed_)*mutex|condition_variable\w*|lock_guard|unique_lock|scoped_lock"
             r"|shared_lock|call_once)\b|\bpthread_(?:mutex|cond|rwlock)_\w+|\bg_mutex_\w+"
             r"|#\s*include\s*<(?:mutex|shared_mutex|condition_variable)>",
             in_rooms("emit", "hooks"), "the device's thread takes no lock"),
    CodeRule(r"#\s*include\s*<(?:g(?:lib|io)[/.]|glib-|json-glib/)",
             in_rooms(*GLIB_FREE_ROOMS), "this room knows nothing of GLib"),
    CodeRule(r"#\s*include\s*<json-glib/", in_rooms("wire", "loop"), "the wire has its own reader, writer and values"),
    CodeRule(r"(?<!\w)::(?:accept|pipe|dup|dup2|epoll_create)\s*\(",
             library_but(), "every descriptor is close-on-exec from its birth: accept4, pipe2, F_DUPFD_CLOEXEC, epoll_create1"),
    CodeRule(r"\b(?:sleep|usleep|nanosleep|clock_nanosleep|sleep_for|sleep_until)\s*\(",
             lambda path: path.startswith("tests/unit/"), "a unit test moves the fake clock, it does not sleep"),
]


def code_rules(files):
    for file in filter(lambda f: f.is_cxx(), files):
        rules = [rule for rule in CODE_RULES if rule.applies(file.path)]
        if rules:
            for number, line in file.lines_of_code():
                for rule in rules:
                    if re.search(rule.pattern, line):
                        yield Breach(file.path, number, rule.sentence)


# --- one event's name ------------------------------------------------------------------------------------------

ROOMS_WITHOUT_EVENTS = ("base", "event", "wire", "emit", "loop", "monitor", "server")


def event_names(root):
    """The wire names of all events of the schema."""
    names = []
    for path in sorted(glob.glob(os.path.join(root, "src", "schema", "*.json"))):
        with open(path, encoding="utf-8") as file:
            names += [event["name"] for event in json.load(file).get("events", [])]
    return names


def spellings(name):
    """How code can name one event: its wire name as a text, its enumerator, its type. STOP alone is a common word."""
    yield rf'"{name}"'
    yield rf"\bEventKind::{name.lower()}\b"
    if "_" in name:
        yield rf"\b{''.join(word.capitalize() for word in name.split('_'))}\b"


def event_knowledge(files, names):
    pattern = re.compile("|".join(spelling for name in names for spelling in spellings(name)) or r"(?!)")
    for file in files:
        if file.is_cxx() and room_of(file.path) in ROOMS_WITHOUT_EVENTS:
            for number, line in file.lines_with_strings():
                found = pattern.search(line)
                if found:
                    yield Breach(file.path, number, f"{found[0]}: what is particular to one event stands in schema, hook and device")


# --- files -----------------------------------------------------------------------------------------------------


def lengths(files):
    for file in files:
        count = len(file.text.splitlines())
        if count > MAX_LINES and file.path.startswith(("src/", "include/")):
            yield Breach(file.path, MAX_LINES + 1, f"{count} lines: above {MAX_LINES} a file has two nouns, give each its own")


def first_lines(files):
    for file in files:
        if file.path.endswith(".md"):
            continue
        opening = file.text.splitlines()[:3]
        needs_licence = not file.path.endswith((".wrap", "meson_options.txt"))
        if needs_licence and not any("SPDX-License-Identifier: MIT" in line for line in opening):
            yield Breach(file.path, 1, "the file opens with `SPDX-License-Identifier: MIT`")
        if file.path.endswith(".hpp") and in_library(file) and "#pragma once" not in file.text:
            yield Breach(file.path, 1, "a header says #pragma once")


def marks(files):
    for file in files:
        for number, line in file.lines():
            found = MARKS.search(line)
            if found:
                yield Breach(file.path, number, f"`{found[0]}` is for a work list, not for the tree: do it or drop it")


def machine_paths(files):
    for file in files:
        for number, line in file.lines():
            found = MACHINE_PATHS.search(line)
            if found:
                yield Breach(file.path, number, f"`{found[0]}` is a folder of one machine")


def read_exemptions(root):
    """{path: (line, reason)} of the sources that need no unit test of their own."""
    exemptions = {}
    path = os.path.join(root, WITHOUT_UNIT_TEST)
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip() and not line.startswith("#"):
                    source, _, reason = line.strip().partition(" ")
                    exemptions[source] = (number, reason.strip())
    return exemptions


def mirror(files, exemptions):
    paths = {file.path for file in files}
    for path in sorted(paths):
        parts = path.split("/")
        if parts[0] != "src" or len(parts) != 3 or not path.endswith(".cpp"):
            continue
        test = f"tests/unit/{parts[1]}/{parts[2][:-len('.cpp')]}_test.cpp"
        if test not in paths and path not in exemptions:
            yield Breach(path, 1, f"has no {test}; write it, or say in {WITHOUT_UNIT_TEST} why none is needed")
        if test in paths and path in exemptions:
            yield Breach(WITHOUT_UNIT_TEST, exemptions[path][0], f"{path} has a unit test now: drop its line")
    for path, (number, reason) in exemptions.items():
        if path not in paths:
            yield Breach(WITHOUT_UNIT_TEST, number, f"{path} does not exist: drop its line")
        if not reason:
            yield Breach(WITHOUT_UNIT_TEST, number, f"{path} has no reason beside it")


RULES = [arrows, public_headers, code_rules, lengths, first_lines, marks, machine_paths]


def breaches(root):
    files = read_tree(root)
    found = [breach for rule in RULES for breach in rule(files)]
    found += event_knowledge(files, event_names(root))
    found += mirror(files, read_exemptions(root))
    return sorted(found)


def main(arguments):
    found = breaches(arguments[0])
    for breach in found:
        print(f"{breach.path}:{breach.line}: {breach.sentence}")
    if found:
        print(f"{len(found)} breach{'es' if len(found) > 1 else ''} of the rules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
