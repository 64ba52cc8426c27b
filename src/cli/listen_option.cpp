// SPDX-License-Identifier: MIT
#include "cli/listen_option.hpp"

#include "cli/argument_reader.hpp"
#include "monitor/unix_socket.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kUnix = "unix:";
constexpr std::string_view kWire = "wire=";

}  // namespace

std::string_view form_word(WireForm form) noexcept {
  return form == WireForm::qemu ? "qemu" : "document";
}

Result<WireForm> parse_form(std::string_view word) {
  for (const WireForm form : {WireForm::document, WireForm::qemu})
    if (word == form_word(form)) return form;
  return usage_error("unknown wire form '" + std::string(word) + "': use wire=document or wire=qemu");
}

Result<void> check_socket_path(std::string_view path) {
  if (path.empty()) return usage_error("the socket's path is empty: use unix:PATH, as in unix:/tmp/qmp.sock");
  if (path.size() > kMaxUnixPathBytes)
    return usage_error("the socket's path has " + std::to_string(path.size()) +
                       " bytes, a UNIX socket's has at most " + std::to_string(kMaxUnixPathBytes) +
                       ": use a shorter one, or change into its folder first");
  return {};
}

Result<ListenOption> parse_listen_option(std::string_view text) {
  if (text.substr(0, kUnix.size()) != kUnix)
    return usage_error("cannot listen on '" + std::string(text) + "': use unix:PATH[,wire=document|qemu]");
  text.remove_prefix(kUnix.size());

  ListenOption option;
  option.path = text.substr(0, text.find(','));
  text.remove_prefix(option.path.size());
  if (auto usable = check_socket_path(option.path); !usable) return usable.error();

  while (!text.empty()) {
    text.remove_prefix(1);  // the comma
    const std::string_view setting = text.substr(0, text.find(','));
    text.remove_prefix(setting.size());
    if (setting.substr(0, kWire.size()) != kWire)
      return usage_error("unknown setting '" + std::string(setting) +
                         "' of --listen: there is only wire=document|qemu");
    auto form = parse_form(setting.substr(kWire.size()));
    if (!form) return form.error();
    option.form = form.value();
  }
  return option;
}

}  // namespace qmpev
