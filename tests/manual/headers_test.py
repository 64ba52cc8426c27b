#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What doxygen is given of the headers, and how words that are missing there are found."""
import os
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "src", "manual"))
sys.dont_write_bytecode = True

import doxygen_filter  # noqa: E402
import undescribed  # noqa: E402

C_HEADER = """/* SPDX-License-Identifier: MIT */
/* Of <qmpev/a.h>. */
#include <qmpev/a.h>

/* One. */
typedef struct one {
  int size; /* sizeof
             * this */
} one;
#endif /* GUARD */
"""

C_FOR_DOXYGEN = """/** @file
 * Of `qmpev/a.h`. */
#include <qmpev/a.h>

/** One. */
typedef struct one {
  int size; /**< sizeof
             * this */
} one;
#endif 
"""

COMPOUND = """<doxygen><compounddef kind="{kind}" prot="{prot}"><compoundname>one</compoundname>{body}
<briefdescription>{words}</briefdescription></compounddef></doxygen>"""

MEMBER = """<sectiondef><memberdef kind="{kind}" prot="{prot}"><name>two</name><argsstring>{arguments}</argsstring>{inside}
<briefdescription>{words}</briefdescription></memberdef></sectiondef>"""


def member(kind="function", prot="public", arguments="()", inside="", words=""):
    return MEMBER.format(kind=kind, prot=prot, arguments=arguments, inside=inside, words=words)


class FilterTest(unittest.TestCase):
    def test_c_comments_get_their_marks_and_stay_on_their_lines(self):
        self.assertEqual(doxygen_filter.filtered("a.h", C_HEADER), C_FOR_DOXYGEN)

    def test_the_head_of_a_cpp_header_is_about_the_file(self):
        text = "// SPDX-License-Identifier: MIT\n// What.\n// More.\n#pragma once\n// a note\n/// One.\n"
        self.assertEqual(doxygen_filter.filtered("a.hpp", text),
                         "/// @file\n/// What.\n/// More.\n#pragma once\n// a note\n/// One.\n")


class UndescribedTest(unittest.TestCase):
    def found(self, body="", kind="struct", prot="public", words="<para>Says it.</para>"):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "one.xml"), "w", encoding="utf-8") as file:
                file.write(COMPOUND.format(kind=kind, prot=prot, body=body, words=words))
            return undescribed.undescribed(folder)

    def test_what_has_no_words_is_named(self):
        self.assertEqual(self.found(words="<para> </para>"), (1, ["one"]))
        self.assertEqual(self.found(kind="file", words=""), (1, ["one"]))
        self.assertEqual(self.found(member()), (1, ["one: two"]))
        value = "<enumvalue><name>three</name><briefdescription/></enumvalue>"
        self.assertEqual(self.found(member(kind="enum", inside=value)), (1, ["one: two three"]))

    def test_what_has_words_or_is_nobodys_business_is_not(self):
        self.assertEqual(self.found(member(words="Says it.")), (1, []))
        for body in (member(prot="private"), member(arguments="(const one &amp;)=delete"), member(kind="friend")):
            self.assertEqual(self.found(body), (1, []))
        self.assertEqual(self.found(member(), prot="private", words=""), (1, []))

    def test_a_folder_without_anything_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(undescribed.main([folder]), 1)


if __name__ == "__main__":
    unittest.main()
