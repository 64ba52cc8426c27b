// SPDX-License-Identifier: MIT
#include "wire/event_shape.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "base/assert.hpp"
#include "wire/encoder.hpp"
#include "wire/member_order.hpp"
#include "wire/qapi_name.hpp"

namespace qmpev {
namespace {

/// Names of the project's own extensions begin so.
constexpr std::string_view kReservedPrefix = "X_QMPEV_";
constexpr std::size_t kMaxNumberBytes = 24;  // -1.7976931348623157e+308
constexpr int kSignificantDigits = 17;       // as wire/writer.cpp writes numbers

using Type = EventMember::Type;
using Kind = EventValue::Kind;

bool is_word_of(const EventMember& member, std::string_view text) noexcept {
  return std::find(member.values.begin(), member.values.end(), text) != member.values.end();
}

EventShape::Fit text_fit(const EventMember& member, std::string_view text) noexcept {
  using Fit = EventShape::Fit;
  if (!member.values.empty()) return is_word_of(member, text) ? Fit::fits : Fit::invalid;
  return member.prose || text.size() <= member.max_bytes ? Fit::fits : Fit::oversize;
}

EventShape::Fit value_fit(const EventMember& member, const EventValue& value) noexcept {
  using Fit = EventShape::Fit;
  const auto only = [](bool fits) { return fits ? Fit::fits : Fit::invalid; };
  const Kind kind = value.kind();
  if (kind == Kind::absent) return only(member.optional);
  switch (member.type) {
    case Type::boolean:
      return only(kind == Kind::boolean);
    case Type::integer:
      return only(kind == Kind::negative || (kind == Kind::natural && value.natural() <= INT64_MAX));
    case Type::unsigned_integer:
      return only(kind == Kind::natural);
    case Type::number:
      // A whole number is one, too: QEMU sends it without a point.
      return only(kind == Kind::negative || kind == Kind::natural ||
                  (kind == Kind::number && std::isfinite(value.number())));
    case Type::text:
      return kind == Kind::text ? text_fit(member, value.text()) : Fit::invalid;
  }
  return Fit::invalid;
}

char* put_value(const EventMember& member, const EventValue& value, char* out) noexcept {
  switch (value.kind()) {
    case Kind::absent:
      return out;
    case Kind::boolean:
      return detail::put(value.boolean() ? "true" : "false", out);
    case Kind::negative:
      return detail::put_integer(static_cast<std::int64_t>(value.natural()), out);
    case Kind::natural:
      return detail::put_integer(value.natural(), out);
    case Kind::number:
      return std::to_chars(out, out + kMaxNumberBytes, value.number(), std::chars_format::general,
                           kSignificantDigits)
          .ptr;
    case Kind::text: {
      // A word of the declaration may be as long as it likes: it is part of the bound.
      const std::size_t limit = member.values.empty() ? member.max_bytes : value.text().size();
      return detail::put_text(value.text(), {TextRule::prose, static_cast<std::uint16_t>(limit)}, out);
    }
  }
  return out;
}

std::size_t longest_value(const EventMember& member) noexcept {
  switch (member.type) {
    case Type::boolean:
      return std::string_view("false").size();
    case Type::integer:
    case Type::unsigned_integer:
      return kMaxDecimalBytes;
    case Type::number:
      return kMaxNumberBytes;
    case Type::text:
      break;
  }
  std::size_t longest = member.values.empty() ? member.max_bytes : 0;
  for (const std::string& word : member.values) longest = std::max(longest, word.size());
  return 2 + kEscapedBytesPerByte * longest;
}

std::size_t longest_stamp() noexcept {
  char stamp[kMaxLineBytes];
  return static_cast<std::size_t>(detail::put_stamp(INT64_MAX, stamp) - stamp);
}

}  // namespace

EventShape::EventShape(EventDeclaration declaration) : declaration_(std::move(declaration)) {}

Result<std::shared_ptr<const EventShape>> EventShape::build(EventDeclaration declaration) {
  std::shared_ptr<EventShape> shape(new EventShape(std::move(declaration)));
  std::string mistake = shape->mistake();
  if (mistake.empty()) {
    shape->build_tables();
    shape->max_line_bytes_ = shape->bound();
    if (shape->max_line_bytes_ <= kMaxLineBytes) return std::shared_ptr<const EventShape>(std::move(shape));
    mistake = "its line could have " + std::to_string(shape->max_line_bytes_) + " bytes, and clients read " +
              std::to_string(kMaxLineBytes) + ": give its texts a smaller max_bytes, or leave members out";
  }
  return Error{ErrorCode::invalid_argument,
               "the event '" + shape->declaration_.name + "' cannot be added: " + mistake};
}

/// Empty: none.
std::string EventShape::mistake() const {
  if (!is_own_event_name(declaration_.name)) {
    return "an event of your own is named in capitals, digits and '_' behind \"X_\" or "
           "\"__your.domain_\"";
  }
  if (declaration_.name.substr(0, kReservedPrefix.size()) == kReservedPrefix) {
    return "names that begin with " + std::string(kReservedPrefix) + " are taken";
  }
  std::set<std::string_view> seen;
  for (const EventMember& member : declaration_.members) {
    if (!seen.insert(member.name).second) return "the member '" + member.name + "' is named twice";
    const std::string mistake = mistake_of(member);
    if (!mistake.empty()) return "the member '" + member.name + "' " + mistake;
  }
  return mistake_of_key();
}

std::string EventShape::mistake_of(const EventMember& member) const {
  if (!is_qapi_name(member.name)) {
    return "needs a name of letters, digits, '-' and '_' that begins with a letter";
  }
  if (member.type > Type::text) return "is of no type there is";
  if (member.type != Type::text) return member.values.empty() ? "" : "lists values, which only a text can";
  if (member.max_bytes == 0 || member.max_bytes > kMaxEventTextBytes) {
    return "has max_bytes " + std::to_string(member.max_bytes) + ": use 1 to " +
           std::to_string(kMaxEventTextBytes);
  }
  const std::set<std::string_view> words(member.values.begin(), member.values.end());
  if (words.size() != member.values.size()) return "lists one of its values twice";
  return words.count("") != 0 ? "lists an empty value" : "";
}

std::string EventShape::mistake_of_key() const {
  if (declaration_.key.empty()) return {};
  for (const EventMember& member : declaration_.members) {
    if (member.name != declaration_.key) continue;
    const bool usable = member.type == Type::text && !member.optional && !member.prose;
    return usable ? "" : "the key '" + member.name + "' must be a text, not optional, and no prose";
  }
  return "the key '" + declaration_.key + "' is none of its members";
}

void EventShape::build_tables() {
  const std::vector<EventMember>& members = declaration_.members;
  head_ = "}, \"event\": \"" + declaration_.name + "\"" + (members.empty() ? "" : ", \"data\": {");
  tail_ = members.empty() ? "}\r\n" : "}}\r\n";
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].name == declaration_.key) key_index_ = i;
    order_.push_back(i);
    labels_.push_back(", \"" + members[i].name + "\": ");
    qapi_members_.push_back({members[i].name, &type_of(members[i]), members[i].optional});
  }
  data_.members = qapi_members_;
  // As wire_order() puts them: inside one bucket the latest declared first.
  std::sort(order_.begin(), order_.end(), [&members](std::size_t a, std::size_t b) {
    const std::uint32_t first = member_bucket(members[a].name);
    const std::uint32_t second = member_bucket(members[b].name);
    return first != second ? first < second : a > b;
  });
}

