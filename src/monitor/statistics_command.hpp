// SPDX-License-Identifier: MIT
// What x-qmpev-statistics answers: a server's counters as JSON, in answers of a bounded size. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <qmpev/statistics.hpp>

#include "wire/value.hpp"

namespace qmpev {

inline constexpr std::string_view kStatisticsCommand = "x-qmpev-statistics";
/// One answer: what fits into a socket's buffer at once. Sessions that do not fit are for the next question.
inline constexpr std::size_t kMaxStatisticsBytes = std::size_t{64} << 10;

/// Events that were emitted, all totals, and of the sessions those from the id `from` on. Who is at the other
/// end of one is told to the same user and to root.
Value describe_statistics(const Statistics& statistics, std::uint64_t from,
                          const std::optional<PeerCredentials>& asker);

}  // namespace qmpev
