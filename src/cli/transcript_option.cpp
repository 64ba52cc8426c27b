// SPDX-License-Identifier: MIT
#include "cli/transcript_option.hpp"

#include "cli/argument_reader.hpp"
#include "hypervisor/trigger.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kLimit = "limit=";

Result<std::uint64_t> parse_limit(std::string_view text) {
  const auto bytes = parse_number(text);
  if (!bytes)
    return usage_error("the limit '" + std::string(text) + "' is no size: use bytes, 512K, 64M or 2G");
  if (bytes.value() < kMinTranscriptBytes)
    return usage_error("a transcript of " + std::string(text) + " bytes holds nothing: use limit=4K or more");
  return bytes;
}

}  // namespace

Result<TranscriptOption> parse_transcript_option(std::string_view text) {
  TranscriptOption option;
  option.path = text.substr(0, text.find(','));
  text.remove_prefix(option.path.size());
  if (option.path.empty()) return usage_error("the transcript's path is empty: use --transcript FILE");
  while (!text.empty()) {
    text.remove_prefix(1);  // the comma
    const std::string_view setting = text.substr(0, text.find(','));
    text.remove_prefix(setting.size());
    if (setting.substr(0, kLimit.size()) != kLimit)
      return usage_error("unknown setting '" + std::string(setting) +
                         "' of --transcript: there is only limit=SIZE");
    auto limit = parse_limit(setting.substr(kLimit.size()));
    if (!limit) return limit.error();
    option.limit_bytes = limit.value();
  }
  return option;
}

}  // namespace qmpev
