// SPDX-License-Identifier: MIT
#include "simulation/events.hpp"

#include <algorithm>
#include <charconv>

namespace qmpev::simulation {
namespace {

enum Index : std::size_t { balloon, report_bad, failure, pass, ost, deleted, lamp };

std::string node(std::uint32_t key) {
  return "node" + std::to_string(key);
}

/// The serial number and as many dots as it takes.
std::string path(const Plan& plan) {
  std::string text = "s" + std::to_string(plan.serial);
  text.resize(std::max(plan.path_bytes, text.size() + 1), '.');
  return text;
}

std::string data_of(const Plan& plan, WireForm form) {
  const std::string serial = std::to_string(plan.serial);
  const bool qemu = form == WireForm::qemu;
  switch (plan.kind) {
    case balloon:
      return "\"actual\": " + serial;
    case report_bad:
      if (qemu) {
        return "\"node-name\": \"" + node(plan.key) + "\", \"sectors-count\": 1, \"sector-num\": " + serial +
               ", \"type\": \"read\"";
      }
      return "\"node-name\": \"" + node(plan.key) + "\", \"sector-num\": " + serial + ", \"sector-count\": 1";
    case failure:
      if (qemu) {
        return "\"reference\": \"" + node(plan.key) + "\", \"sectors-count\": 1, \"sector-num\": " + serial;
      }
      return "\"reference\": \"" + node(plan.key) + "\", \"sector-num\": " + serial + ", \"sector-count\": 1";
    case pass:
      return "\"pass\": " + serial;
    case ost: {
      const std::string info = "\"source\": " + serial + ", \"status\": 0, \"slot\": \"" +
                               std::to_string(plan.key) + "\", \"slot-type\": \"DIMM\"";
      return qemu ? "\"info\": {" + info + "}" : info;
    }
    case lamp:
      return std::string("\"on\": ") + (plan.serial % 2 == 0 ? "true" : "false") + ", \"level\": " + serial;
    default:
      return "\"path\": \"" + path(plan) + "\"";
  }
}

}  // namespace

std::optional<std::size_t> index_of(EventKind kind) noexcept {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] == kind) return i;
  }
  return std::nullopt;
}

EventDeclaration own_declaration() {
  return {std::string(kNames[lamp]),
          {{"on", EventMember::Type::boolean}, {"level", EventMember::Type::unsigned_integer}}};
}

void emit(const Emitter& emitter, const RegisteredEvent& own, const Plan& plan) noexcept {
  const auto serial = static_cast<std::int64_t>(plan.serial);
  switch (plan.kind) {
    case balloon:
      return emitter.emit(BalloonChange{serial});
    case report_bad: {
      const std::string name = node(plan.key);
      return emitter.emit(QuorumReportBad{QuorumOpType::read, {}, name, serial, 1});
    }
    case failure: {
      const std::string name = node(plan.key);
      return emitter.emit(QuorumFailure{name, serial, 1});
    }
    case pass:
      return emitter.emit(MigrationPass{serial});
    case ost: {
      const std::string slot = std::to_string(plan.key);
      AcpiDeviceOst event;
      event.slot = slot;
      event.source = static_cast<std::uint32_t>(plan.serial);
      return emitter.emit(event);
    }
    case lamp:
      return own.emit({plan.serial % 2 == 0, plan.serial});
    default: {
      const std::string where = path(plan);
      DeviceDeleted event;
      event.path = where;
      return emitter.emit(event);
    }
  }
}

std::string line_of(const Plan& plan, std::int64_t wall_us, WireForm form) {
  std::string line = "{\"timestamp\": {\"seconds\": " + std::to_string(wall_us / 1'000'000) +
                     ", \"microseconds\": " + std::to_string(wall_us % 1'000'000) + "}, \"event\": \"";
  line += kNames[plan.kind];
  return line + "\", \"data\": {" + data_of(plan, form) + "}}\r\n";
}

std::optional<std::uint64_t> serial_of(std::string_view line) noexcept {
  constexpr std::array<std::string_view, kKinds.size()> kLabels = {
      "\"actual\": ", "\"sector-num\": ", "\"sector-num\": ", "\"pass\": ",
      "\"source\": ", "\"path\": \"s",    "\"level\": "};
  constexpr std::string_view kEvent = "\"event\": \"";
  const std::size_t event = line.find(kEvent);
  if (event == std::string_view::npos) return std::nullopt;
  const std::string_view name = line.substr(event + kEvent.size());
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (name.substr(0, kNames[i].size()) != kNames[i]) continue;
    const std::size_t label = name.find(kLabels[i]);
    if (label == std::string_view::npos) return std::nullopt;
    const char* const begin = name.data() + label + kLabels[i].size();
    std::uint64_t serial = 0;
    if (std::from_chars(begin, name.data() + name.size(), serial).ec != std::errc()) return std::nullopt;
    return serial;
  }
  return std::nullopt;
}

}  // namespace qmpev::simulation
