// SPDX-License-Identifier: MIT
#include "cli/listen_setting.hpp"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <string>

#include "cli/account.hpp"
#include "cli/argument_reader.hpp"

namespace qmpev {

namespace {

constexpr std::uint32_t kMsPerSecond = 1000;
/// More than descriptors a process can have: a mistake.
constexpr std::uint32_t kMaxListenClients = 1'000'000;

Result<void> take_form(std::string_view word, ListenerConfig& config) {
  const auto form = parse_form(word);
  if (!form) return form.error();
  config.form = form.value();
  return {};
}

Result<void> take_role(std::string_view word, ListenerConfig& config) {
  for (const ListenerRole role : {ListenerRole::full, ListenerRole::events_only}) {
    if (word != role_word(role)) continue;
    config.role = role;
    return {};
  }
  return usage_error("unknown role '" + std::string(word) + "': use role=full or role=events");
}

Result<void> take_slow(std::string_view word, ListenerConfig& config) {
  if (word != "keep" && word != "close")
    return usage_error("unknown setting 'slow=" + std::string(word) +
                       "': use slow=keep or slow=close for clients that lose events");
  config.on_loss = word == "keep" ? OnLoss::stay : OnLoss::close;
  return {};
}

/// A whole number from `least` to `most`.
Result<std::uint32_t> number(std::string_view key, std::string_view text, std::uint32_t least,
                             std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, refused] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (refused == std::errc() && end == text.data() + text.size() && value >= least && value <= most)
    return value;
  return usage_error(std::string(key) + "=" + std::string(text) + ": use a whole number from " +
                     std::to_string(least) + " to " + std::to_string(most));
}

Result<void> take_clients(std::string_view text, ListenerConfig& config) {
  const auto value = number("max-clients", text, 1, kMaxListenClients);
  if (!value) return value.error();
  config.max_clients = value.value();
  return {};
}

Result<void> take_clients_per_user(std::string_view text, ListenerConfig& config) {
  const auto value = number("max-clients-per-uid", text, 1, kMaxListenClients);
  if (!value) return value.error();
  config.max_clients_per_uid = value.value();
  return {};
}

Result<void> take_timeout(std::string_view text, ListenerConfig& config) {
  const auto seconds = number("negotiation-timeout", text, 0, kMaxNegotiationTimeoutMs / kMsPerSecond);
  if (!seconds) return seconds.error();
  config.negotiation_timeout_ms = seconds.value() * kMsPerSecond;
  return {};
}

Result<void> take_user(std::string_view text, ListenerConfig& config) {
  const auto user = parse_user(text);
  if (!user) return user.error();
  config.allowed_uids.push_back(user.value());
  return {};
}

Result<void> take_group(std::string_view text, ListenerConfig& config) {
  const auto group = parse_group(text);
  if (!group) return group.error();
  config.allowed_gids.push_back(group.value());
  return {};
}

TlsConfig& tls_of(ListenerConfig& config) {
  return config.tls ? *config.tls : config.tls.emplace();
}

/// The files have the names that QEMU gives them in such a folder.
Result<void> take_tls(std::string_view text, ListenerConfig& config) {
  if (text.empty())
    return usage_error("tls= needs a folder with ca-cert.pem, server-cert.pem and server-key.pem");
  const std::string folder(text);
  TlsConfig& tls = tls_of(config);
  tls.authorities = folder + "/ca-cert.pem";
  tls.certificate = folder + "/server-cert.pem";
  tls.key = folder + "/server-key.pem";
  const std::string revoked = folder + "/ca-crl.pem";
  // What cannot be looked at, or is a link to nothing, is refused when it is read, not passed over.
  struct stat what {};
  const bool none = ::lstat(revoked.c_str(), &what) != 0 && errno == ENOENT;
  tls.revoked = none ? std::string() : revoked;
  return {};
}

Result<void> take_name(std::string_view text, ListenerConfig& config) {
  if (text.empty()) return usage_error("allow-name= needs a name, as it stands in a client's certificate");
  tls_of(config).allowed_names.emplace_back(text);
  return {};
}

struct Setting {
  std::string_view key;
  Result<void> (*take)(std::string_view value, ListenerConfig& config);
};
constexpr std::array<Setting, 10> kSettings = {{{"wire", take_form},
                                                {"role", take_role},
                                                {"slow", take_slow},
                                                {"max-clients", take_clients},
                                                {"max-clients-per-uid", take_clients_per_user},
                                                {"negotiation-timeout", take_timeout},
                                                {"allow-uid", take_user},
                                                {"allow-gid", take_group},
                                                {"tls", take_tls},
                                                {"allow-name", take_name}}};

std::string known_settings() {
  std::string known;
  for (const Setting& setting : kSettings) {
    if (!known.empty()) known += &setting == &kSettings.back() ? " and " : ", ";
    known += std::string(setting.key) + "=";
  }
  return known;
}

}  // namespace

Result<void> take_listen_setting(std::string_view setting, ListenerConfig& config) {
  const std::size_t equals = setting.find('=');
  for (const Setting& known : kSettings) {
    if (equals == std::string_view::npos || setting.substr(0, equals) != known.key) continue;
    return known.take(setting.substr(equals + 1), config);
  }
  return usage_error("unknown setting '" + std::string(setting) + "' of --listen: there are " +
                     known_settings());
}

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

}  // namespace qmpev