const QapiType& EventShape::type_of(const EventMember& member) {
  switch (member.type) {
    case Type::boolean:
      return qapi::boolean;
    case Type::integer:
      return qapi::integer;
    case Type::unsigned_integer:
      return qapi::uint64;
    case Type::number:
      return qapi::number;
    case Type::text:
      break;
  }
  if (member.values.empty()) return qapi::string;
  words_.emplace_back(member.values.begin(), member.values.end());
  return enumerations_.emplace_back(
      QapiType{.meta = QapiMeta::enumeration, .name = member.name, .values = words_.back()});
}

std::size_t EventShape::bound() const noexcept {
  std::size_t bytes = longest_stamp() + head_.size() + tail_.size();
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    bytes += labels_[i].size() + longest_value(declaration_.members[i]);
  }
  return labels_.empty() ? bytes : bytes - detail::kCommaBytes;
}

EventShape::Fit EventShape::fit(std::span<const EventValue> values) const noexcept {
  if (values.size() != declaration_.members.size()) return Fit::invalid;
  Fit all = Fit::fits;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Fit one = value_fit(declaration_.members[i], values[i]);
    if (one == Fit::invalid) return one;
    if (one == Fit::oversize) all = one;
  }
  return all;
}

std::size_t EventShape::encode(std::int64_t wall_us, std::span<const EventValue> values,
                               char* line) const noexcept {
  char* out = detail::put(head_, detail::put_stamp(wall_us, line));
  std::size_t comma = detail::kCommaBytes;
  for (const std::size_t i : order_) {
    if (values[i].kind() == Kind::absent) continue;
    out = detail::put(std::string_view(labels_[i]).substr(comma), out);
    out = put_value(declaration_.members[i], values[i], out);
    comma = 0;
  }
  return static_cast<std::size_t>(detail::put(tail_, out) - line);
}

std::string_view EventShape::key_of(std::span<const EventValue> values) const noexcept {
  return keyed() ? values[key_index_].text() : std::string_view();
}

QapiEvent EventShape::qapi() const noexcept {
  const QapiType* const data = qapi_members_.empty() ? &qapi::empty : &data_;
  return {declaration_.name, {data, data}, {}};
}

}  // namespace qmpev
