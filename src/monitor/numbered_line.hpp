// SPDX-License-Identifier: MIT
// An event line with its number in the log as last member, for sessions that subscribed. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace qmpev {

inline constexpr std::string_view kSequenceMember = "x-qmpev-sequence";
/// What a number adds to a line: `, "x-qmpev-sequence": ` and twenty digits.
inline constexpr std::size_t kNumberBytes = 42;

/// `line` is an event's, with CR LF. Replaces `out`.
void number_line(std::string_view line, std::uint64_t sequence, std::string& out);

}  // namespace qmpev
