// SPDX-License-Identifier: MIT
#include "cli/chardev_option.hpp"

#include <algorithm>
#include <climits>

#include "cli/argument_reader.hpp"
#include "cli/inet_option.hpp"
#include "cli/key_values.hpp"
#include "cli/listen_option.hpp"
#include "cli/socket_place.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kSocketSettings =
    "id, path, host, port, ipv4, ipv6, fd, abstract, tight, server, wait, reconnect, reconnect-ms, nodelay "
    "and mux";

Result<void> take_reconnect(std::string_view option, KeyValues& settings, Chardev& chardev) {
  constexpr std::uint64_t kMsPerSecond = 1000;
  auto seconds = settings.take_number("reconnect", kMaxReconnectMs / kMsPerSecond);
  if (!seconds) return seconds.error();
  auto milliseconds = settings.take_number("reconnect-ms", kMaxReconnectMs);
  if (!milliseconds) return milliseconds.error();
  if (seconds.value() && milliseconds.value())
    return usage_error(std::string(option) +
                       ": reconnect and reconnect-ms say the same: leave out one of them");
  const std::uint64_t ms = milliseconds.value().value_or(seconds.value().value_or(0) * kMsPerSecond);
  chardev.reconnect_ms = static_cast<std::uint32_t>(ms);
  return {};
}

/// `flag` stays as it is when the setting is not there.
Result<bool> take_flag(KeyValues& settings, std::string_view key, bool& flag) {
  auto value = settings.take_bool(key);
  if (!value) return value.error();
  flag = value.value().value_or(flag);
  return value.value().has_value();
}

/// Whether small packets wait for more. Nothing ever does here, so neither changes anything. (A lone
/// `nodelay` reads as delay=off.)
Result<void> take_delay(std::string_view option, KeyValues& settings) {
  auto delay = settings.take_bool("delay");
  if (!delay) return delay.error();
  auto no_delay = settings.take_bool("nodelay");
  if (!no_delay) return no_delay.error();
  if (delay.value() && no_delay.value())
    return usage_error(std::string(option) + ": delay and nodelay say the same: leave out one of them");
  return {};
}

/// What the settings of a socket must not say together.
Result<void> check_socket(std::string_view option, const Chardev& chardev, bool wait_given) {
  const std::string name(option);
  if (!chardev.server && wait_given)
    return usage_error(name + ": only who listens can wait: add server=on, or leave out wait");
  if (chardev.kind == Chardev::Kind::descriptor) {
    if (chardev.reconnect_ms != 0)
      return usage_error(name + ": a descriptor cannot be dialled again: leave out reconnect");
    if (chardev.abstract)
      return usage_error(name + ": a descriptor has its name already: leave out abstract");
    return {};
  }
  if (chardev.kind == Chardev::Kind::tcp_socket && chardev.abstract)
    return usage_error(name + ": only a UNIX socket has an abstract name: leave out abstract");
  if (chardev.server && chardev.reconnect_ms != 0)
    return usage_error(name + ": who listens does not dial: leave out reconnect or server=on");
  return chardev.kind == Chardev::Kind::tcp_socket ? Result<void>() : check_socket_path(chardev.path);
}

/// Everything but the place itself.
Result<void> take_socket_settings(std::string_view option, KeyValues& settings, Chardev& chardev) {
  bool mux = false;  // several front ends on one socket: a monitor is one
  for (auto& [key, flag] : {std::pair<std::string_view, bool&>{"server", chardev.server},
                            {"abstract", chardev.abstract},
                            {"tight", chardev.tight},
                            {"mux", mux}})
    if (auto taken = take_flag(settings, key, flag); !taken) return taken.error();
  chardev.wait = chardev.server;
  auto wait = take_flag(settings, "wait", chardev.wait);
  if (!wait) return wait.error();
  if (auto taken = take_reconnect(option, settings, chardev); !taken) return taken;
  if (auto taken = take_delay(option, settings); !taken) return taken;
  if (auto expected = settings.expect_no_more(kSocketSettings); !expected) return expected;
  return check_socket(option, chardev, wait.value());
}

