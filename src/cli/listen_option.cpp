// SPDX-License-Identifier: MIT
#include "cli/listen_option.hpp"

#include <utility>

#include "cli/argument_reader.hpp"
#include "cli/socket_place.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kWire = "wire=";
constexpr std::string_view kRole = "role=";
constexpr std::string_view kSlow = "slow=";

Result<ListenerRole> parse_role(std::string_view word) {
  for (const ListenerRole role : {ListenerRole::full, ListenerRole::events_only})
    if (word == role_word(role)) return role;
  return usage_error("unknown role '" + std::string(word) + "': use role=full or role=events");
}

Result<OnLoss> parse_slow(std::string_view word) {
  if (word == "keep") return OnLoss::stay;
  if (word == "close") return OnLoss::close;
  return usage_error("unknown setting 'slow=" + std::string(word) +
                     "': use slow=keep or slow=close for clients that lose events");
}

bool begins_with(std::string_view text, std::string_view word) {
  return text.substr(0, word.size()) == word;
}

/// `wire=...`, `role=...` or `slow=...`.
Result<void> take_setting(std::string_view setting, ListenOption& option) {
  if (begins_with(setting, kWire)) {
    auto form = parse_form(setting.substr(kWire.size()));
    if (!form) return form.error();
    option.form = form.value();
    return {};
  }
  if (begins_with(setting, kRole)) {
    auto role = parse_role(setting.substr(kRole.size()));
    if (!role) return role.error();
    option.role = role.value();
    return {};
  }
  if (begins_with(setting, kSlow)) {
    const auto on_loss = parse_slow(setting.substr(kSlow.size()));
    if (!on_loss) return on_loss.error();
    option.on_loss = on_loss.value();
    return {};
  }
  return usage_error("unknown setting '" + std::string(setting) +
                     "' of --listen: there are wire=document|qemu, role=full|events and slow=keep|close");
}

}  // namespace

std::string_view role_word(ListenerRole role) noexcept {
  return role == ListenerRole::full ? "full" : "events";
}

std::string_view form_word(WireForm form) noexcept {
  return form == WireForm::qemu ? "qemu" : "document";
}

Result<WireForm> parse_form(std::string_view word) {
  for (const WireForm form : {WireForm::document, WireForm::qemu})
    if (word == form_word(form)) return form;
  return usage_error("unknown wire form '" + std::string(word) + "': use wire=document or wire=qemu");
}

namespace {

/// The place is in front of the first comma.
Result<void> take_place(std::string_view place, ListenOption& option) {
  if (is_tcp_place(place)) {
    auto address = parse_host_and_port("--listen tcp", place.substr(kTcpPlace.size()));
    if (!address) return address.error();
    option.tcp = std::move(address).value();
    option.role = ListenerRole::events_only;  // everybody on this machine can connect
    return {};
  }
  option.path = place.substr(kUnixPlace.size());
  return check_socket_path(option.path);
}

}  // namespace

std::string place_of(const ListenOption& option) {
  return option.tcp ? tcp_place(*option.tcp) : option.path;
}

Result<ListenOption> parse_listen_option(std::string_view text) {
  if (!begins_with(text, kUnixPlace) && !begins_with(text, kTcpPlace))
    return usage_error("cannot listen on '" + std::string(text) + "': use " + kListenForm);
  ListenOption option;
  const std::string_view place = text.substr(0, text.find(','));
  text.remove_prefix(place.size());
  if (auto taken = take_place(place, option); !taken) return taken.error();

  while (!text.empty()) {
    text.remove_prefix(1);  // the comma
    const std::string_view setting = text.substr(0, text.find(','));
    text.remove_prefix(setting.size());
    if (auto taken = take_setting(setting, option); !taken) return taken.error();
  }
  return option;
}

}  // namespace qmpev
