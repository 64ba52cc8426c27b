// SPDX-License-Identifier: MIT
#include "cli/events_options.hpp"

#include <utility>

#include "cli/argument_reader.hpp"
#include "cli/listen_option.hpp"

namespace qmpev {
namespace {

Result<void> take_wire(ArgumentReader& arguments, EventsOptions& options) {
  auto value = arguments.value("document|qemu");
  if (!value) return value.error();
  auto form = parse_form(value.value());
  if (!form) return form.error();
  options.form = form.value();
  return {};
}

Result<void> take_name(const std::string& word, EventsOptions& options) {
  if (word.empty() || !options.name.empty())
    return usage_error("'" + word + "' is one word too many: write one event's name, or none to list all");
  options.name = word;
  return {};
}

Result<void> take(ArgumentReader& arguments, EventsOptions& options) {
  if (arguments.name() == "--wire") return take_wire(arguments, options);
  if (arguments.name() == "--help" || arguments.name() == "-h") return arguments.take_flag(options.help);
  if (arguments.is_option()) return unknown_option("events", arguments.name());
  return take_name(std::string(arguments.name()), options);
}

}  // namespace

Result<EventsOptions> parse_events_options(std::vector<std::string> words) {
  ArgumentReader arguments(std::move(words));
  EventsOptions options;
  while (arguments.next())
    if (auto taken = take(arguments, options); !taken) return taken.error();
  return options;
}

}  // namespace qmpev
