// SPDX-License-Identifier: MIT
#include "cli/listen_option.hpp"

#include <utility>

#include "cli/argument_reader.hpp"
#include "cli/socket_place.hpp"

namespace qmpev {

namespace {

bool begins_with(std::string_view text, std::string_view word) {
  return text.substr(0, word.size()) == word;
}

constexpr std::string_view kPassedPlace = "fd:";

/// The place is in front of the first comma.
Result<void> take_place(std::string_view place, ListenOption& config) {
  if (begins_with(place, kPassedPlace)) {
    config.passed_name = place.substr(kPassedPlace.size());
    if (config.passed_name.empty())
      return usage_error("--listen fd: needs a name: FileDescriptorName= of the .socket unit");
    return {};
  }
  if (is_tcp_place(place)) {
    auto address = parse_host_and_port("--listen tcp", place.substr(kTcpPlace.size()));
    if (!address) return address.error();
    config.tcp = std::move(address).value();
    config.role = ListenerRole::events_only;  // everybody on this machine can connect
    return {};
  }
  config.path = place.substr(kUnixPlace.size());
  config.role = ListenerRole::full;
  return check_socket_path(config.path);
}

}  // namespace

std::string place_of(const ListenerConfig& listener) {
  return listener.tcp ? tcp_place(*listener.tcp) : listener.path;
}

Result<ListenOption> parse_listen_option(std::string_view text) {
  if (!begins_with(text, kUnixPlace) && !begins_with(text, kTcpPlace) && !begins_with(text, kPassedPlace))
    return usage_error("cannot listen on '" + std::string(text) + "': use " + kListenForm);
  ListenOption config;
  config.form = WireForm::document;
  const std::string_view place = text.substr(0, text.find(','));
  text.remove_prefix(place.size());
  if (auto taken = take_place(place, config); !taken) return taken.error();

  while (!text.empty()) {
    text.remove_prefix(1);  // the comma
    const std::string_view setting = text.substr(0, text.find(','));
    text.remove_prefix(setting.size());
    if (auto taken = take_listen_setting(setting, config); !taken) return taken.error();
  }
  return config;
}

}  // namespace qmpev
