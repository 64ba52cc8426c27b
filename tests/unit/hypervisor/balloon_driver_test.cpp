// SPDX-License-Identifier: MIT
#include "hypervisor/balloon_driver.hpp"

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

constexpr std::uint64_t kRamBytes = std::uint64_t{512} << 20;

struct Fixture {
  std::uint32_t actual() { return read_balloon_pages(balloon, VirtioBalloon::kActualOffset); }
  test::RecordingEmitter recorder;
  VirtioBalloon balloon{recorder.emitter, kRamBytes};
};

}  // namespace

TEST_CASE("a balloon step goes towards the target, at least 1 MiB, and never past it", "[hypervisor]") {
  CHECK(next_balloon_step(0, 65536) == 8192);
  CHECK(next_balloon_step(0, 4096) == 1024);
  CHECK(next_balloon_step(0, 300) == 256);
  CHECK(next_balloon_step(256, 300) == 300);
  CHECK(next_balloon_step(300, 0) == 44);
  CHECK(next_balloon_step(44, 0) == 0);
  CHECK(next_balloon_step(7, 7) == 7);
}

TEST_CASE("the driver writes the pages that the device then has", "[hypervisor]") {
  Fixture fixture;
  write_balloon_actual(fixture.balloon, 0x01020304);
  CHECK(fixture.actual() == 0x01020304);
}

TEST_CASE("the driver follows the target in steps, also one that moves", "[hypervisor]") {
  Fixture fixture;
  fixture.balloon.set_target(kRamBytes / 2);
  int rests = 0;
  follow_balloon_target(fixture.balloon, [&] {
    if (++rests == 2) fixture.balloon.set_target(kRamBytes);
    return rests < 1000;
  });
  CHECK(fixture.actual() == 0);
  CHECK(rests > 2);
  CHECK(fixture.recorder.counters(EventKind::balloon_change).emitted == static_cast<std::uint64_t>(rests));
}

TEST_CASE("the driver gives up where the guest ends", "[hypervisor]") {
  Fixture fixture;
  fixture.balloon.set_target(1);
  follow_balloon_target(fixture.balloon, [] { return false; });
  CHECK(fixture.actual() == 8192);
}

TEST_CASE("a driver that is there already changes nothing", "[hypervisor]") {
  Fixture fixture;
  follow_balloon_target(fixture.balloon, [] { return true; });
  CHECK(fixture.recorder.counters(EventKind::balloon_change).emitted == 0);
}
