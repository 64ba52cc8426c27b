// SPDX-License-Identifier: MIT
#include "cli/qemu_monitors.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "cli/argument_reader.hpp"
#include "cli/key_values.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kChardevPrefix = "chardev:";

}  // namespace

Result<void> QemuMonitors::add_qmp(std::string_view option, std::string_view text, bool pretty) {
  if (text.rfind(kChardevPrefix, 0) == 0) {
    const std::string id(text.substr(kChardevPrefix.size()));
    if (auto checked = check_identifier(option, id); !checked) return checked;
    monitors_.push_back({pretty, id, 0, std::string(option)});
    return {};
  }
  auto chardev = parse_chardev_device(option, text);
  if (!chardev) return chardev.error();
  monitors_.push_back({pretty, "", chardevs_.size(), std::string(option)});
  chardevs_.push_back(std::move(chardev).value());
  return {};
}

Result<void> QemuMonitors::add_chardev(std::string_view text) {
  auto chardev = parse_chardev(text);
  if (!chardev) return chardev.error();
  if (find(chardev.value().id))
    return usage_error("there are two -chardev with the id '" + chardev.value().id + "': give each its own");
  chardevs_.push_back(std::move(chardev).value());
  return {};
}

Result<void> QemuMonitors::add_mon(std::string_view text) {
  KeyValues settings("-mon", text);
  const std::string id = settings.take("chardev").value_or(settings.head());
  if (id.empty()) return usage_error("-mon needs a chardev: -mon chardev=ID,mode=control");
  if (settings.take("mode").value_or("readline") != "control")
    return usage_error("-mon: the human monitor is not offered: add mode=control");
  auto pretty = settings.take_bool("pretty");
  if (!pretty) return pretty.error();
  if (auto named = take_mon_id(settings); !named) return named;
  if (auto expected = settings.expect_no_more("chardev, mode, pretty and id"); !expected) return expected;
  monitors_.push_back({pretty.value().value_or(false), id, 0, "-mon"});
  return {};
}

/// A monitor may have a name of its own, as libvirt gives it one. Nothing asks for it.
Result<void> QemuMonitors::take_mon_id(KeyValues& settings) {
  const auto id = settings.take("id");
  if (!id) return {};
  if (auto checked = check_identifier("-mon", *id); !checked) return checked;
  if (!mon_ids_.insert(*id).second)
    return usage_error("there are two -mon with the id '" + *id + "': give each its own");
  return {};
}

std::optional<std::size_t> QemuMonitors::find(std::string_view id) const noexcept {
  const auto found = std::find_if(chardevs_.begin(), chardevs_.end(),
                                  [id](const Chardev& chardev) { return chardev.id == id; });
  if (found == chardevs_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - chardevs_.begin());
}

Result<std::vector<QemuMonitor>> QemuMonitors::resolve() const {
  std::map<std::size_t, QemuMonitor> by_place;
  std::set<std::string> used;
  for (const Wanted& wanted : monitors_) {
    const auto place = wanted.chardev_id.empty() ? wanted.place : find(wanted.chardev_id);
    if (!place)
      return usage_error(wanted.option + " names the chardev '" + wanted.chardev_id +
                         "', and there is no -chardev with that id");
    const Chardev& chardev = chardevs_[*place];
    const bool any_port = chardev.kind == Chardev::Kind::tcp_socket && chardev.tcp.port == 0;
    if (!any_port && !used.insert(name_of(chardev)).second)
      return usage_error("two monitors want " + name_of(chardev) + ": one place is for one monitor");
    by_place[*place] = {chardev, wanted.pretty};
  }
  std::vector<QemuMonitor> monitors;
  for (auto& [place, monitor] : by_place) monitors.push_back(std::move(monitor));
  return monitors;
}

std::vector<std::string> QemuMonitors::unused() const {
  std::vector<std::string> ids;
  for (const Chardev& chardev : chardevs_) {
    if (chardev.id.empty()) continue;
    const bool wanted = std::any_of(monitors_.begin(), monitors_.end(),
                                    [&](const Wanted& each) { return each.chardev_id == chardev.id; });
    if (!wanted) ids.push_back(chardev.id);
  }
  return ids;
}

}  // namespace qmpev
