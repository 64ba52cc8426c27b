// SPDX-License-Identifier: MIT
#include "wire/qapi_name.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("QAPI's names begin with a letter, behind a downstream prefix or none", "[wire]") {
  for (const char* name :
       {"a", "query-status", "x-qmpev-filter", "system_reset", "Z9", "__org.example_do-it"}) {
    CAPTURE(name);
    CHECK(is_qapi_name(name));
  }
  for (const char* name : {"", "9a", "-a", "_a", "a b", "a.b", "\xc3\xa4", "__", "___", "__a",
                           "__org.example_", "__org.example_9", "__o rg_a", "_org_a"}) {
    CAPTURE(name);
    CHECK_FALSE(is_qapi_name(name));
  }
  CHECK(is_qapi_name(std::string(kMaxQapiNameBytes, 'a')));
  CHECK_FALSE(is_qapi_name(std::string(kMaxQapiNameBytes + 1, 'a')));
}

TEST_CASE("an event of one's own has a name that no event of QEMU has", "[wire]") {
  for (const char* name : {"X_A", "X_LAMP_CHANGED2", "__org.example_LAMP", "__a-b_A1_"}) {
    CAPTURE(name);
    CHECK(is_own_event_name(name));
  }
  for (const char* name : {"", "LAMP", "X_", "X_1", "X_lamp", "x_LAMP", "X-LAMP", "X__A", "X_A-B", "__LAMP",
                           "__org.example_lamp", "__org.example_", "STOP"}) {
    CAPTURE(name);
    CHECK_FALSE(is_own_event_name(name));
  }
  CHECK(is_own_event_name("X_" + std::string(kMaxQapiNameBytes - 2, 'A')));
  CHECK_FALSE(is_own_event_name("X_" + std::string(kMaxQapiNameBytes - 1, 'A')));
}

}  // namespace
}  // namespace qmpev
