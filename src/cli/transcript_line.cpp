// SPDX-License-Identifier: MIT
#include "cli/transcript_line.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>

#include "cli/event_text.hpp"
#include "wire/escape.hpp"
#include "wire/utf8.hpp"

namespace qmpev {

namespace {

constexpr std::int64_t kMicroseconds = 1'000'000;

std::string_view direction_of(Traffic::Kind kind) {
  switch (kind) {
    case Traffic::Kind::opened:
      return "opened";
    case Traffic::Kind::received:
      return "received";
    case Traffic::Kind::sent:
      return "sent";
    case Traffic::Kind::closed:
      return "closed";
  }
  return "";
}

std::string_view client_did(Traffic::Kind kind) {
  switch (kind) {
    case Traffic::Kind::opened:
      return "came";
    case Traffic::Kind::received:
      return "wrote";
    case Traffic::Kind::sent:
      return "got  ";  // as wide as the other
    case Traffic::Kind::closed:
      return "is gone";
  }
  return "";
}

/// So that escaping and decoding give the same bytes again: the decoder also takes C0 80, for U+0000.
bool is_strict_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = decode_character(text);
    if (!character.valid || (character.code_point == 0 && character.bytes != 1)) return false;
    text.remove_prefix(character.bytes);
  }
  return true;
}

/// Each byte as the character of its number, in UTF-8.
std::string widened(std::string_view bytes) {
  std::string wide;
  std::array<char, kMaxCharacterBytes> character{};
  for (const char byte : bytes)
    wide.append(character.data(), encode_character(static_cast<unsigned char>(byte), character.data()));
  return wide;
}

std::string time_member(std::int64_t time_us) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "{\"time\": %" PRId64 ".%06" PRId64, time_us / kMicroseconds,
                time_us % kMicroseconds);
  return text.data();
}

}  // namespace

std::vector<std::string_view> line_pieces(std::string_view bytes) {
  std::vector<std::string_view> pieces;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    pieces.push_back(bytes.substr(0, end == std::string_view::npos ? end : end + 1));
    bytes.remove_prefix(pieces.back().size());
  }
  return pieces;
}

std::string transcript_line(const Traffic& traffic, std::string_view piece) {
  std::string line = time_member(traffic.time_us);
  line += ", \"client\": " + std::to_string(traffic.session) + ", \"socket\": ";
  // A path that is not UTF-8 is shown with replacements: it names, it is not evidence.
  append_quoted(traffic.path, line);
  line += ", \"direction\": \"";
  line += direction_of(traffic.kind);
  line += '"';
  if (!piece.empty()) {
    const bool is_text = is_strict_utf8(piece);
    line += is_text ? ", \"text\": " : ", \"bytes\": ";
    append_quoted(is_text ? std::string(piece) : widened(piece), line);
  }
  return line + "}\n";
}

std::string stopped_line(std::int64_t time_us, std::uint64_t limit_bytes) {
  return time_member(time_us) + ", \"direction\": \"stopped\", \"limit\": " + std::to_string(limit_bytes) +
         "}\n";
}

std::string shown_line(const Traffic& traffic, std::string_view piece, std::int64_t start_us) {
  std::array<char, 64> head{};
  std::snprintf(head.data(), head.size(), "%8.3f  client %" PRIu64 " ",
                static_cast<double>(traffic.time_us - start_us) / static_cast<double>(kMicroseconds),
                traffic.session);
  std::string line = head.data();
  line += client_did(traffic.kind);
  while (!piece.empty() && (piece.back() == '\n' || piece.back() == '\r')) piece.remove_suffix(1);
  if (piece.empty()) return line;
  line += "  " + printable(piece.substr(0, kShownLineBytes));
  if (piece.size() > kShownLineBytes)
    line += "... (" + std::to_string(piece.size() - kShownLineBytes) + " bytes more)";
  return line;
}

}  // namespace qmpev
