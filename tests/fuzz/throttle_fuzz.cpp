// SPDX-License-Identifier: MIT
// The throttle against a naive model: random events of random keys at random times, delivery for delivery.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "fuzz/rounds.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;
using test::below;
using test::Random;

namespace {

constexpr std::int64_t kIntervalUs = 1'000'000;

/// Rate limiting as one would write it without threads: per key the end of its window and what waits.
class Model {
 public:
  void emit(const std::string& key, std::int64_t number, std::int64_t now, std::vector<std::int64_t>& out) {
    Window& window = windows_[key];
    if (window.end == 0) {
      out.push_back(number);
      window.end = now + kIntervalUs;
    } else {
      window.waiting = number;
    }
  }
  void run_to(std::int64_t now, std::vector<std::int64_t>& out) {
    for (auto& [key, window] : windows_) {
      if (window.end == 0 || window.end > now) continue;
      window.end = 0;
      if (!window.waiting) continue;
      out.push_back(*window.waiting);
      window.waiting.reset();
      window.end = now + kIntervalUs;
    }
  }

 private:
  struct Window {
    std::int64_t end = 0;
    std::optional<std::int64_t> waiting;
  };
  std::map<std::string, Window> windows_;
};

std::vector<std::int64_t> sorted(std::vector<std::int64_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::int64_t number_in(const std::string& line) {
  const std::string name = "\"sector-num\": ";
  return std::stoll(line.substr(line.find(name) + name.size()));
}

void play(Random& random) {
  test::RecordingEmitter rig;
  Model model;
  const std::uint64_t keys = 1 + below(random, 20);
  for (std::int64_t step = 0; step < 200; ++step) {
    std::vector<std::int64_t> expected;
    if (below(random, 3) == 0) {
      rig.clock.advance_us(static_cast<std::int64_t>(below(random, 700'000)));
      if (below(random, 8) == 0) rig.clock.wall -= 5'000'000'000;
    }
    // As the loop does it: windows that are due end before what is emitted now is looked at.
    rig.core->settle(rig.sink);
    model.run_to(rig.clock.monotonic_ns() / 1'000, expected);
    const std::string key = "node" + std::to_string(below(random, keys));
    rig.emitter.emit(QuorumReportBad{QuorumOpType::read, {}, key, step, 1});
    rig.core->settle(rig.sink);
    model.emit(key, step, rig.clock.monotonic_ns() / 1'000, expected);

    std::vector<std::int64_t> got;
    for (const auto& record : rig.sink.records) got.push_back(number_in(record.line[1]));
    rig.sink.records.clear();
    REQUIRE(sorted(got) == sorted(expected));  // windows that end in one round have no order in the model
    REQUIRE(test::adds_up(rig.counters(EventKind::quorum_report_bad)));
  }
}

}  // namespace

TEST_CASE("the throttle delivers what a naive model delivers", "[fuzz]") {
  test::fuzz("throttle", 200, play);
}
