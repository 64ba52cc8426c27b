// SPDX-License-Identifier: MIT
#include "cli/key_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "cli/argument_reader.hpp"

namespace qmpev {

namespace {

/// Takes the next part off `text`, with doubled commas made single.
std::string next_part(std::string_view& text) {
  std::string part;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == ',') {
      if (text.empty() || text.front() != ',') return part;
      text.remove_prefix(1);
    }
    part += c;
  }
  return part;
}

}  // namespace

KeyValues::KeyValues(std::string option, std::string_view text) : option_(std::move(option)) {
  for (bool first = true; !text.empty(); first = false) {
    std::string part = next_part(text);
    const std::size_t equals = part.find('=');
    if (equals != std::string::npos) {
      settings_.push_back({part.substr(0, equals), part.substr(equals + 1)});
    } else if (first) {
      head_ = std::move(part);
    } else if (part.rfind("no", 0) == 0) {
      settings_.push_back({part.substr(2), "off"});
    } else {
      settings_.push_back({std::move(part), "on"});
    }
  }
}

std::optional<std::string> KeyValues::take(std::string_view key) {
  std::optional<std::string> value;
  for (Setting& setting : settings_) {
    if (setting.key != key) continue;
    setting.taken = true;
    value = setting.value;
  }
  return value;
}

Error KeyValues::refuse(std::string_view key, const std::string& value, const std::string& wanted) const {
  return usage_error(option_ + ": " + std::string(key) + " is " + wanted + ", not '" + value + "'");
}

Result<std::optional<bool>> KeyValues::take_bool(std::string_view key) {
  static constexpr std::array<std::string_view, 4> kOn{"on", "yes", "true", "y"};
  static constexpr std::array<std::string_view, 4> kOff{"off", "no", "false", "n"};
  const std::optional<std::string> value = take(key);
  if (!value) return std::optional<bool>();
  if (std::find(kOn.begin(), kOn.end(), *value) != kOn.end()) return std::optional<bool>(true);
  if (std::find(kOff.begin(), kOff.end(), *value) != kOff.end()) return std::optional<bool>(false);
  return refuse(key, *value, "on or off");
}

Result<std::optional<std::uint64_t>> KeyValues::take_number(std::string_view key, std::uint64_t max) {
  const std::optional<std::string> value = take(key);
  if (!value) return std::optional<std::uint64_t>();
  std::uint64_t number = 0;
  const char* end = value->data() + value->size();
  const auto [stopped, error] = std::from_chars(value->data(), end, number);
  if (value->empty() || stopped != end || error != std::errc{} || number > max)
    return refuse(key, *value, "a number up to " + std::to_string(max));
  return std::optional<std::uint64_t>(number);
}

Result<void> KeyValues::expect_no_more(std::string_view known) const {
  const auto found =
      std::find_if(settings_.begin(), settings_.end(), [](const Setting& setting) { return !setting.taken; });
  if (found == settings_.end()) return {};
  return usage_error(option_ + " has no setting '" + found->key + "' here: it takes " + std::string(known));
}

}  // namespace qmpev
