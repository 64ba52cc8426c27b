// SPDX-License-Identifier: MIT
#include "devices/virtio_balloon.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <regex>

#include "support/captures.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

constexpr std::uint64_t kRamBytes = 268435456;
using Word = std::array<std::uint8_t, 4>;

Word little_endian(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
          static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 24)};
}

struct Fixture {
  void write_actual(std::uint32_t pages) {
    balloon.write_config(VirtioBalloon::kActualOffset, little_endian(pages));
  }
  void write_byte(std::size_t offset, std::uint8_t value) {
    balloon.write_config(offset, std::span<const std::uint8_t>(&value, 1));
  }
  std::uint32_t read_pages(std::size_t offset) {
    Word word{};
    balloon.read_config(offset, word);
    return static_cast<std::uint32_t>(word[0] | word[1] << 8 | word[2] << 16) |
           static_cast<std::uint32_t>(word[3]) << 24;
  }
  /// Time passes in steps of a millisecond, so that rate windows end when they should.
  void pass(int milliseconds) {
    for (; milliseconds > 0; --milliseconds) {
      recorder.clock.advance_us(1'000);
      recorder.core->settle(recorder.sink);
    }
  }
  std::vector<std::string> qemu_lines() { return test::without_times(recorder.lines(WireForm::qemu)); }

  test::RecordingEmitter recorder;
  VirtioBalloon balloon{recorder.emitter, kRamBytes};
};

struct TimedWrite {
  int at_ms;
  std::uint32_t pages;
};

/// The writes of "+0.301s outl 0xc018 0x4001; ..." or of "writel 0xe0002004 0x4001".
std::vector<TimedWrite> writes_of(const std::string& trigger) {
  static const std::regex access(R"(\+([0-9.]+)s (?:outl 0xc018|writel 0xe0002004) (0x[0-9a-f]+))");
  std::vector<TimedWrite> writes;
  for (std::sregex_iterator at(trigger.begin(), trigger.end(), access), end; at != end; ++at)
    writes.push_back({static_cast<int>(std::stod((*at)[1]) * 1000),
                      static_cast<std::uint32_t>(std::stoul((*at)[2], nullptr, 0))});
  return writes;
}

}  // namespace

TEST_CASE("the captured writes of actual, at their times, give the captured lines", "[devices]") {
  int scenarios = 0;
  std::string last_scenario;
  for (const test::Capture& capture : test::captures()) {
    const std::vector<TimedWrite> writes = writes_of(capture.trigger);
    if (capture.name != "BALLOON_CHANGE" || writes.empty() || capture.scenario == last_scenario) continue;
    last_scenario = capture.scenario;
    ++scenarios;
    INFO(capture.scenario);
    Fixture fixture;
    fixture.write_actual(1);  // so that a captured write of 0 pages is a change
    fixture.pass(2'500);
    fixture.recorder.sink.records.clear();
    int now_ms = 0;
    for (const TimedWrite& write : writes) {
      fixture.pass(write.at_ms - now_ms);
      now_ms = write.at_ms;
      fixture.write_actual(write.pages);
    }
    fixture.pass(2'500);
    CHECK(fixture.qemu_lines() == test::captured_lines(capture.scenario));
  }
  CHECK(scenarios >= 10);
}

TEST_CASE("four writes of one byte each give the captured lines", "[devices]") {
  Fixture fixture;
  fixture.write_byte(4, 0x11);
  fixture.write_byte(5, 0x22);
  fixture.write_byte(6, 0x33);
  fixture.write_byte(7, 0x00);
  fixture.pass(1'500);
  CHECK(fixture.qemu_lines() == test::captured_lines("legacy: four byte-wide writes"));
  CHECK(fixture.recorder.counters(EventKind::balloon_change).emitted == 3);
}

TEST_CASE("writing the same value again is no change", "[devices]") {
  Fixture fixture;
  fixture.write_actual(4096);
  fixture.pass(2'500);
  fixture.write_actual(4096);
  fixture.pass(2'500);
  CHECK(fixture.qemu_lines().size() == 1);
}

TEST_CASE("setting a target says nothing until the guest acts", "[devices]") {
  Fixture fixture;
  fixture.balloon.set_target(kRamBytes - 4096 * 4096);
  CHECK(fixture.qemu_lines().empty());
  CHECK(fixture.balloon.level_bytes() == static_cast<std::int64_t>(kRamBytes));
  CHECK(fixture.read_pages(VirtioBalloon::kNumPagesOffset) == 4096);
  fixture.write_actual(fixture.read_pages(VirtioBalloon::kNumPagesOffset));
  CHECK(fixture.balloon.level_bytes() == 251658240);
  CHECK(fixture.qemu_lines() == test::captured_lines("legacy: single change"));
}

TEST_CASE("a target above the RAM means all of it, one of nothing means everything", "[devices]") {
  Fixture fixture;
  fixture.balloon.set_target(std::numeric_limits<std::int64_t>::max());
  CHECK(fixture.read_pages(VirtioBalloon::kNumPagesOffset) == 0);
  fixture.balloon.set_target(1);
  CHECK(fixture.read_pages(VirtioBalloon::kNumPagesOffset) == 65535);
}

TEST_CASE("num_pages is the host's: the guest's writes to it are ignored", "[devices]") {
  Fixture fixture;
  fixture.balloon.set_target(kRamBytes - 4096);
  const std::array<std::uint8_t, 8> both{9, 9, 9, 9, 2, 0, 0, 0};
  fixture.balloon.write_config(0, both);
  CHECK(fixture.read_pages(VirtioBalloon::kNumPagesOffset) == 1);
  CHECK(fixture.read_pages(VirtioBalloon::kActualOffset) == 2);
  CHECK(fixture.qemu_lines().size() == 1);
}

TEST_CASE("accesses beyond the configuration space read 0 and write nothing", "[devices]") {
  Fixture fixture;
  fixture.balloon.write_config(8, little_endian(7));
  fixture.balloon.write_config(std::numeric_limits<std::size_t>::max(), little_endian(7));
  CHECK(fixture.read_pages(8) == 0);
  CHECK(fixture.read_pages(std::numeric_limits<std::size_t>::max()) == 0);
  CHECK(fixture.qemu_lines().empty());
}

TEST_CASE("RAM that is plugged counts", "[devices]") {
  Fixture fixture;
  fixture.write_actual(0x7301);
  CHECK(fixture.balloon.level_bytes() == 147845120);
  fixture.balloon.set_ram_bytes(kRamBytes + 134217728);
  CHECK(fixture.balloon.level_bytes() == 282062848);
}
