// SPDX-License-Identifier: MIT
#include "cli/trigger_options.hpp"

#include <utility>

#include "cli/argument_reader.hpp"
#include "cli/socket_place.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kSocketEnd = ".sock";

bool ends_in(std::string_view word, std::string_view end) {
  return word.size() > end.size() && word.substr(word.size() - end.size()) == end;
}

/// No device has such a name.
bool names_a_socket(std::string_view word) {
  return word.substr(0, kUnixPlace.size()) == kUnixPlace || is_tcp_place(word) ||
         word.find('/') != std::string_view::npos || ends_in(word, kSocketEnd);
}

Result<void> take_argument(const std::string& word, std::size_t equals, TriggerOptions& options) {
  const std::string name = word.substr(0, equals);
  if (options.device.empty()) return usage_error("name a device before '" + word + "': see qmpev trigger");
  if (name.empty()) return usage_error("'" + word + "' has no name before the `=`: write name=value");
  if (!options.arguments.emplace(name, word.substr(equals + 1)).second)
    return usage_error("'" + name + "=' is given twice: keep one of them");
  return {};
}

Result<void> take_word(const std::string& word, bool first, TriggerOptions& options) {
  if (first && names_a_socket(word)) {
    auto place = parse_socket_place(word);
    if (!place) return place.error();
    options.path = std::move(place).value();
    return {};
  }
  if (const std::size_t equals = word.find('='); equals != std::string::npos)
    return take_argument(word, equals, options);
  std::string& place = options.device.empty() ? options.device : options.action;
  if (word.empty() || !place.empty() || !options.arguments.empty())
    return usage_error("'" + word + "' is one word too many: write DEVICE ACTION name=value");
  place = word;
  return {};
}

Result<void> take(ArgumentReader& arguments, bool& first, TriggerOptions& options) {
  if (arguments.name() == "--list") return arguments.take_flag(options.list);
  if (arguments.name() == "--json") return arguments.take_flag(options.json);
  if (arguments.name() == "--help" || arguments.name() == "-h") return arguments.take_flag(options.help);
  if (arguments.is_option()) return unknown_option("trigger", arguments.name());
  return take_word(std::string(arguments.name()), std::exchange(first, false), options);
}

}  // namespace

Result<TriggerOptions> parse_trigger_options(std::vector<std::string> words) {
  ArgumentReader arguments(std::move(words));
  TriggerOptions options;
  bool first = true;
  while (arguments.next())
    if (auto taken = take(arguments, first, options); !taken) return taken.error();
  if (options.list && !(options.action.empty() && options.arguments.empty()))
    return usage_error("--list takes a DEVICE and nothing behind it: it triggers nothing");
  return options;
}

}  // namespace qmpev
