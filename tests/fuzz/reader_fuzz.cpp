// SPDX-License-Identifier: MIT
// Any text to the reader of JSON, judged three ways: cut anywhere it gives the same items; what it reads is
// written as one line that is read back the same; and json-glib, an independent parser, reads both the line
// and a text of one message as we do. Where json-glib is wrong it is not asked: that is shown in
// unit/wire/json_glib_limits_test.cpp.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <json-glib/json-glib.h>

#include <catch2/catch.hpp>

#include "fuzz/rounds.hpp"
#include "monitor/json_node.hpp"
#include "parity/near_json.hpp"
#include "wire/reader.hpp"
#include "wire/utf8.hpp"
#include "wire/writer.hpp"

using namespace qmpev;
using test::below;
using test::Random;

namespace {

constexpr std::size_t kMaxInputBytes = 16 * 1024;
constexpr ReaderLimits kTight{1024, 200, 20};  // so that inputs reach them
constexpr int kJudgedDepth = 100;              // json-glib recurses without a bound

std::string make(Random& random) {
  test::NearJson near(random);
  return below(random, 2) == 0 ? near.message() : near.conversation(3);
}

using Items = std::vector<Reader::Item>;

void take_all(Reader& reader, Items& items) {
  while (auto item = reader.next()) items.push_back(std::move(*item));
}

Items read_whole(std::string_view input, const ReaderLimits& limits) {
  Reader reader(limits);
  Items items;
  reader.push(input);
  take_all(reader, items);
  REQUIRE(reader.buffered_bytes() <= 2 * limits.max_bytes + limits.max_tokens * sizeof(Value));
  return items;
}

Items read_in_pieces(std::string_view input, const ReaderLimits& limits) {
  Random random(std::hash<std::string_view>()(input));
  Reader reader(limits);
  Items items;
  while (!input.empty()) {
    const auto bytes = std::min<std::size_t>(1 + below(random, below(random, 2) == 0 ? 2 : 30), input.size());
    reader.push(input.substr(0, bytes));
    input.remove_prefix(bytes);
    take_all(reader, items);
  }
  return items;
}

void check_cuts(std::string_view input, const ReaderLimits& limits) {
  const Items whole = read_whole(input, limits);
  const Items pieces = read_in_pieces(input, limits);
  REQUIRE(whole.size() == pieces.size());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    REQUIRE(whole[at].value.has_value() == whole[at].error.empty());
    REQUIRE(whole[at].error == pieces[at].error);
    REQUIRE(whole[at].value == pieces[at].value);
  }
}

std::string written(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

/// `text` with U+FFFD for what is no character, as it goes out.
std::string replaced(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = decode_character(text);
    char bytes[kMaxCharacterBytes];
    out.append(bytes, encode_character(character.valid ? character.code_point : 0xFFFD, bytes));
    text.remove_prefix(character.bytes);
  }
  return out;
}

/// Somewhere in it two names are alike once they are characters, which no reader takes.
bool names_collide(const Value& value) {
  if (value.is_array()) return std::any_of(value.items().begin(), value.items().end(), names_collide);
  if (!value.is_object()) return false;
  std::set<std::string> names;
  return std::any_of(value.members().begin(), value.members().end(), [&](const Member& member) {
    return !names.insert(replaced(member.name)).second || names_collide(member.value);
  });
}

/// json-glib has all of it: no U+0000, no integer above 2^63-1 or number without a bound, and not deep.
bool is_judged(const Value& value, int depth = 0) {
  const auto judged = [&](const Value& item) { return is_judged(item, depth + 1); };
  switch (value.kind()) {
    case Value::Kind::uint64:
      return false;
    case Value::Kind::real:
      return std::abs(value.as_double()) < 9e18;
    case Value::Kind::string:
      return value.as_string().find('\0') == std::string::npos;
    case Value::Kind::array:
      return depth < kJudgedDepth && std::all_of(value.items().begin(), value.items().end(), judged);
    case Value::Kind::object:
      return depth < kJudgedDepth &&
             std::all_of(value.members().begin(), value.members().end(), [&](const Member& member) {
               return member.name.find('\0') == std::string::npos && judged(member.value);
             });
    default:
      return true;
  }
}

