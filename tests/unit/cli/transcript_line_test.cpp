// SPDX-License-Identifier: MIT
#include "cli/transcript_line.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

using namespace std::string_literals;

Traffic passed(Traffic::Kind kind) {
  return {kind, 7, "/tmp/a \"b\".sock", {}, 1'795'355'368'003'456};
}

TEST_CASE("bytes are cut behind each line end, and nothing is lost", "[cli]") {
  using Pieces = std::vector<std::string_view>;
  CHECK(line_pieces("").empty());
  CHECK(line_pieces("a") == Pieces{"a"});
  CHECK(line_pieces("a\r\nb\n\nc") == Pieces{"a\r\n", "b\n", "\n", "c"});
}

TEST_CASE("a line of a transcript says when, who, where, which way and what", "[cli]") {
  CHECK(transcript_line(passed(Traffic::Kind::received), "{\"a\": 1}\r\n") ==
        R"({"time": 1795355368.003456, "client": 7, "socket": "/tmp/a \"b\".sock", "direction": "received", )"
        R"("text": "{\"a\": 1}\r\n"})"
        "\n");
  CHECK(transcript_line(passed(Traffic::Kind::opened), {}) ==
        R"({"time": 1795355368.003456, "client": 7, "socket": "/tmp/a \"b\".sock", "direction": "opened"})"
        "\n");
  CHECK(transcript_line(passed(Traffic::Kind::sent), "x").find("\"sent\"") != std::string::npos);
  CHECK(transcript_line(passed(Traffic::Kind::closed), {}).find("\"closed\"") != std::string::npos);
  CHECK(stopped_line(5, 4096) == "{\"time\": 0.000005, \"direction\": \"stopped\", \"limit\": 4096}\n");
}

TEST_CASE("text that is UTF-8 is text, anything else stands there byte by byte", "[cli]") {
  const auto member = [](std::string_view piece) {
    const std::string line = transcript_line(passed(Traffic::Kind::received), piece);
    const std::size_t at = line.find("received\", ") + 11;
    return line.substr(at, line.size() - at - 2);
  };
  CHECK(member("\xC3\xA9") == R"("text": "\u00E9")");
  CHECK(member("\xF0\x9F\x98\x80") == R"("text": "\uD83D\uDE00")");
  CHECK(member("\0\x01"s) == R"("text": "\u0000\u0001")");
  CHECK(member("a\xFFz") == R"("bytes": "a\u00FFz")");
  CHECK(member("\xC3") == R"("bytes": "\u00C3")");            // half a character
  CHECK(member("\xC0\x80") == R"("bytes": "\u00C0\u0080")");  // not U+0000: it would come back as one byte
  CHECK(member("\xED\xA0\x80") == R"("bytes": "\u00ED\u00A0\u0080")");  // a surrogate
  CHECK(member("\0\xFF"s) == R"("bytes": "\u0000\u00FF")");
}

TEST_CASE("a person is shown the client's view, safe for a terminal", "[cli]") {
  const std::int64_t start = 1'795'355'366'000'000;
  CHECK(shown_line(passed(Traffic::Kind::received), "{\"a\"}\r\n", start) ==
        "   2.003  client 7 wrote  {\"a\"}");
  CHECK(shown_line(passed(Traffic::Kind::sent), "\x1b[31m\xC3", start) == "   2.003  client 7 got    ?[31m?");
  CHECK(shown_line(passed(Traffic::Kind::opened), {}, start) == "   2.003  client 7 came");
  CHECK(shown_line(passed(Traffic::Kind::closed), {}, start) == "   2.003  client 7 is gone");
}

TEST_CASE("a long line is shown up to its limit", "[cli]") {
  const std::string head = "   0.000  client 7 got    ";
  for (const std::size_t size : {kShownLineBytes - 1, kShownLineBytes, kShownLineBytes + 1}) {
    const std::string shown =
        shown_line(passed(Traffic::Kind::sent), std::string(size, 'x'), passed(Traffic::Kind::sent).time_us);
    const std::string whole = head + std::string(std::min(size, kShownLineBytes), 'x');
    CHECK(shown == whole + (size > kShownLineBytes ? "... (1 bytes more)" : ""));
  }
}

}  // namespace
}  // namespace qmpev
