// SPDX-License-Identifier: MIT
// `--transcript FILE[,limit=SIZE]`. Main thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <qmpev/result.hpp>

namespace qmpev {

/// Hours of a talkative client, and little beside what a build keeps.
inline constexpr std::uint64_t kTranscriptBytes = std::uint64_t{64} << 20;
/// Less would not hold one exchange.
inline constexpr std::uint64_t kMinTranscriptBytes = std::uint64_t{4} << 10;

struct TranscriptOption {
  std::string path;
  std::uint64_t limit_bytes = kTranscriptBytes;
};

/// Fails with invalid_argument and a sentence that says what to write instead.
Result<TranscriptOption> parse_transcript_option(std::string_view text);

}  // namespace qmpev
