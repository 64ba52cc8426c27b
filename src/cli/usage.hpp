// SPDX-License-Identifier: MIT
// What the program says about itself, and how its verbs end.
#pragma once

#include <string_view>

namespace qmpev {

inline constexpr int kExitDone = 0;
inline constexpr int kExitRefused = 1;  ///< the outside did not allow it
inline constexpr int kExitUsage = 2;    ///< the command line cannot be meant

std::string_view program_usage() noexcept;
std::string_view serve_usage() noexcept;
std::string_view run_usage() noexcept;
std::string_view watch_usage() noexcept;
std::string_view trigger_usage() noexcept;
std::string_view events_usage() noexcept;

}  // namespace qmpev
