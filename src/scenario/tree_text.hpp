// SPDX-License-Identifier: MIT
// Trees back into text: JSON for a command, and words of a file for a terminal. Reentrant.
#pragma once

#include <string>
#include <string_view>

#include "scenario/json_tree.hpp"

namespace qmpev {

/// The tree as one line of JSON, numbers as they were written.
std::string text_of(const JsonTree& tree);

/// `text` without what a terminal would obey, cut where it stops to be a word.
std::string shown_text(std::string_view text);

}  // namespace qmpev
