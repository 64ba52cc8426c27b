// SPDX-License-Identifier: MIT
// The value of --action: `panic=pause,shutdown=poweroff`, in QEMU's words. Main thread.
#pragma once

#include <string_view>

#include <qmpev/result.hpp>

#include "devices/machine_actions.hpp"

namespace qmpev {

/// `actions` as `text` changes them; what it does not name stays. Fails with invalid_argument and a sentence
/// that lists what can be written.
Result<MachineActions> parse_action_option(std::string_view text, MachineActions actions = {});

}  // namespace qmpev
