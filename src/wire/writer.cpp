// SPDX-License-Identifier: MIT
#include "wire/writer.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

#include "wire/escape.hpp"
#include "wire/member_order.hpp"

namespace qmpev {
namespace {

constexpr int kSignificantDigits = 17;       // what a double needs to come back the same
constexpr std::size_t kMaxNumberBytes = 32;  // "-1.7976931348623157e+308" has 24

template <class Integer>
void write_integer(Integer number, std::string& out) {
  char text[kMaxNumberBytes];
  out.append(text, std::to_chars(text, text + sizeof(text), number).ptr);
}

void write_double(double number, std::string& out) {
  if (std::isnan(number)) {
    out += "null";
  } else if (std::isinf(number)) {
    out += number > 0 ? "1e+400" : "-1e+400";
  } else {
    char text[kMaxNumberBytes];
    out.append(
        text,
        std::to_chars(text, text + sizeof(text), number, std::chars_format::general, kSignificantDigits).ptr);
  }
}

void write_array(const Value::Items& items, std::string& out) {
  out.push_back('[');
  std::string_view separator;
  for (const Value& item : items) {
    out += separator;
    write_json(item, out);
    separator = ", ";
  }
  out.push_back(']');
}

void write_object(const Value::Members& members, std::string& out) {
  out.push_back('{');
  std::string_view separator;
  for (const Member* member : wire_order(members)) {
    out += separator;
    append_quoted(member->name, out);
    out += ": ";
    write_json(member->value, out);
    separator = ", ";
  }
  out.push_back('}');
}

}  // namespace

void write_json(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Value::Kind::null:
      out += "null";
      return;
    case Value::Kind::boolean:
      out += value.as_bool() ? "true" : "false";
      return;
    case Value::Kind::int64:
      write_integer(value.as_int64(), out);
      return;
    case Value::Kind::uint64:
      write_integer(value.as_uint64(), out);
      return;
    case Value::Kind::real:
      write_double(value.as_double(), out);
      return;
    case Value::Kind::string:
      append_quoted(value.as_string(), out);
      return;
    case Value::Kind::array:
      write_array(value.items(), out);
      return;
    case Value::Kind::object:
      write_object(value.members(), out);
      return;
  }
}

}  // namespace qmpev
