// SPDX-License-Identifier: MIT
// Settings are separated by commas, so a path or a password with a comma cannot be written here; a password
// can come from a file, which also keeps it from everybody who may list processes.
#include "hypervisor/spice_option.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "base/internet_address.hpp"
#include "monitor/unix_socket.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kForms =
    "port=N[,addr=A], unix=PATH, either with ,password-file=PATH or ,password=P, or none";

Error wrong(const std::string& sentence) {
  return {ErrorCode::invalid_argument, sentence};
}

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
    return wrong("'" + std::string(text) +
                 "' is no port: use a number from 0 (any free one) to 65535, as in port=5930");
  return port;
}

Result<std::string> check_address(std::string_view text) {
  std::string host(text);
  if (!is_numeric_address(host))
    return wrong("'" + host + "' is no numeric address: use one such as addr=127.0.0.1 or addr=::1");
  return host;
}

Result<std::string> check_path(std::string_view text) {
  if (text.empty())
    return wrong("the SPICE socket's path is empty: use unix=PATH, as in unix=/tmp/spice.sock");
  if (text.size() > kMaxUnixPathBytes)
    return wrong("the SPICE socket's path has " + std::to_string(text.size()) +
                 " bytes, a UNIX socket's has at most " + std::to_string(kMaxUnixPathBytes) +
                 ": use a shorter one, or change into its folder first");
  return std::string(text);
}

Result<std::string> check_password(std::string_view text) {
  if (text.empty()) return wrong("the SPICE password is empty: leave it away to let everybody in");
  if (text.size() > kMaxSpicePasswordBytes)
    return wrong("the SPICE password has more than " + std::to_string(kMaxSpicePasswordBytes) +
                 " bytes, which is all that SPICE takes: use a shorter one");
  if (text.find('\0') != std::string_view::npos)
    return wrong("the SPICE password has a zero byte: use another");
  return std::string(text);
}

Result<bool> parse_switch(std::string_view text) {
  if (text == "on" || text == "off") return text == "on";
  return wrong("'" + std::string(text) + "' is neither on nor off: use display=on for a blank screen");
}

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// The file's first line; longer than any password is enough to refuse it.
Result<std::string> read_password(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (!file)
    return Error{ErrorCode::not_found, "cannot read the SPICE password from " + path + " (" +
                                           std::strerror(errno) +
                                           "): name a file with the password as its only line"};
  std::array<char, kMaxSpicePasswordBytes + 3> bytes;
  std::string_view text(bytes.data(), std::fread(bytes.data(), 1, bytes.size(), file.get()));
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return check_password(text);
}

template <class Value, class Target>
Result<void> keep(Result<Value> value, Target& target) {
  if (!value) return value.error();
  target = std::move(value).value();
  return {};
}

/// What was said so far, to refuse what contradicts it.
struct Settings {
  SpiceListenConfig listen{};
  bool port = false;
  bool addr = false;
};

/// Behind a password it may be the rest of that, which is for nobody's screen.
Error unknown(const std::string& what, const Settings& settings) {
  if (settings.listen.password)
    return wrong(
        "what follows the SPICE password is no setting of --spice: a password with a comma needs "
        "password-file=PATH");
  return wrong(what + ": use " + std::string(kForms));
}

Result<void> take(std::string_view name, std::string_view value, Settings& settings) {
  if (name == "port") {
    settings.port = true;
    return keep(parse_port(value), settings.listen.port);
  }
  if (name == "addr") {
    settings.addr = true;
    return keep(check_address(value), settings.listen.host);
  }
  if (name == "unix") return keep(check_path(value), settings.listen.path);
  if (name == "password" || name == "password-file") {
    if (settings.listen.password) return wrong("--spice takes one password: leave the other away");
    return keep(name == "password" ? check_password(value) : read_password(std::string(value)),
                settings.listen.password);
  }
  if (name == "display") return keep(parse_switch(value), settings.listen.display);
  return unknown("unknown setting '" + std::string(name) + "' of --spice", settings);
}

Result<SpiceOption> real(Settings settings) {
  const bool is_unix = !settings.listen.path.empty();
  if (is_unix && (settings.port || settings.addr))
    return wrong("--spice listens at a port or at a UNIX socket: leave port= and addr= away, or unix=");
  if (!is_unix && !settings.port) return wrong("--spice needs a place: use " + std::string(kForms));
  return SpiceOption{SpiceOption::Kind::real, std::move(settings.listen)};
}

}  // namespace

Result<SpiceOption> parse_spice_option(std::string_view text) {
  if (text == "none") return SpiceOption{SpiceOption::Kind::none};
  Settings settings;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const std::string_view setting = text.substr(0, comma);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
    const std::size_t equals = setting.find('=');
    if (equals == std::string_view::npos)
      return unknown("'" + std::string(setting) + "' is no setting of --spice", settings);
    if (auto taken = take(setting.substr(0, equals), setting.substr(equals + 1), settings); !taken)
      return taken.error();
  }
  return real(std::move(settings));
}

}  // namespace qmpev
