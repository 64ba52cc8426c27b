// SPDX-License-Identifier: MIT
// A reference machine whose triggers are pulled by name, as a person writes them, on the test's own thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hypervisor/triggers.hpp"
#include "support/recording_sink.hpp"

namespace qmpev::test {

struct TriggerFixture {
  using Arguments = std::map<std::string, std::string>;

  explicit TriggerFixture(const HypervisorConfig& config = {})
      : machine(
            recorder.emitter, [this](int status) { ends.push_back(status); }, config) {}

  Result<std::string> pull(const std::string& device, const std::string& action = {},
                           const Arguments& arguments = {}) {
    const auto found = find_trigger(table, {device, action, arguments});
    if (!found) return found.error();
    return found.value().action->act(found.value().values);
  }

  std::string state_of(const std::string& device) const {
    for (const TriggerDevice& row : table)
      if (row.name == device) return row.state();
    return {};
  }

  /// The names of the events so far, each with its data after it.
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
