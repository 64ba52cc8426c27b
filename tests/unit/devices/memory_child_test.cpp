// SPDX-License-Identifier: MIT
#include "devices/memory_child.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>

#include "support/ask_child.hpp"

using namespace qmpev;

namespace {
constexpr std::size_t kBytes = 16;
using Four = std::array<std::uint8_t, 4>;
}  // namespace

TEST_CASE("a copy in memory gives back what was written", "[devices]") {
  MemoryChild child("1.raw", kBytes);
  const Four written{1, 2, 3, 4};
  Four read{};
  REQUIRE(test::write(child, 12, written) == 0);
  REQUIRE(test::read(child, 12, read) == 0);
  CHECK(read == written);
  REQUIRE(test::write_zeroes(child, 13, 2) == 0);
  REQUIRE(test::read(child, 12, read) == 0);
  CHECK(read == Four{1, 0, 0, 4});
  CHECK(test::flush(child) == 0);
  CHECK(child.node_name() == "1.raw");
  CHECK(child.bytes() == kBytes);
}

TEST_CASE("requests beyond the end of a copy fail and touch nothing", "[devices]") {
  MemoryChild child("1.raw", kBytes);
  Four data{};
  CHECK(test::read(child, 13, data) == EIO);
  CHECK(test::write(child, 13, data) == ENOSPC);
  CHECK(test::write_zeroes(child, 16, 1) == ENOSPC);
  CHECK(test::write_zeroes(child, 1, ~std::uint64_t{0}) == ENOSPC);
  CHECK(test::read(child, ~std::uint64_t{0}, data) == EIO);
}
