// SPDX-License-Identifier: MIT
// What passes a monitor, as lines: of JSON for a file, of text for a person. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/traffic.hpp>

namespace qmpev {

/// Shown of one line to a person; the rest is counted.
inline constexpr std::size_t kShownLineBytes = 2'000;

/// `bytes` cut behind every LF; together they are `bytes`.
std::vector<std::string_view> line_pieces(std::string_view bytes);

/// One object of strict JSON, ASCII only, with a newline. `piece` is one of the traffic's. It stands in the
/// member `text`, its line end included; or, when it is not UTF-8, in `bytes`, where each byte is the
/// character of its number (U+0000 to U+00FF). So the texts of a client and a direction, one after the other,
/// are exactly what passed.
std::string transcript_line(const Traffic& traffic, std::string_view piece);

/// The last line of a transcript that has reached its limit.
std::string stopped_line(std::int64_t time_us, std::uint64_t limit_bytes);

/// Printable ASCII without a newline: seconds since `start_us`, client, what it did. The client's view: it
/// wrote, it got.
std::string shown_line(const Traffic& traffic, std::string_view piece, std::int64_t start_us);

}  // namespace qmpev
