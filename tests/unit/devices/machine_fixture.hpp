// SPDX-License-Identifier: MIT
// A machine and what it says, for the tests of the devices that act on one.
#pragma once

#include <string>
#include <vector>

#include "devices/machine.hpp"
#include "support/captures.hpp"
#include "support/recording_sink.hpp"

namespace qmpev::test {

/// A machine with one policy: `with("panic", "none")`.
inline MachineConfig with(std::string_view action, std::string_view word, MachineConfig config = {}) {
  if (!set_action(config.actions, action, word)) throw std::string(word);
  return config;
}

struct MachineFixture {
  explicit MachineFixture(const MachineConfig& config = {})
      : machine(recorder.emitter, config, [this](int status) { ends.push_back(status); }) {}

  /// "STOP", or "SHUTDOWN guest-panic" and "GUEST_PANICKED pause" where an event has a reason or an action.
  std::vector<std::string> said() {
    std::vector<std::string> said;
    for (const std::string& line : recorder.lines(WireForm::qemu)) {
      const std::string name = text_of(line, "event");
      const std::string more = text_of(line, name == "SHUTDOWN" || name == "RESET" ? "reason" : "action");
      said.push_back(more.empty() ? name : name + " " + more);
    }
    return said;
  }
  std::string state() const { return std::string(machine.status().word); }
  std::vector<std::string> qemu_lines() { return without_times(recorder.lines(WireForm::qemu)); }

  static std::string text_of(const std::string& line, const std::string& member) {
    const std::string key = "\"" + member + "\": \"";
    const auto at = line.find(key);
    if (at == std::string::npos) return {};
    return line.substr(at + key.size(), line.find('"', at + key.size()) - at - key.size());
  }

  RecordingEmitter recorder;
  std::vector<int> ends;  ///< exit statuses
  Machine machine;
};

}  // namespace qmpev::test
