// SPDX-License-Identifier: MIT
#include "cli/account.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("a user is a name or a number", "[cli]") {
  CHECK(parse_user("root").value() == 0);
  CHECK(parse_user("0").value() == 0);
  CHECK(parse_user("4294967294").value() == 4294967294);  // a number needs no account
  for (const char* text : {"", "nobody-of-that-name", "-1", "4294967295", "1 ", "0x0"}) {
    const auto refused = parse_user(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().sentence ==
          "this machine has no user '" + std::string(text) + "': use a user's name or number");
  }
}

TEST_CASE("so is a group", "[cli]") {
  CHECK(parse_group("root").value() == 0);
  CHECK(parse_group("12").value() == 12);
  CHECK(parse_group("none-of-that-name").error().sentence.find("no group 'none-of-that-name'") !=
        std::string::npos);
}
