# SPDX-License-Identifier: MIT
"""The C headers are what lp64.txt says, and a change of them is told for what it is.

usage: abi_test.py COMPILER... -- INCLUDE_FOLDER...
"""

import glob
import os
import re
import shutil
import sys
import tempfile
import unittest

import freeze
import interface
from interface import Interface, Struct

BORDER = sys.argv.index("--")
COMPILER, FOLDERS = sys.argv[1:BORDER], sys.argv[BORDER + 1:]
del sys.argv[1:]
SIZE = ("size", "size_t", 0, 8)


def one(*members, size, name="qmpev_x"):
    return Interface({name: Struct(size, 8, list(members))}, {}, {}, {})


class FrozenTest(unittest.TestCase):
    def test_the_headers_are_what_is_written_down(self):
        breaks, growth = interface.changes(freeze.read(), interface.read_headers(COMPILER, FOLDERS))
        self.assertEqual(breaks, [], "programs that were compiled before would go wrong; see tests/embed/abi/freeze.py")
        self.assertEqual(growth, [], "the interface grew: write it down with tests/embed/abi/freeze.py")

    def test_nothing_of_the_headers_is_missing(self):
        text = ""
        for path in (path for folder in FOLDERS for path in glob.glob(os.path.join(folder, "qmpev", "qmpev*.h"))):
            with open(path, encoding="utf-8") as file:
                text += re.sub(r"/\*.*?\*/", " ", file.read(), flags=re.S)
        written = freeze.read()
        self.assertEqual(set(written.structs), set(re.findall(r"typedef struct (\w+)\s*\{", text)))
        self.assertGreater(len(written.structs), 60)
        self.assertEqual(set(written.functions), set(re.findall(r"QMPEV_API[^;(]*?\b(qmpev_\w+)\(", text)))
        self.assertLess(set(re.findall(r"\b(QMPEV_\w+) = ", text)), set(written.numbers))
        self.assertIn("QMPEV_NEVER", written.numbers)

    def test_a_file_says_what_was_read(self):
        written = freeze.read()
        self.assertEqual(interface.from_text(interface.as_text(written)), written)


class ChangedHeaderTest(unittest.TestCase):
    """A header changed by a hand that does not know."""

    def changed(self, header, old, new):
        with tempfile.TemporaryDirectory(prefix="qmpev-") as folder:
            for each in FOLDERS:
                shutil.copytree(os.path.join(each, "qmpev"), os.path.join(folder, "qmpev"), dirs_exist_ok=True,
                                ignore=lambda _, names: [name for name in names if not re.fullmatch(r"qmpev\w*\.h", name)])
            path = os.path.join(folder, "qmpev", header)
            with open(path, encoding="utf-8") as file:
                text = re.sub(r" +/\*", " /*", file.read())  # the column of a comment is no part of a change
            self.assertEqual(text.count(old), 1, old)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(old, new))
            return interface.changes(freeze.read(), interface.read_headers(COMPILER, [folder]))

    def test_two_members_of_one_type_change_places(self):
        first, second = "  uint32_t source; /* _OST's first argument */\n", "  uint32_t status; /* its second */\n"
        breaks, growth = self.changed("qmpev_hooks.h", first + second, second + first)
        self.assertEqual(breaks, [
            "qmpev_ost_report.source: was uint32_t at 24, 4 bytes; there is now status: uint32_t at 24, 4 bytes",
            "qmpev_ost_report.status: was uint32_t at 28, 4 bytes; there is now source: uint32_t at 28, 4 bytes"])
        self.assertEqual(growth, [])

    def test_a_member_gets_another_type_of_the_same_size(self):
        breaks, _ = self.changed("qmpev_spice.h", "int32_t connection_id;", "uint32_t connection_id;")
        self.assertIn("there is now connection_id: uint32_t", breaks[0])

    def test_a_member_is_removed(self):
        breaks, _ = self.changed("qmpev_own_events.h", "  size_t rate_limit_ms;", "")
        self.assertIn("qmpev_event_declaration.rate_limit_ms is gone", breaks)

    def test_a_number_changes(self):
        breaks, _ = self.changed("qmpev_hooks.h", "QMPEV_PANIC_NONE = 3", "QMPEV_PANIC_NONE = 4")
        self.assertEqual(breaks, ["number QMPEV_PANIC_NONE was 3, and is 4"])

    def test_the_inside_of_a_union_changes(self):
        breaks, _ = self.changed("qmpev_own_events.h", "    double number;", "    float number;")
        self.assertEqual(len(breaks), 1)

    def test_a_structure_grows_at_its_end(self):
        old = "  void (*traffic_free)(void* user_data);"
        breaks, growth = self.changed("qmpev.h", old, old + "\n  const char* motto;")
        self.assertEqual(breaks, [])
        self.assertEqual(len(growth), 1)
        self.assertIn("qmpev_server_config grew: motto: const char*", growth[0])

    def test_a_prototype_changes_but_not_the_name_of_a_parameter(self):
        old = "qmpev_hook_balloon(qmpev_emitter* emitter, uint64_t ram_bytes, uint32_t pages)"
        breaks, _ = self.changed("qmpev_hooks.h", old, old.replace("uint32_t", "uint64_t"))
        self.assertEqual(len(breaks), 1)
        self.assertEqual(self.changed("qmpev_hooks.h", old, old.replace("pages", "count")), ([], []))


class ChangesTest(unittest.TestCase):
    def test_growth_into_padding_is_a_break(self):
        then = one(SIZE, ("a", "uint32_t", 8, 4), size=16)
        now = one(SIZE, ("a", "uint32_t", 8, 4), ("b", "uint32_t", 12, 4), size=16)
        self.assertIn("lies in the padding", interface.changes(then, now)[0][0])

    def test_a_structure_without_a_size_cannot_grow(self):
        then, now = one(("a", "int", 0, 8), size=8), one(("a", "int", 0, 8), ("b", "int", 8, 8), size=16)
        self.assertIn("cannot grow", interface.changes(then, now)[0][0])

    def test_what_is_gone_is_a_break_and_what_is_new_is_not(self):
        for kind, value in (("structs", Struct(8, 8, [SIZE])), ("numbers", 1), ("types", "int"), ("functions", "int (void)")):
            full, empty = Interface({}, {}, {}, {}), Interface({}, {}, {}, {})
            getattr(full, kind)["qmpev_x"] = value
            self.assertEqual([len(each) for each in interface.changes(full, empty)], [1, 0], kind)
            self.assertEqual([len(each) for each in interface.changes(empty, full)], [0, 1], kind)

    def test_alignment_and_bare_size(self):
        then = one(SIZE, size=8)
        self.assertEqual(len(interface.changes(then, one(SIZE, size=16))[0]), 1)
        aligned = Interface({"qmpev_x": Struct(8, 16, [SIZE])}, {}, {}, {})
        self.assertEqual(len(interface.changes(then, aligned)[0]), 1)


if __name__ == "__main__":
    unittest.main()
