// SPDX-License-Identifier: MIT
#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace qmpev {

namespace {

std::string_view code_of(Colour colour) noexcept {
  switch (colour) {
    case Colour::bold:
      return "1";
    case Colour::dim:
      return "2";
    case Colour::green:
      return "32";
    case Colour::cyan:
      return "36";
    case Colour::magenta:
      return "35";
    case Colour::yellow:
      return "33";
    case Colour::plain:
      break;
  }
  return {};
}

}  // namespace

bool wants_colour(bool is_terminal, const char* no_color, const char* term) noexcept {
  const bool refused = no_color != nullptr && no_color[0] != '\0';  // https://no-color.org
  const bool able = term != nullptr && std::string_view(term) != "dumb";
  return is_terminal && !refused && able;
}

Style style_of(int fd) {
  Style style;
  const bool is_terminal = ::isatty(fd) == 1;
  style.colour = wants_colour(is_terminal, std::getenv("NO_COLOR"), std::getenv("TERM"));
  winsize size{};
  if (is_terminal && ::ioctl(fd, TIOCGWINSZ, &size) == 0) style.width = size.ws_col;
  return style;
}

std::string painted(std::string_view text, Colour colour, const Style& style) {
  const std::string_view code = code_of(colour);
  if (!style.colour || code.empty() || text.empty()) return std::string(text);
  std::string out = "\x1b[";
  out += code;
  out += 'm';
  out += text;
  out += "\x1b[0m";
  return out;
}

}  // namespace qmpev
