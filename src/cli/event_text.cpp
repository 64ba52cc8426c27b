// SPDX-License-Identifier: MIT
#include "cli/event_text.hpp"

#include <algorithm>
#include <charconv>

#include "cli/raw_object.hpp"

namespace qmpev {

namespace {

std::int64_t whole_number(const std::optional<std::string_view>& text) {
  std::int64_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

}  // namespace

std::optional<EventText> read_event(std::string_view line) {
  const auto object = RawObject::parse(line);
  if (!object) return std::nullopt;
  const auto name = object->text("event");
  if (!name) return std::nullopt;

  EventText event;
  event.name = printable(*name);
  if (const auto data = object->find("data")) event.data = printable(*data);
  if (const auto stamp = RawObject::parse(object->find("timestamp").value_or(""))) {
    event.seconds = whole_number(stamp->find("seconds"));
    event.microseconds = whole_number(stamp->find("microseconds"));
  }
  return event;
}

std::string printable(std::string_view text) {
  std::string shown(text);
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown;
}

}  // namespace qmpev
