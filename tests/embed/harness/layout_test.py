# SPDX-License-Identifier: MIT
"""What qmpev.py declares is what the C headers declare: layouts, constants and prototypes, as a C compiler sees them.

usage: layout_test.py COMPILER... -- INCLUDE_FOLDER...
"""

import ctypes
import os
import subprocess
import sys
import tempfile
import unittest

import qmpev

BORDER = sys.argv.index("--")
COMPILER, FOLDERS = sys.argv[1:BORDER], sys.argv[BORDER + 1:]
del sys.argv[1:]

STRUCTURES = [qmpev.Argument, qmpev.Command, *qmpev.Event.__subclasses__()]
CONSTANTS = [name for name in vars(qmpev) if name.startswith(("WIRE_", "ARGUMENT_", "GUEST_PANIC_", "SHUTDOWN_CAUSE_"))]
# c_void_p stands for any pointer.
C_TYPES = {None: "void", ctypes.c_int: "int", ctypes.c_uint32: "uint32_t", ctypes.c_char_p: "const char*", ctypes.c_void_p: "void*"}


def same_layout(structure):
    name = qmpev.c_name(structure)
    yield f"sizeof({name}) == {ctypes.sizeof(structure)}"
    members = [member for ancestor in reversed(structure.__mro__) for member in vars(ancestor).get("_fields_", [])]
    for member, *_ in members:
        declared = getattr(structure, member)
        yield f"offsetof({name}, {member}) == {declared.offset}"
        yield f"sizeof((({name}*)0)->{member}) == {declared.size}"


def c_type(declared):
    return C_TYPES[declared] if declared in C_TYPES else f"const {qmpev.c_name(declared._type_)}*"


def pointer_to(name, result, arguments):
    """A statement that compiles without a warning only if the C function takes and returns what Python thinks."""
    values = ", ".join(f"({c_type(argument)})0" for argument in arguments)
    call = f"{name}({values})"
    return f"{call};" if result is None else f"{c_type(result)} {name}_result = {call}; (void){name}_result;"


class LayoutTest(unittest.TestCase):
    def compiles(self, *lines):
        with tempfile.TemporaryDirectory(prefix="qmpev-") as folder:
            path = os.path.join(folder, "layout.c")
            with open(path, "w", encoding="ascii") as file:
                file.write("\n".join(["#include <qmpev/qmpev.h>", *lines, ""]))
            flags = ["-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fsyntax-only"]
            command = [*COMPILER, *flags, *(f"-I{folder}" for folder in FOLDERS), path]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            return "" if done.returncode == 0 else done.stderr or "no reason"

    def test_structures(self):
        claims = [claim for structure in STRUCTURES for claim in same_layout(structure)]
        self.assertGreater(len(claims), 60)
        self.assertEqual(self.compiles(*(f'_Static_assert({claim}, "{claim}");' for claim in claims)), "")

    def test_constants(self):
        self.assertGreater(len(CONSTANTS), 8)
        claims = [f"QMPEV_{name} == {getattr(qmpev, name)}" for name in CONSTANTS]
        self.assertEqual(self.compiles(*(f'_Static_assert({claim}, "{claim}");' for claim in claims)), "")

    def test_prototypes(self):
        calls = [pointer_to(name, result, arguments) for name, (result, *arguments) in qmpev.FUNCTIONS.items()]
        self.assertEqual(self.compiles("void calls(void);", "void calls(void) {", *calls, "}"), "")

    def test_a_wrong_claim_is_found(self):
        self.assertIn("wrong", self.compiles('_Static_assert(sizeof(qmpev_stop) == 1, "wrong");'))


if __name__ == "__main__":
    unittest.main()
