# SPDX-License-Identifier: MIT
"""What doxygen is shown of a header: the same lines, with the comments marked as its own.

usage: doxygen_filter_test.py FOLDER_OF_THE_FILTER
"""

import sys
import unittest

sys.path.insert(0, sys.argv.pop(1))
import doxygen_filter  # pylint: disable=wrong-import-position

C_HEADER = """/* SPDX-License-Identifier: MIT */
/* What it is.
 * More of it. */
#include <stdint.h>

/* A type. */
typedef uint32_t qmpev_type;
enum {
  QMPEV_A = 0, /* the first */
  QMPEV_B = 1  /* the second,
                  over two lines */
};
enum { QMPEV_C = 2 };
"""
CPP_HEADER = """// SPDX-License-Identifier: MIT
// What it is.
// More of it.
#pragma once

// Not for users.
struct Both {
  bool operator==(const Both&) const = default;
};
"""


class Filter(unittest.TestCase):
    def filtered(self, text, one):
        lines = list(one(text.split("\n"), "name.h"))
        self.assertEqual(len(lines), len(text.split("\n")))  # what doxygen says of a line is true of the header
        return lines

    def test_in_c_a_comment_belongs_to_what_follows_or_to_what_stands_before_it(self):
        lines = self.filtered(C_HEADER, doxygen_filter.filter_c)
        self.assertEqual(lines[0], "")
        self.assertEqual(lines[1], "/** @file name.h What it is.")
        self.assertEqual(lines[5], "/** A type. */")
        self.assertTrue(lines[7].endswith("*/ enum {") and lines[7].startswith("/** "))
        self.assertEqual(lines[8], "  QMPEV_A = 0, /**< the first */")
        self.assertEqual(lines[9:11], ["  QMPEV_B = 1  /**< the second,", "                  over two lines */"])
        self.assertTrue(lines[12].endswith("*/ enum { QMPEV_C = 2 };"))

    def test_in_cpp_what_opens_the_file_is_its_description_and_equality_is_not_told(self):
        lines = self.filtered(CPP_HEADER, doxygen_filter.filter_cpp)
        self.assertEqual(lines[1:3], ["/// @file name.h What it is.", "/// More of it."])
        self.assertEqual(lines[5], "// Not for users.")
        self.assertEqual(lines[7].strip(), "")


if __name__ == "__main__":
    unittest.main()
