// SPDX-License-Identifier: MIT
// What x-qmpev-subscribe and x-qmpev-resume answer: where the numbered events of a session begin, and what a
// client missed, in pages of a bounded size, or that it is gone. Both are worked out when everything before
// the reply lies in the log, so that a page without more to come reaches exactly to its reply: what a session
// hears before it is on the pages, and what it hears behind it is not. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "monitor/event_filter.hpp"
#include "monitor/event_log.hpp"
#include "wire/value.hpp"

namespace qmpev {

inline constexpr std::string_view kSubscribeCommand = "x-qmpev-subscribe";
inline constexpr std::string_view kResumeCommand = "x-qmpev-resume";
/// One page without the client's id: what fits into a socket's buffer at once.
inline constexpr std::size_t kMaxPageBytes = std::size_t{64} << 10;

/// The server's side of it. Borrows the log.
struct History {
  const EventLog& log;
  std::string epoch;
};

/// The reply to a subscription whose place is the log's head.
std::string subscription_line(const History& history, const std::optional<Value>& id);

/// What is asked for.
struct PageRequest {
  std::string epoch;
  std::uint64_t from;
  WireForm form;
  EventSet wanted;
};

/// The reply with the events from there on: those that the log has forgotten as far as they are kept, then
/// what it has. An error for another epoch, and for a number that was not given yet.
std::string page_line(const History& history, const PageRequest& request, const std::optional<Value>& id);

}  // namespace qmpev
