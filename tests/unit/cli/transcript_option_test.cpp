// SPDX-License-Identifier: MIT
#include "cli/transcript_option.hpp"

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("a transcript is a file, and may have a limit", "[cli]") {
  const auto plain = parse_transcript_option("a/b.jsonl");
  REQUIRE(plain);
  CHECK(plain.value().path == "a/b.jsonl");
  CHECK(plain.value().limit_bytes == std::uint64_t{64} << 20);
  const auto limited = parse_transcript_option("t,limit=2G");
  REQUIRE(limited);
  CHECK(limited.value().path == "t");
  CHECK(limited.value().limit_bytes == std::uint64_t{2} << 30);
}

TEST_CASE("a limit is four kibibytes at least", "[cli]") {
  CHECK_FALSE(parse_transcript_option("t,limit=4095"));
  CHECK(parse_transcript_option("t,limit=4096"));
  CHECK(parse_transcript_option("t,limit=4097"));
  CHECK(parse_transcript_option("t,limit=18446744073709551615"));
}

TEST_CASE("a wrong transcript is told what to write", "[cli]") {
  const char* const cases[][2] = {{"", "use --transcript FILE"},      {",limit=1M", "use --transcript FILE"},
                                  {"t,size=1M", "only limit=SIZE"},   {"t,", "only limit=SIZE"},
                                  {"t,limit=", "bytes, 512K, 64M"},   {"t,limit=lots", "bytes, 512K, 64M"},
                                  {"t,limit=-1", "bytes, 512K, 64M"}, {"t,limit=0", "limit=4K or more"}};
  for (const auto& [text, sentence] : cases) {
    const auto refused = parse_transcript_option(text);
    INFO(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().sentence.find(sentence) != std::string::npos);
  }
}

}  // namespace
}  // namespace qmpev
