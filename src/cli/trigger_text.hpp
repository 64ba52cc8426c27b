// SPDX-License-Identifier: MIT
// What `qmpev trigger` prints: cause and effect, or a list of what can be triggered. Reentrant.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/trigger_reply.hpp"

namespace qmpev {

/// An event that came after the trigger was sent.
struct TriggerEffect {
  std::string line;        ///< as it was received
  double seconds;          ///< since the trigger was sent
  bool held_back = false;  ///< by its rate limit
};

/// One event: `GUEST_PANICKED action=pause after 0.3 ms`.
std::string effect_text(const TriggerEffect& effect);

/// Everything for people, without the last newline. `missing`: delayed events that did not come in time.
std::string outcome_text(const TriggerReply& reply, const std::vector<TriggerEffect>& effects,
                         const std::vector<std::string>& missing);

/// The same as one line of JSON: {"cause": ..., "events": [...], "delayed": [...]}.
std::string outcome_json(const TriggerReply& reply, const std::vector<TriggerEffect>& effects);

// `call` is what starts this program with the same socket: "qmpev trigger /tmp/vm.sock".

/// Every device with its live values, its actions by name and a line to paste.
std::string list_text(const std::vector<ListedDevice>& devices, const std::string& call);
/// One device with all arguments of its actions.
std::string device_text(const ListedDevice& device, const std::string& call);

}  // namespace qmpev
