// SPDX-License-Identifier: MIT
// Events that an embedder declares at run time: declarations of any bytes, and for those that are taken,
// values of any kind. What a line has to say is judged by json-glib, whether a declaration is sound by the
// rules written once more, simply.
#include <cmath>
#include <cstring>
#include <deque>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <glib.h>
#include <json-glib/json-glib.h>
#include <catch2/catch.hpp>

#include "fuzz/rounds.hpp"
#include "wire/encoder.hpp"
#include "wire/event_shape.hpp"

using namespace qmpev;
using test::below;
using test::Random;
using Type = EventMember::Type;
using Kind = EventValue::Kind;

namespace {

std::string bytes(Random& random, std::size_t limit) {
  std::string text(below(random, limit), '\0');
  for (char& c : text) c = static_cast<char>(below(random, 256));
  return text;
}

std::string pick(Random& random, const std::vector<std::string>& choices) {
  return choices[below(random, choices.size())];
}

std::string name(Random& random) {
  if (below(random, 8) == 0) return bytes(random, 12);
  return pick(random,
              {"a", "node-name", "id", "x_y", "level", "path", "zz9", "on", "A", "1a", "", "__org.x_m"});
}

/// Plain, escaped, cut and broken ones.
std::string text(Random& random) {
  std::string made;
  for (auto pieces = below(random, 5); pieces > 0; --pieces)
    made += below(random, 4) == 0
                ? bytes(random, 300)
                : pick(random, {"lamp", "\"", "\\", "\n", std::string(1, '\0'), "\xc3\xa9", "\xe2\x82\xac",
                                "\xf0\x9f\x98\x80", "\xff", "\xc3", std::string(200, 'x')});
  return made;
}

EventMember member(Random& random) {
  EventMember made{name(random), static_cast<Type>(below(random, below(random, 50) == 0 ? 7 : 5))};
  made.optional = below(random, 2) == 0;
  made.prose = below(random, 3) == 0;
  made.max_bytes = below(random, 3) == 0 ? below(random, 300) : 1 + below(random, 40);
  if (made.type == Type::text && below(random, 3) == 0)
    for (auto words = below(random, 4); words > 0; --words)
      made.values.push_back(pick(random, {"on", "off", "", text(random)}));
  return made;
}

EventDeclaration declaration(Random& random) {
  EventDeclaration made;
  made.name = below(random, 6) == 0
                  ? bytes(random, 20)
                  : pick(random, {"X_LAMP", "X_A9_B", "__org.example_LAMP", "X_QMPEV_A", "STOP", "X_"});
  for (auto members = below(random, 7); members > 0; --members) made.members.push_back(member(random));
  if (below(random, 3) == 0)
    made.key = made.members.empty() || below(random, 4) == 0 ? name(random) : made.members[0].name;
  return made;
}

/// The rules of a member, but for its name.
bool is_sound(const EventMember& member) {
  if (member.type > Type::text) return false;
  if (member.type != Type::text) return member.values.empty();
  if (member.max_bytes < 1 || member.max_bytes > kMaxEventTextBytes) return false;
  const std::set<std::string> words(member.values.begin(), member.values.end());
  return words.size() == member.values.size() && words.count("") == 0;
}

/// What a sound declaration is, but for its names and the length of its line.
bool is_sound(const EventDeclaration& declaration) {
  std::set<std::string> names;
  bool key_found = declaration.key.empty();
  for (const EventMember& member : declaration.members) {
    if (!names.insert(member.name).second || !is_sound(member)) return false;
    if (member.name == declaration.key)
      key_found = member.type == Type::text && !member.optional && !member.prose;
  }
  return key_found;
}

/// Sound, with names that are beyond doubt, and far too short for a line to be too long.
bool must_be_taken(const EventDeclaration& declaration) {
  static const std::set<std::string> kEvents = {"X_LAMP", "X_A9_B", "__org.example_LAMP"};
  static const std::set<std::string> kMembers = {"a",    "node-name", "id", "x_y", "level",
                                                 "path", "zz9",       "on", "A"};
  std::size_t text_bytes = 0;
  for (const EventMember& member : declaration.members) {
    if (kMembers.count(member.name) == 0) return false;
    text_bytes += member.type == Type::text ? member.max_bytes : 0;
    for (const std::string& word : member.values) text_bytes += word.size();
  }
  return kEvents.count(declaration.name) != 0 && text_bytes < 400 && is_sound(declaration);
}

/// A value, mostly of the member's type, whose text lives in `texts`.
EventValue value(Random& random, const EventMember& member, std::deque<std::string>& texts) {
  const auto type = below(random, 20) == 0 ? static_cast<Type>(below(random, 5)) : member.type;
  if (below(random, member.optional ? 4 : 40) == 0) return {};
  switch (type) {
    case Type::boolean:
      return below(random, 2) == 0;
    case Type::integer:
      return static_cast<std::int64_t>(below(random, 4) == 0 ? random() : below(random, 1000)) *
             (below(random, 2) == 0 ? 1 : -1);
    case Type::unsigned_integer:
      return below(random, 4) == 0 ? random() : below(random, 1000);
    case Type::number: {
      double number = 0;
      const std::uint64_t word = random();
      std::memcpy(&number, &word, sizeof number);
      return below(random, 2) == 0 ? number : static_cast<double>(below(random, 100'000)) / 16;
    }
    case Type::text:
      break;
  }
  texts.push_back(!member.values.empty() && below(random, 4) != 0 ? pick(random, member.values)
                                                                  : text(random));
  return std::string_view(texts.back());
}

bool fits(const EventMember& member, const EventValue& value) {
  const Kind kind = value.kind();
  if (kind == Kind::absent) return member.optional;
  switch (member.type) {
    case Type::boolean:
      return kind == Kind::boolean;
    case Type::integer:
      return kind == Kind::negative || (kind == Kind::natural && value.natural() <= INT64_MAX);
    case Type::unsigned_integer:
      return kind == Kind::natural;
    case Type::number:
      return kind == Kind::negative || kind == Kind::natural ||
             (kind == Kind::number && std::isfinite(value.number()));
    case Type::text:
      break;
  }
  if (kind != Kind::text) return false;
  for (const std::string& word : member.values)
    if (word == value.text()) return true;
  return member.values.empty() && (member.prose || value.text().size() <= member.max_bytes);
}

/// What a text says that fits: itself, or its beginning, where it is text at all.
bool says(const EventMember& member, std::string_view put, std::string_view found) {
  const bool whole = !member.values.empty() || put.size() <= member.max_bytes;
  // A NUL is text in JSON, and none for GLib.
  std::string checked(put);
  for (char& c : checked)
    if (c == '\0') c = '0';
  if (g_utf8_validate(checked.data(), static_cast<gssize>(checked.size()), nullptr) == FALSE)
    return true;                                              // replaced
  if (put.find('\0') != std::string_view::npos) return true;  // as far as a C string tells
  return whole ? found == put : put.substr(0, found.size()) == found && found.size() <= member.max_bytes;
}

void check_member(const EventMember& member, const EventValue& put, JsonObject* data) {
  CAPTURE(member.name);
  JsonNode* const found = json_object_get_member(data, member.name.c_str());
  REQUIRE((found != nullptr) == (put.kind() != Kind::absent));
  if (found == nullptr) return;
  switch (put.kind()) {
    case Kind::absent:
      return;
    case Kind::boolean:
      REQUIRE((json_node_get_boolean(found) != FALSE) == put.boolean());
      return;
    case Kind::negative:
      REQUIRE(json_node_get_int(found) == static_cast<std::int64_t>(put.natural()));
      return;
    case Kind::natural:  // above that json-glib reads something else
      if (put.natural() <= INT64_MAX)
        REQUIRE(json_node_get_int(found) == static_cast<std::int64_t>(put.natural()));
      return;
    case Kind::number:
      REQUIRE(json_node_get_double(found) == put.number());
      return;
    case Kind::text:
      REQUIRE(says(member, put.text(), json_node_get_string(found)));
      return;
  }
}

void check_line(const EventShape& shape, const EventDeclaration& declaration,
                const std::vector<EventValue>& values, std::int64_t wall_us) {
  std::string line(shape.max_line_bytes() + 8, '\x7e');  // and a fence
  const std::size_t length = shape.encode(wall_us, values, line.data());
  REQUIRE(length <= shape.max_line_bytes());
  REQUIRE(line.find_first_not_of('\x7e', length) == std::string::npos);
  line.resize(length);
  REQUIRE(line.find("\r\n") == length - 2);
  CAPTURE(line);
  g_autoptr(JsonParser) parser = json_parser_new_immutable();
  REQUIRE(json_parser_load_from_data(parser, line.data(), static_cast<gssize>(length), nullptr) != FALSE);
  JsonObject* const event = json_node_get_object(json_parser_get_root(parser));
  REQUIRE(declaration.name == json_object_get_string_member(event, "event"));
  REQUIRE(json_object_has_member(event, "timestamp") != FALSE);
  REQUIRE((json_object_has_member(event, "data") != FALSE) == !declaration.members.empty());
  if (declaration.members.empty()) return;
  JsonObject* const data = json_object_get_object_member(event, "data");
  for (std::size_t i = 0; i < values.size(); ++i) check_member(declaration.members[i], values[i], data);
}

/// Introspection shows what was declared.
void check_schema(const EventShape& shape, const EventDeclaration& declaration) {
  const QapiEvent event = shape.qapi();
  REQUIRE(event.name == declaration.name);
  const auto& members = event.data[0]->members;
  REQUIRE(members.size() == declaration.members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    REQUIRE(members[i].name == declaration.members[i].name);
    REQUIRE(members[i].optional == declaration.members[i].optional);
    const auto& values = declaration.members[i].values;
    REQUIRE((members[i].type->meta == QapiMeta::enumeration) == !values.empty());
    if (!values.empty())
      REQUIRE(std::equal(values.begin(), values.end(), members[i].type->values.begin(),
                         members[i].type->values.end()));
  }
}

void play(Random& random) {
  const EventDeclaration declared = declaration(random);
  const auto built = EventShape::build(declared);
  if (!built) {
    REQUIRE(built.error().code == ErrorCode::invalid_argument);
    CAPTURE(built.error().sentence);
    REQUIRE(built.error().sentence.find("cannot be added: ") != std::string::npos);
    REQUIRE_FALSE(must_be_taken(declared));
    return;
  }
  REQUIRE(is_sound(declared));
  const EventShape& shape = *built.value();
  REQUIRE(shape.max_line_bytes() <= kMaxLineBytes);
  check_schema(shape, declared);
  for (auto emits = 1 + below(random, 4); emits > 0; --emits) {
    std::deque<std::string> texts;
    std::vector<EventValue> values;
    bool all_fit = true;
    for (const EventMember& each : declared.members) {
      values.push_back(value(random, each, texts));
      all_fit = all_fit && fits(each, values.back());
    }
    if (below(random, 30) == 0) {
      values.emplace_back();
      all_fit = false;
    }
    REQUIRE((shape.fit(values) == EventShape::Fit::fits) == all_fit);
    if (all_fit) check_line(shape, declared, values, static_cast<std::int64_t>(random() >> 1));
  }
}

}  // namespace

TEST_CASE("an event of the embedder's own says what was put in, or is refused", "[fuzz]") {
  test::fuzz("shape", 3000, play);
}
