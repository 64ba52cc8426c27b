// SPDX-License-Identifier: MIT
#include "monitor/numbered_line.hpp"

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("a number is the last member of its line, and adds at most so many bytes", "[monitor]") {
  std::string out = "of before";
  const std::string line = "{\"event\": \"STOP\", \"data\": {}}\r\n";
  number_line(line, 0, out);
  CHECK(out == "{\"event\": \"STOP\", \"data\": {}, \"x-qmpev-sequence\": 0}\r\n");
  number_line(line, UINT64_MAX, out);
  CHECK(out.find("\"x-qmpev-sequence\": 18446744073709551615}\r\n") != std::string::npos);
  CHECK(out.size() == line.size() + kNumberBytes);
}

}  // namespace
}  // namespace qmpev
