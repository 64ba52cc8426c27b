// SPDX-License-Identifier: MIT
#include "cli/line_splitter.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace qmpev;

namespace {

std::vector<std::string> lines_of(LineSplitter& splitter) {
  std::vector<std::string> lines;
  while (auto line = splitter.next()) lines.push_back(std::move(*line));
  return lines;
}

}  // namespace

TEST_CASE("lines come out whole, however they went in", "[cli]") {
  const std::string text = "one\r\ntwo\n\r\nthree\r\nfo";
  const std::size_t piece = GENERATE(1u, 2u, 3u, 7u, 100u);
  LineSplitter splitter(100);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    splitter.push(std::string_view(text).substr(at, piece));
    for (std::string& line : lines_of(splitter)) lines.push_back(std::move(line));
  }
  CHECK(lines == std::vector<std::string>{"one", "two", "", "three"});
  splitter.push("ur\n");
  CHECK(lines_of(splitter) == std::vector<std::string>{"four"});
}

TEST_CASE("a carriage return inside a line stays", "[cli]") {
  LineSplitter splitter(100);
  splitter.push("a\rb\r\n");
  CHECK(lines_of(splitter) == std::vector<std::string>{"a\rb"});
}

TEST_CASE("a line at the bound passes, one byte more does not", "[cli]") {
  LineSplitter fitting(5);
  fitting.push("12345\r\n");
  CHECK(lines_of(fitting) == std::vector<std::string>{"12345"});
  CHECK_FALSE(fitting.overflowed());

  LineSplitter too_long(5);
  too_long.push("123456\n1\n");
  CHECK(lines_of(too_long).empty());
  CHECK(too_long.overflowed());
}

TEST_CASE("a line that never ends is noticed before it fills the memory", "[cli]") {
  LineSplitter splitter(5);
  splitter.push("1234567");
  CHECK(lines_of(splitter).empty());
  CHECK(splitter.overflowed());
}
