// SPDX-License-Identifier: MIT
// The text of a scenario file -> a scenario in which everything is checked, or a sentence that begins with
// FILE:LINE and says what to write instead. Reentrant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <qmpev/result.hpp>

#include "scenario/scenario.hpp"

namespace qmpev {

/// `file` is how the sentence calls it. The scenario borrows `table`. Fails with invalid_argument.
Result<Scenario> parse_scenario(const std::string& file, std::string_view text,
                                const std::vector<TriggerDevice>& table);

}  // namespace qmpev
