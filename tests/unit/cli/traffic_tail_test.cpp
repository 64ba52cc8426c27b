// SPDX-License-Identifier: MIT
#include "cli/traffic_tail.hpp"

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

Traffic sent(std::string_view bytes) {
  return {Traffic::Kind::sent, 1, "/s", bytes, 1'500'000};
}

TEST_CASE("the tail is what a person reads, a line each", "[cli]") {
  TrafficTail tail(1'000'000);
  CHECK(tail.text().empty());
  tail.add({Traffic::Kind::opened, 1, "/s", {}, 1'500'000});
  tail.add(sent("a\r\nb\r\n"));
  CHECK(tail.text() == "   0.500  client 1 came\n   0.500  client 1 got    a\n   0.500  client 1 got    b\n");
}

TEST_CASE("the tail keeps the last of what is too much, and counts the rest", "[cli]") {
  TrafficTail tail(1'000'000);
  const std::size_t frame = std::string("   0.500  client 1 got    \n").size();
  const std::string line(1'024 - frame, 'x');
  for (std::size_t i = 0; i < kTailBytes / 1'024 - 1; ++i) tail.add(sent(line));
  CHECK(tail.text().size() == kTailBytes - 1'024);
  tail.add(sent(line));
  CHECK(tail.text().size() == kTailBytes);
  CHECK(tail.text().find("left out") == std::string::npos);
  tail.add(sent("last"));
  const std::string text = tail.text();
  CHECK(text.rfind("(1 earlier lines are left out: --transcript FILE keeps all)\n", 0) == 0);
  CHECK(text.substr(text.size() - 6) == " last\n");
  CHECK(text.size() - text.find('\n') - 1 <= kTailBytes);
}

}  // namespace
}  // namespace qmpev
