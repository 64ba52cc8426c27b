// SPDX-License-Identifier: MIT
// The QMP command x-qmpev-trigger: without arguments a list of everything that can be triggered, with a
// device the trigger itself, answered when it has acted. Its effects precede the reply:
//
//   {}                    [{"name", "doc", "state", "example", "actions": [{"name", "doc", "actor",
//                           "arguments": [{"name", "doc", "standard", "words"}]}]}]
//   {"device": "pvpanic", "action": "panicked", "arguments": {}}
//                         {"cause": "guest wrote 0x01 to port 0x505", "delayed": ["BALLOON_CHANGE"]}
//
// `actor` is guest, viewer or host. An argument whose `standard` is empty must be given; `words` is empty
// unless it is one of them. Values are texts as a person writes them ("128M"), or integers. `delayed` names
// the events that this left waiting for the end of a rate window. A refusal is a GenericError with a
// sentence. Loop thread.
#pragma once

#include <string>
#include <vector>

#include <qmpev/protocol.hpp>
#include <qmpev/server.hpp>

#include "hypervisor/trigger.hpp"
#include "hypervisor/trigger_runner.hpp"

namespace qmpev {

inline const std::string kTriggerCommand = std::string(kExtensionPrefix) + "trigger";

/// All borrowed for the server's life.
Result<void> add_trigger_command(Server& server, const std::vector<TriggerDevice>& table,
                                 TriggerRunner& runner);

}  // namespace qmpev
