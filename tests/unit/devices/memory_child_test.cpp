// SPDX-License-Identifier: MIT
#include "devices/memory_child.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>

using namespace qmpev;

namespace {
constexpr std::size_t kBytes = 16;
using Four = std::array<std::uint8_t, 4>;
}  // namespace

TEST_CASE("a copy in memory gives back what was written", "[devices]") {
  MemoryChild child("1.raw", kBytes);
  const Four written{1, 2, 3, 4};
  Four read{};
  REQUIRE(child.write(12, written) == 0);
  REQUIRE(child.read(12, read) == 0);
  CHECK(read == written);
  CHECK(child.node_name() == "1.raw");
}

TEST_CASE("requests beyond the end of a copy fail and touch nothing", "[devices]") {
  MemoryChild child("1.raw", kBytes);
  Four data{};
  CHECK(child.read(13, data) == EIO);
  CHECK(child.write(13, data) == ENOSPC);
  CHECK(child.read(~std::uint64_t{0}, data) == EIO);
}

TEST_CASE("a copy fails as it was told, until it is healed", "[devices]") {
  MemoryChild child("1.raw", kBytes);
  Four data{};
  child.fail_reads(EIO);
  child.fail_writes(ENOSPC);
  child.fail_flushes(EROFS);
  CHECK(child.read(0, data) == EIO);
  CHECK(child.write(0, data) == ENOSPC);
  CHECK(child.flush() == EROFS);
  child.fail_reads(0);
  child.rot(2, 0xff);
  REQUIRE(child.read(0, data) == 0);
  CHECK(data == Four{0, 0, 0xff, 0});
}
