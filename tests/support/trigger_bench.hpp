// SPDX-License-Identifier: MIT
// A reference machine whose triggers are played one by one, on the calling thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "hypervisor/guest.hpp"
#include "hypervisor/reference_machine.hpp"
#include "hypervisor/triggers.hpp"
#include "support/recording_sink.hpp"

namespace qmpev::test {

struct TriggerBench {
  using Arguments = std::map<std::string, std::string>;

  explicit TriggerBench(const HypervisorConfig& config = {})
      : machine(
            recorder.emitter, [this](int status) { ends.push_back(status); }, config) {}

  /// As a person writes it, without an actor: the device's first action when none is named.
  Result<std::string> play(const std::string& device, const std::string& action = {},
                           const Arguments& arguments = {}) {
    auto trigger = find_trigger(table, {device, action, arguments});
    if (!trigger) return trigger.error();
    return trigger.value().action->act(trigger.value().values);
  }
  /// What was done; the trigger is not refused.
  std::string played(const std::string& device, const std::string& action = {},
                     const Arguments& arguments = {}) {
    auto done = play(device, action, arguments);
    INFO((done ? "" : done.error().sentence));
    REQUIRE(done);
    return done.value();
  }
  /// The sentence of a refusal.
  std::string refused(const std::string& device, const std::string& action = {},
                      const Arguments& arguments = {}) {
    auto done = play(device, action, arguments);
    REQUIRE_FALSE(done);
    return done.error().sentence;
  }
  std::string state(const std::string& device) const {
    for (const TriggerDevice& row : table)
      if (row.name == device) return row.state();
    FAIL("no device " << device);
    return {};
  }
  /// Names of the events so far.
  std::vector<std::string> events() {
    std::vector<std::string> names;
    for (const std::string& each : said()) names.push_back(each.substr(0, each.find(' ')));
    return names;
  }
  /// The same, each with its data after it.
  std::vector<std::string> said() {
    std::vector<std::string> said;
    for (const std::string& line : recorder.lines(WireForm::qemu)) {
      const std::string event = line.substr(line.find("\"event\": \"") + 10);
      const std::string name = event.substr(0, event.find('"'));
      const auto data = event.find("\"data\": ");
      said.push_back(data == std::string::npos
                         ? name
                         : name + " " + event.substr(data + 8, event.size() - data - 8 - 3));
    }
    return said;
  }

  RecordingEmitter recorder;
  std::vector<int> ends;  ///< exit statuses
  ReferenceMachine machine;
  Guest guest{[] { return true; }};
  const std::vector<TriggerDevice> table = all_triggers({machine, guest});
};

}  // namespace qmpev::test
