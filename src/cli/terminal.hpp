// SPDX-License-Identifier: MIT
// How text may look where it goes: colour only on a terminal whose user did not say no. Main thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace qmpev {

enum class Colour { plain, bold, dim, green, cyan, magenta, yellow };

struct Style {
  bool colour = false;
  std::size_t width = 0;  ///< columns; 0: unbounded
};

/// `no_color` and `term` are the environment's NO_COLOR and TERM; null when unset.
bool wants_colour(bool is_terminal, const char* no_color, const char* term) noexcept;

/// The style for a descriptor of this process.
Style style_of(int fd);

/// `text` in a colour, if the style has any.
std::string painted(std::string_view text, Colour colour, const Style& style);

}  // namespace qmpev
