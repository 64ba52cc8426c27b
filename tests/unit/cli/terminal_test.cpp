// SPDX-License-Identifier: MIT
#include "cli/terminal.hpp"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "base/unique_fd.hpp"

using namespace qmpev;

TEST_CASE("colour is for terminals whose user did not say no", "[cli]") {
  CHECK(wants_colour(true, nullptr, "xterm"));
  CHECK(wants_colour(true, "", "xterm"));
  CHECK_FALSE(wants_colour(true, "1", "xterm"));
  CHECK_FALSE(wants_colour(true, nullptr, "dumb"));
  CHECK_FALSE(wants_colour(true, nullptr, nullptr));
  CHECK_FALSE(wants_colour(false, nullptr, "xterm"));
}

TEST_CASE("a file is no terminal: no colour, no width", "[cli]") {
  const UniqueFd file(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  CHECK_FALSE(style_of(file.get()).colour);
  CHECK(style_of(file.get()).width == 0);
}

TEST_CASE("paint is put around the text, or left out", "[cli]") {
  CHECK(painted("x", Colour::cyan, {true, 0}) == "\x1b[36mx\x1b[0m");
  CHECK(painted("x", Colour::cyan, {false, 0}) == "x");
  CHECK(painted("x", Colour::plain, {true, 0}) == "x");
  CHECK(painted("", Colour::cyan, {true, 0}) == "");
}
