// SPDX-License-Identifier: MIT
#include "devices/faulty_child.hpp"

#include <catch2/catch.hpp>
#include <cerrno>
#include <thread>

#include "devices/memory_child.hpp"
#include "support/ask_child.hpp"
#include "support/held_child.hpp"

using namespace qmpev;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kBytes = 8192;

struct Fixture {
  FaultyChild child{std::make_unique<MemoryChild>("c0", kBytes)};
  std::vector<std::uint8_t> data;

  int read(std::uint64_t offset, std::size_t bytes) {
    data.assign(bytes, 0xee);
    return test::read(child, offset, data);
  }
  int write(std::uint64_t offset, std::size_t bytes) {
    data.assign(bytes, 0x11);
    return test::write(child, offset, data);
  }
};

}  // namespace

TEST_CASE("a child without faults is the one behind it", "[devices]") {
  Fixture fixture;
  CHECK(fixture.child.node_name() == "c0");
  CHECK(fixture.child.bytes() == kBytes);
  CHECK(fixture.write(512, 4) == 0);
  CHECK(test::write_zeroes(fixture.child, 513, 1) == 0);
  CHECK(fixture.read(512, 4) == 0);
  CHECK(fixture.data == std::vector<std::uint8_t>{0x11, 0, 0x11, 0x11});
  CHECK(test::flush(fixture.child) == 0);
  CHECK(fixture.read(kBytes, 1) == EIO);
  CHECK(fixture.child.faults().empty());
}

TEST_CASE("each kind of request fails on its own", "[devices]") {
  Fixture fixture;
  REQUIRE(fixture.child.fail(QuorumOpType::read, ENXIO));
  CHECK(fixture.read(0, 1) == ENXIO);
  CHECK(fixture.write(0, 1) == 0);
  CHECK(test::flush(fixture.child) == 0);
  REQUIRE(fixture.child.fail(QuorumOpType::write, ENOSPC));
  CHECK(fixture.write(0, 1) == ENOSPC);
  CHECK(test::write_zeroes(fixture.child, 0, 1) == ENOSPC);
  CHECK(test::flush(fixture.child) == 0);
  REQUIRE(fixture.child.fail(QuorumOpType::flush, EROFS, {7, 1}));
  CHECK(test::flush(fixture.child) == EROFS);
  CHECK(fixture.child.faults() ==
        "reads fail (No such device or address), writes fail (No space left on device), "
        "flushes of sector 7 fail (Read-only file system)");
  fixture.child.heal();
  CHECK(fixture.child.faults().empty());
  CHECK(fixture.read(0, 1) == 0);
  CHECK(fixture.write(0, 1) == 0);
  CHECK(test::flush(fixture.child) == 0);
}

TEST_CASE("a write that fails changes nothing", "[devices]") {
  Fixture fixture;
  REQUIRE(fixture.child.fail(QuorumOpType::write, ENOSPC));
  CHECK(fixture.write(0, 1) == ENOSPC);
  CHECK(fixture.read(0, 1) == 0);
  CHECK(fixture.data[0] == 0);
}

TEST_CASE("an error hits the requests that touch its sectors", "[devices]") {
  Fixture fixture;
  REQUIRE(fixture.child.fail(QuorumOpType::read, EIO, {2, 3}));
  CHECK(fixture.read(0, 1024) == 0);
  CHECK(fixture.read(0, 1025) == EIO);
  CHECK(fixture.read(1024, 1) == EIO);
  CHECK(fixture.read(2559, 1) == EIO);
  CHECK(fixture.read(2560, 512) == 0);
  CHECK(fixture.read(0, kBytes) == EIO);
  CHECK(fixture.child.faults() == "reads of 3 sectors from 2 on fail (Input/output error)");
  REQUIRE(fixture.child.fail(QuorumOpType::read, ENXIO, {4, 0}));
  CHECK(fixture.read(2048, 1) == ENXIO);
  CHECK(fixture.read(kBytes - 1, 1) == ENXIO);
  CHECK(fixture.read(1024, 1) == EIO);
  CHECK(fixture.child.faults().find("reads from sector 4 on fail") != std::string::npos);
}

TEST_CASE("sectors at the end of the number range do not wrap", "[devices]") {
  const std::uint64_t last = ~std::uint64_t{0};
  Fixture fixture;
  REQUIRE(fixture.child.fail(QuorumOpType::read, ENXIO, {last, last}));
  CHECK(fixture.read(0, 1) == 0);
  REQUIRE(fixture.child.fail(QuorumOpType::read, ENXIO, {1, last}));
  CHECK(fixture.read(0, 512) == 0);
  CHECK(fixture.read(0, 513) == ENXIO);
  CHECK(fixture.read(last, 1) == ENXIO);
}

TEST_CASE("only so many errors are kept", "[devices]") {
  Fixture fixture;
  for (std::size_t number = 0; number < kMaxChildErrors; ++number)
    REQUIRE(fixture.child.fail(QuorumOpType::read, EIO, {1, 1}));
  const auto refused = fixture.child.fail(QuorumOpType::read, EIO);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sentence == "c0 has 64 errors already: heal it first");
  CHECK(fixture.read(0, 1) == 0);
}

