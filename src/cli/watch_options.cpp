// SPDX-License-Identifier: MIT
#include "cli/watch_options.hpp"

#include <charconv>
#include <utility>

#include "cli/argument_reader.hpp"
#include "cli/socket_place.hpp"

namespace qmpev {

namespace {

constexpr double kMaxTimeoutSeconds = 1e6;  // eleven days; poll() counts milliseconds in an int

template <class Number>
bool parse_whole(const std::string& text, Number& number) {
  const auto [end, refused] = std::from_chars(text.data(), text.data() + text.size(), number);
  return refused == std::errc{} && end == text.data() + text.size();
}

Result<void> take_count(ArgumentReader& arguments, WatchOptions& options) {
  auto value = arguments.value("3");
  if (!value) return value.error();
  std::uint64_t count = 0;
  if (!parse_whole(value.value(), count) || count == 0)
    return usage_error("--count takes a whole number from 1 on, not '" + value.value() + "'");
  options.count = count;
  return {};
}

Result<void> take_until(ArgumentReader& arguments, WatchOptions& options) {
  auto value = arguments.value("STOP");
  if (!value) return value.error();
  if (value.value().empty()) return usage_error("--until takes the name of an event, as in --until STOP");
  options.until = std::move(value).value();
  return {};
}

Result<void> take_timeout(ArgumentReader& arguments, WatchOptions& options) {
  auto value = arguments.value("2.5");
  if (!value) return value.error();
  double seconds = 0;
  if (!parse_whole(value.value(), seconds) || !(seconds >= 0) || seconds > kMaxTimeoutSeconds)
    return usage_error("--timeout takes seconds from 0 to 1000000, not '" + value.value() + "'");
  options.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  return {};
}

Result<void> take_state(ArgumentReader& arguments, WatchOptions& options) {
  auto value = arguments.value("seen.json");
  if (!value) return value.error();
  if (value.value().empty()) return usage_error("--state takes the path of a file, as in --state seen.json");
  options.state = std::move(value).value();
  return {};
}

Result<void> take_socket(const ArgumentReader& arguments, WatchOptions& options) {
  if (!options.path.empty())
    return usage_error("one socket at a time: '" + std::string(arguments.name()) + "' is a second one");
  auto place = parse_socket_place(arguments.name());
  if (!place) return place.error();
  options.path = std::move(place).value();
  return {};
}

Result<void> take(ArgumentReader& arguments, WatchOptions& options) {
  if (arguments.name() == "--json") return arguments.take_flag(options.json);
  if (arguments.name() == "--count") return take_count(arguments, options);
  if (arguments.name() == "--until") return take_until(arguments, options);
  if (arguments.name() == "--timeout") return take_timeout(arguments, options);
  if (arguments.name() == "--state") return take_state(arguments, options);
  if (arguments.name() == "--help" || arguments.name() == "-h") return arguments.take_flag(options.help);
  if (arguments.is_option()) return unknown_option("watch", arguments.name());
  return take_socket(arguments, options);
}

}  // namespace

Result<WatchOptions> parse_watch_options(std::vector<std::string> words) {
  ArgumentReader arguments(std::move(words));
  WatchOptions options;
  while (arguments.next())
    if (auto taken = take(arguments, options); !taken) return taken.error();
  return options;
}

}  // namespace qmpev
