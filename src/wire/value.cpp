// SPDX-License-Identifier: MIT
#include "wire/value.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace qmpev {
namespace {

template <class T, class Held>
auto& held_as(Held& held) {
  auto* value = std::get_if<T>(&held);
  QMPEV_ASSERT(value != nullptr);
  return *value;
}

bool same_members(const Value::Members& left, const Value& right) {
  return std::all_of(left.begin(), left.end(), [&right](const Member& member) {
    const Value* other = right.find(member.name);
    return other != nullptr && *other == member.value;
  });
}

}  // namespace

Value::Value() noexcept = default;
Value::Value(std::nullptr_t) noexcept {}
Value::Value(double number) noexcept : held_(number) {}
Value::Value(const char* text) : held_(std::string(text)) {}
Value::Value(std::string_view text) : held_(std::string(text)) {}
Value::Value(std::string text) noexcept : held_(std::move(text)) {}
Value::Value(Widened, bool truth) noexcept : held_(truth) {}
Value::Value(Widened, std::int64_t number) noexcept : held_(number) {}
Value::Value(Widened, std::uint64_t number) noexcept : held_(number) {
  if (std::in_range<std::int64_t>(number)) held_ = static_cast<std::int64_t>(number);
}
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

Value Value::array() {
  return array(Items{});
}

Value Value::array(std::initializer_list<Value> items) {
  return array(Items(items));
}

Value Value::array(Items items) {
  Value value;
  value.held_ = std::move(items);
  return value;
}

Value Value::object() {
  return object({});
}

Value Value::object(std::initializer_list<Member> members) {
  Value value;
  value.held_ = Members(members);
  return value;
}

bool Value::as_bool() const {
  return held_as<bool>(held_);
}

std::int64_t Value::as_int64() const {
  return held_as<std::int64_t>(held_);
}

std::uint64_t Value::as_uint64() const {
  if (kind() == Kind::uint64) return std::get<std::uint64_t>(held_);
  const std::int64_t number = as_int64();
  QMPEV_ASSERT(number >= 0);
  return static_cast<std::uint64_t>(number);
}

double Value::as_double() const {
  if (kind() == Kind::int64) return static_cast<double>(std::get<std::int64_t>(held_));
  if (kind() == Kind::uint64) return static_cast<double>(std::get<std::uint64_t>(held_));
  return held_as<double>(held_);
}

const std::string& Value::as_string() const {
  return held_as<std::string>(held_);
}

const Value::Items& Value::items() const {
  return held_as<Items>(held_);
}
Value::Items& Value::items() {
  return held_as<Items>(held_);
}

const Value::Members& Value::members() const {
  return held_as<Members>(held_);
}
Value::Members& Value::members() {
  return held_as<Members>(held_);
}

const Value* Value::find(std::string_view name) const {
  for (const Member& member : members()) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

Value* Value::find(std::string_view name) {
  return const_cast<Value*>(std::as_const(*this).find(name));
}

Value& Value::set(std::string_view name, Value value) {
  if (Value* present = find(name)) return *present = std::move(value);
  members().push_back({std::string(name), std::move(value)});
  return members().back().value;
}

Value& Value::append(Value item) {
  return items().emplace_back(std::move(item));
}

bool operator==(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  if (!left.is_object()) return left.held_ == right.held_;
  return left.members().size() == right.members().size() && same_members(left.members(), right);
}

}  // namespace qmpev