bool same(const Value& ours, const Value& theirs) {
  if (ours.is_string()) return theirs.is_string() && replaced(ours.as_string()) == theirs.as_string();
  if (ours.is_array()) {
    return theirs.is_array() && std::equal(ours.items().begin(), ours.items().end(), theirs.items().begin(),
                                           theirs.items().end(), same);
  }
  if (ours.is_object()) {
    if (!theirs.is_object() || ours.members().size() != theirs.members().size()) return false;
    return std::all_of(ours.members().begin(), ours.members().end(), [&](const Member& member) {
      const Value* found = theirs.find(replaced(member.name));
      return found != nullptr && same(member.value, *found);
    });
  }
  // A real without a fraction is written, and read, as an integer: -0.0 as -0, as QEMU does.
  if (ours.kind() == Value::Kind::real) {
    return (theirs.is_integer() || theirs.kind() == Value::Kind::real) &&
           !(ours.as_double() < theirs.as_double()) && !(ours.as_double() > theirs.as_double());
  }
  return ours == theirs;
}

/// What json-glib makes of `text`; nothing: it refuses it.
std::optional<Value> judge(std::string_view text) {
  const std::unique_ptr<JsonParser, decltype(&g_object_unref)> parser(json_parser_new(), g_object_unref);
  if (!json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()), nullptr))
    return std::nullopt;
  return from_json_node(json_parser_get_root(parser.get()));
}

/// What both dialects have: no '...' and no blanks that only one of them knows, in characters.
bool is_common_dialect(std::string_view text) {
  return text.find('\'') == std::string_view::npos && text.find('\0') == std::string_view::npos &&
         replaced(text) == text;
}

void check_value(const Value& value) {
  const std::string line = written(value);
  INFO(line);
  REQUIRE(std::all_of(line.begin(), line.end(), [](char byte) { return byte >= 0x20 && byte < 0x7f; }));
  if (names_collide(value)) return;
  // A scalar at the end of the input may go on: the bracket ends it.
  const Items again = read_whole("[" + line + "]", ReaderLimits{.max_depth = 2048});
  REQUIRE(again.size() == 1);
  REQUIRE(again[0].error.empty());
  REQUIRE(same(value, again[0].value->items().at(0)));
  if (!is_judged(value)) return;
  const auto judged = judge(line);
  REQUIRE(judged);
  REQUIRE(same(value, *judged));
}

/// Nothing stands behind the first value, nor is anything open: what comes next is read for itself.
bool is_one_value(std::string_view input) {
  const Items items = read_whole(std::string(input) + " []", {});
  return items.size() == 2 && items.back().value && *items.back().value == Value::array();
}

void take(std::string_view input) {
  if (input.size() > kMaxInputBytes) return;
  check_cuts(input, kTight);
  check_cuts(input, {});
  const Items items = read_whole(input, {});
  for (const auto& item : items)
    if (item.value) check_value(*item.value);
  if (items.size() != 1 || !items[0].value) return;
  const Value& value = *items[0].value;
  if (!(value.is_array() || value.is_object()) || !is_judged(value) || names_collide(value) ||
      !is_common_dialect(input))
    return;
  if (!is_one_value(input)) return;  // something unfinished behind it is none of json-glib's business
  INFO(std::string(input));
  const auto judged = judge(input);
  REQUIRE(judged);
  REQUIRE(same(value, *judged));
}

}  // namespace

TEST_CASE("any text is read the same however it is cut, written back, and as json-glib reads it", "[fuzz]") {
  test::fuzz_text("reader", 3'000, make, take);
}