/// `inet` is its place.
Result<Chardev> take_tcp(std::string_view option, KeyValues& settings, Chardev chardev, InetOption inet) {
  chardev.kind = Chardev::Kind::tcp_socket;
  if (auto taken = take_families(settings, inet); !taken) return taken.error();
  if (auto taken = take_socket_settings(option, settings, chardev); !taken) return taken.error();
  auto address = resolve_inet(option, inet, chardev.server);
  if (!address) return address.error();
  chardev.tcp = std::move(address).value();
  return chardev;
}

Error no_such_device(std::string_view option, const std::string& device) {
  if (device.rfind("telnet:", 0) == 0)
    return usage_error(std::string(option) + ": telnet is not offered: use tcp:HOST:PORT");
  return usage_error(std::string(option) + ": '" + device +
                     "' is no place for a monitor here: use unix:PATH, tcp:HOST:PORT, stdio or chardev:ID");
}

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool may_follow(char c) noexcept {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

}  // namespace

Result<void> check_identifier(std::string_view option, std::string_view id) {
  if (!id.empty() && is_letter(id.front()) && std::all_of(id.begin(), id.end(), may_follow)) return {};
  return usage_error(std::string(option) + ": '" + std::string(id) +
                     "' is no id: a letter comes first, then letters, digits, '-', '.' and '_'");
}

Result<Chardev> parse_chardev_device(std::string_view option, std::string_view text) {
  KeyValues settings(std::string(option), text);
  Chardev chardev;
  if (settings.head() == "stdio") {
    if (auto expected = settings.expect_no_more("nothing"); !expected) return expected.error();
    return chardev;
  }
  if (is_tcp_place(settings.head())) {
    auto inet = parse_inet(option, std::string_view(settings.head()).substr(kTcpPlace.size()));
    if (!inet) return inet.error();
    return take_tcp(option, settings, std::move(chardev), std::move(inet).value());
  }
  if (settings.head().rfind(kUnixPlace, 0) != 0) return no_such_device(option, settings.head());
  chardev.kind = Chardev::Kind::unix_socket;
  chardev.path = settings.head().substr(kUnixPlace.size());
  if (auto taken = take_socket_settings(option, settings, chardev); !taken) return taken.error();
  return chardev;
}

Result<Chardev> parse_chardev(std::string_view text) {
  KeyValues settings("-chardev", text);
  Chardev chardev;
  chardev.id = settings.take("id").value_or("");
  if (chardev.id.empty())
    return usage_error("-chardev needs an id: -chardev socket,id=mon0,path=PATH,server=on");
  if (auto checked = check_identifier("-chardev", chardev.id); !checked) return checked.error();
  if (settings.head() == "stdio") {
    if (auto taken = settings.take_bool("signal"); !taken) return taken.error();
    if (auto expected = settings.expect_no_more("id and signal"); !expected) return expected.error();
    return chardev;
  }
  if (settings.head() != "socket")
    return usage_error("-chardev: '" + settings.head() +
                       "' is no place for a monitor here: use socket or stdio");
  const auto path = settings.take("path");
  auto fd = settings.take_number("fd", INT_MAX);
  if (!fd) return fd.error();
  const auto host = settings.take("host");
  const auto port = settings.take("port");
  const bool tcp = host || port;
  if (path.has_value() + fd.value().has_value() + tcp != 1)
    return usage_error("-chardev socket needs path=PATH, host=HOST,port=PORT or fd=N, one of them");
  if (tcp)
    return take_tcp("-chardev", settings, std::move(chardev), {host.value_or(""), port.value_or(""), {}, {}});
  chardev.kind = path ? Chardev::Kind::unix_socket : Chardev::Kind::descriptor;
  chardev.path = path.value_or("");
  if (fd.value()) chardev.fd = static_cast<int>(*fd.value());
  if (auto taken = take_socket_settings("-chardev", settings, chardev); !taken) return taken.error();
  return chardev;
}

std::string name_of(const Chardev& chardev) {
  switch (chardev.kind) {
    case Chardev::Kind::unix_socket:
      return (chardev.abstract ? "abstract:" : "unix:") + chardev.path;
    case Chardev::Kind::tcp_socket:
      return tcp_place(chardev.tcp);
    case Chardev::Kind::descriptor:
      return "fd:" + std::to_string(chardev.fd);
    case Chardev::Kind::stdio:
      break;
  }
  return "stdio";
}

}  // namespace qmpev
