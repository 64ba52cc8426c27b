// SPDX-License-Identifier: MIT
#include "cli/qemu_options.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "cli/key_values.hpp"
#include "cli/listen_option.hpp"
#include "cli/socket_place.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kIgnoreUnknown = "--ignore-unknown-options";

using Take = Result<void> (*)(std::string_view option, const std::string& value, QemuOptions& options);

Result<void> take_name(std::string_view, const std::string& value, QemuOptions& options) {
  KeyValues settings("-name", value);
  options.machine_name = settings.take("guest").value_or(settings.head());
  if (auto threads = settings.take_bool("debug-threads"); !threads) return threads.error();
  if (options.machine_name.empty()) return usage_error("-name needs a name: -name vm1");
  return settings.expect_no_more("guest and debug-threads");
}

Result<void> take_qtest(std::string_view, const std::string& value, QemuOptions& options) {
  constexpr std::string_view kUnixPrefix = "unix:";
  KeyValues settings("-qtest", value);
  if (settings.head().rfind(kUnixPrefix, 0) != 0)
    return usage_error("-qtest: only unix:PATH is understood, not '" + value + "'");
  if (auto expected = settings.expect_no_more("unix:PATH alone, and connects to it"); !expected)
    return expected;
  options.qtest_path = settings.head().substr(kUnixPrefix.size());
  return check_socket_path(options.qtest_path);
}

struct Option {
  std::string_view name;
  std::string_view example;
  Take take;
};

constexpr std::array<Option, 6> kOptions{{
    {"--qmp", "unix:PATH,server=on,wait=off",
     [](std::string_view option, const std::string& value, QemuOptions& options) {
       return options.monitors.add_qmp(option, value, false);
     }},
    {"--qmp-pretty", "unix:PATH,server=on,wait=off",
     [](std::string_view option, const std::string& value, QemuOptions& options) {
       return options.monitors.add_qmp(option, value, true);
     }},
    {"--chardev", "socket,id=mon0,path=PATH,server=on",
     [](std::string_view, const std::string& value, QemuOptions& options) {
       return options.monitors.add_chardev(value);
     }},
    {"--mon", "chardev=mon0,mode=control",
     [](std::string_view, const std::string& value, QemuOptions& options) {
       return options.monitors.add_mon(value);
     }},
    {"--name", "vm1", take_name},
    {"--qtest", "unix:PATH", take_qtest},
}};

/// What changes nothing, since the machine is so already, or has no such part.
struct Effectless {
  std::string_view name;
  std::string_view value;  ///< the only one; `*`: any; empty: it takes none
};

constexpr std::array<Effectless, 17> kEffectless{{
    {"--machine", "*"},
    {"-M", "*"},
    {"--accel", "*"},
    {"--enable-kvm", ""},
    {"--nodefaults", ""},
    {"--no-user-config", ""},
    {"--nographic", ""},
    {"--display", "none"},
    {"--audio", "none"},
    {"--vga", "none"},
    {"--net", "none"},
    {"--nic", "none"},
    {"--serial", "none"},
    {"--parallel", "none"},
    {"--monitor", "none"},
    {"--qtest-log", "*"},
    {"--sandbox", "*"},
}};

Result<void> take_effectless(ArgumentReader& arguments, const Effectless& option) {
  if (option.value.empty()) {
    bool given = false;
    return arguments.take_flag(given);
  }
  const std::string name(arguments.name());
  auto value = arguments.value(option.value == "*" ? "VALUE" : option.value);
  if (!value) return value.error();
  if (option.value != "*" && value.value() != option.value)
    return usage_error(name + " can only be " + std::string(option.value) +
                       " here: the machine has nothing of the kind");
  return {};
}

}  // namespace

std::string long_name(std::string_view option) {
  const bool is_short = option.size() > 2 && option[0] == '-' && option[1] != '-';
  return (is_short ? "-" : "") + std::string(option);
}

bool may_ignore(const ArgumentReader& arguments, const QemuOptions& options) {
  return options.ignore_unknown || arguments.comes(kIgnoreUnknown) ||
         arguments.comes(kIgnoreUnknown.substr(1));
}

Result<bool> take_qemu_option(ArgumentReader& arguments, QemuOptions& options) {
  const std::string name = long_name(arguments.name());
  if (name == kIgnoreUnknown) {
    if (auto taken = arguments.take_flag(options.ignore_unknown); !taken) return taken.error();
    return true;
  }
  const auto known =
      std::find_if(kOptions.begin(), kOptions.end(), [&](const Option& each) { return each.name == name; });
  if (known != kOptions.end()) {
    const std::string spelled(arguments.name());
    auto value = arguments.value(known->example);
    if (!value) return value.error();
    if (auto taken = known->take(spelled, value.value(), options); !taken) return taken.error();
    return true;
  }
  const auto effectless = std::find_if(kEffectless.begin(), kEffectless.end(),
                                       [&](const Effectless& each) { return each.name == name; });
  if (effectless == kEffectless.end()) return false;
  if (auto taken = take_effectless(arguments, *effectless); !taken) return taken.error();
  return true;
}

void ignore_option(ArgumentReader& arguments, QemuOptions& options) {
  std::string ignored(arguments.name());
  if (const auto value = arguments.optional_value()) ignored += " " + *value;
  options.ignored.push_back(std::move(ignored));
}

}  // namespace qmpev
