// SPDX-License-Identifier: MIT
// Every captured scenario of the balloon, played again on our device: the same writes at the same times of a
// fake clock, and then the same lines in the same order, byte for byte but for the time. The table is made by
// hand; a captured scenario without a row fails.
#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "devices/virtio_balloon.hpp"
#include "support/captures.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;
using Lines = std::vector<std::string>;

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr int kWindowMs = 1'000;

/// One write of the guest to the configuration space.
struct Write {
  int at_ms;
  std::uint32_t value;
  std::size_t offset = VirtioBalloon::kActualOffset;
  std::size_t size = 4;
};

struct Scenario {
  std::vector<Write> writes;
  std::uint32_t before = 1;  ///< pages in the balloon when it begins; 1: another number than any that follow
  std::size_t missed = 0;    ///< lines that the client whose copy was captured was too late for
  std::uint64_t ram = 256 * kMiB;
};

/// A legacy device's ports and a modern one's memory are the same bytes.
const std::map<std::string, Scenario> kEitherTransport{
    {"single change", {{{0, 0x1000}}, 0}},
    {"burst of 5 distinct values within milliseconds",
     {{{0, 0x1001}, {0, 0x1002}, {0, 0x1003}, {1, 0x1004}, {1, 0x1005}}, 0x1000}},
    {"burst that returns to the original value", {{{0, 0x2000}, {0, 0x2001}, {0, 0x2000}}}},
    {"change 0.5 s after a first immediate one", {{{0, 0x3000}, {531, 0x3001}}}},
    {"steady stream every 0.3 s for 3.9 s",
     {{{0, 0x4000},
       {301, 0x4001},
       {605, 0x4002},
       {906, 0x4003},
       {1206, 0x4004},
       {1507, 0x4005},
       {1808, 0x4006},
       {2109, 0x4007},
       {2410, 0x4008},
       {2711, 0x4009},
       {3011, 0x400a},
       {3312, 0x400b},
       {3612, 0x400c},
       {3913, 0x400d}}}},
    {"two changes then one 0.4 s after delayed delivery (timer re-armed by the delayed send)",
     {{{0, 0x5000}, {201, 0x5001}, {1402, 0x5002}}}},
    {"change 1.1 s after the previous (window expired): immediate", {{{0, 0x6000}, {1101, 0x6001}}}},
    {"four byte-wide writes", {{{0, 0x11, 4, 1}, {0, 0x22, 5, 1}, {0, 0x33, 6, 1}, {0, 0x00, 7, 1}}, 0}},
    {"actual larger than RAM: negative number", {{{0, 0x10001}}}},
    {"actual zero pages", {{{0, 0}}, 0xffffffff}},
    {"monitor 2 (connected and negotiated only after both writes) still gets the delayed event",
     {{{0, 0x7000}, {0, 0x7001}}, 1, 1}},
    {"broadcast to two negotiated monitors (identical bytes, copy from monitor 1)", {{{0, 0x7200}}}},
    {"broadcast to two negotiated monitors (identical bytes, copy from monitor 2)", {{{0, 0x7200}}}},
    {"burst while nobody was connected; client connects within the window and gets only the delayed last one",
     {{{0, 0x7300}, {0, 0x7301}}, 1, 1}},
};

/// A driver that moves a mebibyte at a time, evenly, until `end_ms`.
Scenario moved(std::uint32_t from, std::uint32_t to, int end_ms) {
  constexpr std::uint32_t kStep = 256;
  Scenario scenario{{}, from, 0, 512 * kMiB};
  const int steps = static_cast<int>((std::max(from, to) - std::min(from, to)) / kStep);
  for (int step = 1; step <= steps; ++step) {
    const std::uint32_t moved_pages = kStep * static_cast<std::uint32_t>(step);
    scenario.writes.push_back(
        {end_ms * (step - 1) / steps, from < to ? from + moved_pages : from - moved_pages});
  }
  return scenario;
}

const std::map<std::string, Scenario> kGuest{
    {"real Linux 6.1 guest: inflate", moved(0, 0x10000, 318)},
    {"real Linux 6.1 guest: deflate", moved(0x10000, 0, 189)},
};

class Played {
 public:
  explicit Played(const Scenario& scenario) : balloon_(recorder_.emitter, scenario.ram) {
    if (scenario.before != 0) write({0, scenario.before});
    pass(2 * kWindowMs + 1);
    recorder_.sink.records.clear();
    int now_ms = 0;
    for (const Write& access : scenario.writes) {
      pass(access.at_ms - now_ms);
      now_ms = access.at_ms;
      write(access);
    }
    pass(2 * kWindowMs + 1);
    lines = test::without_times(recorder_.lines(WireForm::qemu));
    REQUIRE(lines.size() >= scenario.missed);
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(scenario.missed));
    level = balloon_.level_bytes();
  }
  Lines lines;
  std::int64_t level;

 private:
  void write(const Write& access) {
    std::array<std::uint8_t, 4> bytes{};
    for (std::size_t byte = 0; byte < bytes.size(); ++byte)
      bytes[byte] = static_cast<std::uint8_t>(access.value >> (8 * byte));
    balloon_.write_config(access.offset, std::span(bytes).first(access.size));
    recorder_.core->settle(recorder_.sink);
  }
  /// In steps of a millisecond, so that rate windows end when they should.
  void pass(int milliseconds) {
    for (; milliseconds > 0; --milliseconds) {
      recorder_.clock.advance_us(1'000);
      recorder_.core->settle(recorder_.sink);
    }
  }
  test::RecordingEmitter recorder_;
  VirtioBalloon balloon_;
};

std::set<std::string> captured_scenarios(const std::string& group) {
  std::set<std::string> names;
  for (const test::Capture& capture : test::captures())
    if (capture.group == group && capture.name == "BALLOON_CHANGE") names.insert(capture.scenario);
  return names;
}

void check(const std::string& name, const Scenario& scenario) {
  const Played played(scenario);
  CHECK(played.lines == test::captured_lines(name));
  REQUIRE_FALSE(played.lines.empty());
  // query-balloon says what the last event did.
  CHECK(played.lines.back().find("\"actual\": " + std::to_string(played.level) + "}") != std::string::npos);
}

}  // namespace

TEST_CASE("every captured write of the balloon gives QEMU's lines, in and after its second",
          "[conformance]") {
  std::set<std::string> rows_played;
  for (const std::string& name : captured_scenarios("balloon")) {
    INFO(name);
    const std::size_t colon = name.find(": ");
    const std::string transport = name.substr(0, colon);
    REQUIRE((transport == "legacy" || transport == "modern"));
    const auto row = kEitherTransport.find(name.substr(colon + 2));
    REQUIRE(row != kEitherTransport.end());
    rows_played.insert(row->first);
    check(name, row->second);
  }
  CHECK(rows_played.size() == kEitherTransport.size());
  CHECK(captured_scenarios("balloon").size() == 19);
}

TEST_CASE("a driver that moves as a real Linux did causes its lines", "[conformance]") {
  const auto scenarios = captured_scenarios("realguest");
  for (const std::string& name : scenarios) {
    INFO(name);
    const auto row = kGuest.find(name);
    REQUIRE(row != kGuest.end());
    check(name, row->second);
  }
  CHECK(scenarios.size() == kGuest.size());
}
