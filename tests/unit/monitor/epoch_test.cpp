// SPDX-License-Identifier: MIT
#include "monitor/epoch.hpp"

#include <set>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("an epoch is 128 bits in hexadecimal, and no two are alike", "[monitor]") {
  std::set<std::string> epochs;
  for (int i = 0; i < 100; ++i) {
    const std::string epoch = random_epoch();
    CHECK(epoch.size() == kEpochBits / 4);
    CHECK(epoch.find_first_not_of("0123456789abcdef") == std::string::npos);
    epochs.insert(epoch);
  }
  CHECK(epochs.size() == 100);
}

}  // namespace
}  // namespace qmpev
