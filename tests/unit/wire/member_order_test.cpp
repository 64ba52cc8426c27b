// SPDX-License-Identifier: MIT
// The expected orders are those of captured lines.
#include "wire/member_order.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

using Names = std::vector<std::string>;

Names ordered(const Names& names) {
  Value object = Value::object();
  for (const std::string& name : names) object.set(name, nullptr);
  Names order;
  for (const Member* member : wire_order(object.members())) order.push_back(member->name);
  return order;
}

TEST_CASE("Members go out in the order of QEMU's hash table", "[wire]") {
  CHECK(ordered({"error", "id"}) == Names{"id", "error"});
  CHECK(ordered({"id", "return"}) == Names{"return", "id"});
  CHECK(ordered({"class", "desc"}) == Names{"class", "desc"});
  CHECK(ordered({"data", "event", "timestamp"}) == Names{"timestamp", "event", "data"});
  CHECK(ordered({"major", "minor", "micro"}) == Names{"micro", "minor", "major"});
  CHECK(ordered({"slot-type", "slot", "status", "source", "device"}) ==
        Names{"device", "source", "status", "slot", "slot-type"});
  CHECK(ordered({"tls", "channel-id", "host", "connection-id", "channel-type", "family", "port"}) ==
        Names{"port", "family", "channel-type", "connection-id", "host", "channel-id", "tls"});
  CHECK(ordered({"type", "arg1", "arg2", "arg3", "arg4", "arg5"}) ==
        Names{"arg5", "arg4", "arg3", "arg2", "arg1", "type"});
}

TEST_CASE("In one bucket the latest inserted member comes first", "[wire]") {
  REQUIRE(member_bucket("p") == member_bucket("ac"));
  CHECK(ordered({"p", "ac"}) == Names{"ac", "p"});
  CHECK(ordered({"ac", "p"}) == Names{"p", "ac"});
}

TEST_CASE("U+0000 in a name counts as C0 80", "[wire]") {
  CHECK(member_bucket(std::string("a\0b", 3)) == member_bucket("a\xC0\x80"
                                                               "b"));
}

}  // namespace
}  // namespace qmpev