TEST_CASE("a rotten sector reads back wrong until it is written or healed", "[devices]") {
  Fixture fixture;
  REQUIRE(fixture.child.rot(1, 4));
  CHECK(fixture.read(511, 2) == 0);
  CHECK(fixture.data == std::vector<std::uint8_t>{0, 4});
  CHECK(fixture.child.faults() == "wrong bytes in sector 1");
  SECTION("written") {
    CHECK(fixture.write(512, 512) == 0);
  }
  SECTION("zeroed") {
    CHECK(test::write_zeroes(fixture.child, 512, 512) == 0);
  }
  SECTION("healed") {
    fixture.child.heal();
  }
  CHECK(fixture.child.faults().empty());
  const bool written = fixture.data.size() == 512;
  CHECK(fixture.read(512, 1) == 0);
  CHECK(fixture.data[0] == (written ? 0x11 : 0));
}

TEST_CASE("a write that fails heals no sector, wherever it fails", "[devices]") {
  auto behind = std::make_unique<FaultyChild>(std::make_unique<MemoryChild>("c0", kBytes));
  FaultyChild& inner = *behind;
  FaultyChild outer(std::move(behind));
  const std::vector<std::uint8_t> sector(512);
  REQUIRE(outer.rot(0, 1));
  REQUIRE((GENERATE(false, true) ? outer : inner).fail(QuorumOpType::write, EIO));
  CHECK(test::write(outer, 0, sector) == EIO);
  CHECK(test::write_zeroes(outer, 0, 512) == EIO);
  CHECK(outer.faults().find("wrong bytes in sector 0") != std::string::npos);
  inner.heal();
  CHECK(inner.faults().empty());
}

TEST_CASE("only sectors that are there can rot", "[devices]") {
  FaultyChild child(std::make_unique<MemoryChild>("c0", 1025));
  CHECK(child.rot(2, 1));
  const auto refused = child.rot(3, 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sentence == "c0 has no sector 3: it has 1025 bytes");
  CHECK_FALSE(child.rot(~std::uint64_t{0}, 1));
  FaultyChild large(std::make_unique<MemoryChild>("c0", 65 * 512));
  for (std::uint64_t sector = 0; sector < kMaxRottenSectors; ++sector) REQUIRE(large.rot(sector, 1));
  CHECK(large.rot(64, 1).error().sentence == "c0 has 64 wrong sectors already: heal it first");
}

TEST_CASE("a late child answers on another thread, in order, and not before it is healed", "[devices]") {
  Fixture fixture;
  const auto begin = std::chrono::steady_clock::now();
  fixture.child.delay(kMaxChildDelay + milliseconds(1));
  CHECK(fixture.child.faults() == "10000 ms late");
  std::vector<std::uint8_t> first(1), second(1);
  Answers answers;
  const auto answer = [done = answers.of(0)](int number) {
    return [done, number, here = std::this_thread::get_id()](int error) {
      done(error == 0 && std::this_thread::get_id() != here ? number : -1);
    };
  };
  fixture.child.read(0, first, answer(1));
  fixture.child.read(0, second, answer(2));
  SECTION("healed") {
    fixture.child.heal();
    CHECK(fixture.read(0, 1) == 0);
  }
  SECTION("told to hurry") {
    fixture.child.hurry();
    CHECK(fixture.read(0, 1) == 0);
    fixture.child.delay(kMaxChildDelay);
    CHECK(fixture.read(0, 1) == 0);
  }
  CHECK(answers.take().error == 1);
  CHECK(answers.take().error == 2);
  CHECK(std::chrono::steady_clock::now() - begin < kMaxChildDelay);  // before it was due
}

TEST_CASE("a late child answers when its time has come", "[devices]") {
  Fixture fixture;
  fixture.child.delay(milliseconds(1));
  CHECK(fixture.write(0, 1) == 0);
  CHECK(fixture.read(0, 1) == 0);
  CHECK(fixture.data[0] == 0x11);
  CHECK(test::write_zeroes(fixture.child, 0, 1) == 0);
  CHECK(test::flush(fixture.child) == 0);
  REQUIRE(fixture.child.fail(QuorumOpType::read, EIO));
  CHECK(fixture.read(0, 1) == EIO);
}

TEST_CASE("a late child that ends answers what it was asked", "[devices]") {
  Answers answers;
  std::vector<std::uint8_t> data(1);
  {
    FaultyChild child(std::make_unique<MemoryChild>("c0", kBytes));
    child.delay(kMaxChildDelay);
    child.read(0, data, answers.of(0));
  }
  CHECK(answers.take().error == 0);
}

TEST_CASE("hurry reaches the child behind", "[devices]") {
  auto held = std::make_unique<test::HeldChild>("c0", std::uint8_t{0});
  const test::HeldChild* behind = held.get();
  FaultyChild child(std::move(held));
  child.hurry();
  CHECK(behind->hurried);
}

TEST_CASE("faults change on other threads while requests run", "[devices]") {
  Fixture fixture;
  std::atomic<bool> ending{false};
  std::thread host([&] {
    while (!ending) {
      (void)fixture.child.fail(QuorumOpType::read, EIO, {0, 1});
      (void)fixture.child.rot(0, 1);
      fixture.child.delay(milliseconds(1));
      (void)fixture.child.faults();
      fixture.child.heal();
    }
  });
  for (int turn = 0; turn < 300; ++turn) {
    const int error = fixture.read(0, 512);
    CHECK((error == 0 || error == EIO));
    if (error == 0) CHECK((fixture.data[0] == 0 || fixture.data[0] == 1));
  }
  ending = true;
  host.join();
}
