// SPDX-License-Identifier: MIT
#include "wire/event_shape.hpp"

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "wire/encoder.hpp"
#include "wire/member_order.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace qmpev {
namespace {

using Type = EventMember::Type;
using Fit = EventShape::Fit;
using Shape = std::shared_ptr<const EventShape>;

Shape build(EventDeclaration declaration) {
  auto shape = EventShape::build(std::move(declaration));
  INFO((shape ? "" : shape.error().sentence));
  REQUIRE(shape);
  return shape.value();
}

std::string refusal(EventDeclaration declaration) {
  auto shape = EventShape::build(std::move(declaration));
  REQUIRE_FALSE(shape);
  CHECK(shape.error().code == ErrorCode::invalid_argument);
  return shape.error().sentence;
}

Fit fit(const Shape& shape, std::initializer_list<EventValue> values) {
  return shape->fit({values.begin(), values.size()});
}

std::string line(const Shape& shape, std::initializer_list<EventValue> values) {
  REQUIRE(fit(shape, values) == Fit::fits);
  std::string text(shape->max_line_bytes(), '\0');
  text.resize(shape->encode(1'500'000, {values.begin(), values.size()}, text.data()));
  return text;
}

const std::string kStamp = R"({"timestamp": {"seconds": 1, "microseconds": 500000}, "event": )";

TEST_CASE("an event without members has no data, and one with members has it even when all are absent",
          "[wire]") {
  CHECK(line(build({"X_LAMP"}), {}) == kStamp + "\"X_LAMP\"}\r\n");
  CHECK(line(build({"X_LAMP", {{"on", Type::boolean, true}}}), {std::nullopt}) ==
        kStamp + "\"X_LAMP\", \"data\": {}}\r\n");
}

TEST_CASE("members stand in the order of the wire, whatever the order of the declaration", "[wire]") {
  REQUIRE(member_bucket("aa") == member_bucket("aq"));  // the later one comes first
  std::vector<EventMember> members;
  for (const char* name :
       {"a", "b", "id", "level", "node-name", "on", "path", "x-y_z", "zz", "a1", "a2", "aa", "aq"}) {
    members.push_back({name, Type::integer});
  }
  const Shape shape = build({"X_LAMP", members});
  std::vector<EventValue> values;
  Value data = Value::object();
  for (std::size_t i = 0; i < members.size(); ++i) {
    values.emplace_back(static_cast<std::int64_t>(i));
    data.set(members[i].name, static_cast<std::int64_t>(i));
  }
  std::string text(shape->max_line_bytes(), '\0');
  text.resize(shape->encode(1'500'000, values, text.data()));
  std::string expected = kStamp + "\"X_LAMP\", \"data\": ";
  write_json(data, expected);
  CHECK(text == expected + "}\r\n");
}

TEST_CASE("each type of value is spelled as the writer spells it", "[wire]") {
  const auto value = [](Type type, EventValue given) {
    const std::string all = line(build({"X_A", {{"v", type}}}), {given});
    const std::string frame = kStamp + "\"X_A\", \"data\": {\"v\": ";
    REQUIRE(all.substr(0, frame.size()) == frame);
    return all.substr(frame.size(), all.size() - frame.size() - 4);
  };
  CHECK(value(Type::boolean, true) == "true");
  CHECK(value(Type::boolean, false) == "false");
  CHECK(value(Type::integer, INT64_MIN) == "-9223372036854775808");
  CHECK(value(Type::integer, std::int8_t{-1}) == "-1");
  CHECK(value(Type::integer, INT64_MAX) == "9223372036854775807");
  CHECK(value(Type::unsigned_integer, UINT64_MAX) == "18446744073709551615");
  CHECK(value(Type::unsigned_integer, 0) == "0");
  CHECK(value(Type::number, 0.1) == "0.10000000000000001");
  CHECK(value(Type::number, -std::numeric_limits<double>::max()) == "-1.7976931348623157e+308");
  CHECK(value(Type::number, -5) == "-5");
  CHECK(value(Type::text, "a\"\xc3\xa4\xff") == R"("a\"\u00E4\uFFFD")");
  CHECK(value(Type::text, std::string()) == R"("")");
}

TEST_CASE("optional values come from std::optional, and from null texts", "[wire]") {
  const Shape shape = build({"X_A", {{"n", Type::integer, true}, {"t", Type::text, true}}});
  const char* none = nullptr;
  CHECK(line(shape, {std::optional<int>(), none}) == kStamp + "\"X_A\", \"data\": {}}\r\n");
  CHECK(line(shape, {std::optional<int>(4), std::nullopt}) == kStamp + "\"X_A\", \"data\": {\"n\": 4}}\r\n");
}

TEST_CASE("what the declaration does not allow is told apart from what is too long", "[wire]") {
  const Shape shape = build({"X_A",
                             {{"flag", Type::boolean},
                              {"word", Type::text, true, {"one", "two"}},
                              {"id", Type::text, false, {}, 3},
                              {"why", Type::text, true, {}, 3, true}}});
  CHECK(fit(shape, {true, "one", "abc", "a longer reason"}) == Fit::fits);
  CHECK(fit(shape, {true, std::nullopt, "abcd", std::nullopt}) == Fit::oversize);
  CHECK(fit(shape, {1, std::nullopt, "abcd", std::nullopt}) == Fit::invalid);
  CHECK(fit(shape, {true, "One", "abc", std::nullopt}) == Fit::invalid);
  CHECK(fit(shape, {std::nullopt, "one", "abc", std::nullopt}) == Fit::invalid);
  CHECK(fit(shape, {true, "one", "abc"}) == Fit::invalid);
  CHECK(fit(shape, {true, "one", "abc", std::nullopt, 1}) == Fit::invalid);
  CHECK(line(shape, {true, "two", "ab", "cut \xc3\xa4"}).find(R"("why": "cut")") != std::string::npos);
}

TEST_CASE("numbers that the type cannot hold are invalid", "[wire]") {
  const auto one = [](Type type, EventValue value) { return fit(build({"X_A", {{"v", type}}}), {value}); };
  CHECK(one(Type::integer, std::uint64_t{INT64_MAX}) == Fit::fits);
  CHECK(one(Type::integer, std::uint64_t{INT64_MAX} + 1) == Fit::invalid);
  CHECK(one(Type::integer, 1.0) == Fit::invalid);
  CHECK(one(Type::unsigned_integer, -1) == Fit::invalid);
  CHECK(one(Type::number, std::nan("")) == Fit::invalid);
  CHECK(one(Type::number, HUGE_VAL) == Fit::invalid);
  CHECK(one(Type::number, "1") == Fit::invalid);
  CHECK(one(Type::text, 1) == Fit::invalid);
}

TEST_CASE("a declaration that cannot be is refused with what to do", "[wire]") {
  CHECK(refusal({"LAMP"}) ==
        "the event 'LAMP' cannot be added: an event of your own is named in capitals, "
        "digits and '_' behind \"X_\" or \"__your.domain_\"");
  CHECK(refusal({"X_QMPEV_LAMP"}).find("names that begin with X_QMPEV_ are taken") != std::string::npos);
  const auto member = [](EventMember one) { return refusal({"X_A", {std::move(one)}}); };
  CHECK(member({"", Type::text}).find("needs a name") != std::string::npos);
  CHECK(member({"a b", Type::text}).find("the member 'a b' needs a name") != std::string::npos);
  CHECK(member({"a", static_cast<Type>(9)}).find("is of no type there is") != std::string::npos);
  CHECK(member({"a", Type::integer, false, {"x"}}).find("only a text can") != std::string::npos);
  CHECK(member({"a", Type::text, false, {"x", "y", "x"}}).find("twice") != std::string::npos);
  CHECK(member({"a", Type::text, false, {"x", ""}}).find("an empty value") != std::string::npos);
  CHECK(refusal({"X_A", {{"a", Type::text}, {"a", Type::text}}}).find("'a' is named twice") !=
        std::string::npos);
}

TEST_CASE("a text has a limit of 1 to 255 bytes", "[wire]") {
  const auto limited = [](std::size_t bytes) {
    return EventShape::build({"X_A", {{"a", Type::text, false, {}, bytes}}});
  };
  CHECK_FALSE(limited(0));
  CHECK(limited(1));
  CHECK(limited(kMaxEventTextBytes));
  CHECK_FALSE(limited(kMaxEventTextBytes + 1));
}

TEST_CASE("a key is a required text of the event", "[wire]") {
  const auto keyed = [](EventMember member, std::string key) {
    return refusal({"X_A", {std::move(member)}, 1000, std::move(key)});
  };
  CHECK(keyed({"id", Type::text}, "ID").find("the key 'ID' is none of its members") != std::string::npos);
  CHECK(keyed({"id", Type::integer}, "id").find("must be a text") != std::string::npos);
  CHECK(keyed({"id", Type::text, true}, "id").find("must be a text") != std::string::npos);
  const Shape shape = build({"X_A", {{"n", Type::integer}, {"id", Type::text}}, 1000, "id"});
  const EventValue values[] = {1, "this"};
  CHECK(shape->keyed());
  CHECK(shape->key_of(values) == "this");
  CHECK(build({"X_A", {{"id", Type::text}}})->key_of({values + 1, 1}).empty());
}

/// A line of `members` texts that is `bytes` long at the most.
EventDeclaration exactly(std::size_t bytes) {
  EventDeclaration declaration{"X_A",
                               {{"a", Type::text}, {"b", Type::text}, {"c", Type::text, false, {}, 1}}};
  std::size_t bound = build(declaration)->max_line_bytes();
  while (bound + 6 <= bytes) {
    const bool full = declaration.members.back().max_bytes == kMaxEventTextBytes;
    if (full) return declaration;
    ++declaration.members.back().max_bytes;
    bound += 6;
  }
  declaration.name += std::string(bytes - bound, 'A');
  return declaration;
}

TEST_CASE("the longest line is exactly what the shape says, and at most what clients read", "[wire]") {
  const EventDeclaration fitting = exactly(kMaxLineBytes);
  const Shape shape = build(fitting);
  REQUIRE(shape->max_line_bytes() == kMaxLineBytes);
  const std::string worst(kMaxEventTextBytes, '\x01');
  const std::string last(fitting.members.back().max_bytes, '\xff');
  const EventValue values[] = {worst, worst, last};
  REQUIRE(shape->fit(values) == Fit::fits);
  std::string text(kMaxLineBytes, '\0');
  CHECK(shape->encode(INT64_MAX, values, text.data()) == kMaxLineBytes);

  CHECK(refusal(exactly(kMaxLineBytes + 1)).find("could have 4097 bytes, and clients read 4096") !=
        std::string::npos);
}

TEST_CASE("introspection's types are those of the declaration, and outlive it", "[wire]") {
  const Shape shape = build({"X_A",
                             {{"b", Type::boolean},
                              {"i", Type::integer},
                              {"u", Type::unsigned_integer, true},
                              {"n", Type::number},
                              {"t", Type::text},
                              {"w", Type::text, false, {"one", "two"}}}});
  const QapiEvent event = shape->qapi();
  CHECK(event.name == "X_A");
  REQUIRE(event.data[0] == event.data[1]);
  const auto members = event.data[0]->members;
  REQUIRE(members.size() == 6);
  const QapiType* expected[] = {&qapi::boolean, &qapi::integer, &qapi::uint64, &qapi::number, &qapi::string};
  for (std::size_t i = 0; i < 5; ++i) CHECK(members[i].type == expected[i]);
  CHECK(members[2].optional);
  CHECK(members[5].type->meta == QapiMeta::enumeration);
  CHECK(members[5].type->values[1] == "two");
  CHECK(build({"X_A"})->qapi().data[0] == &qapi::empty);
}

}  // namespace
}  // namespace qmpev
