// SPDX-License-Identifier: MIT
#include "hypervisor/reference_machine.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

#include "devices/register_image.hpp"

namespace qmpev {

namespace {

std::vector<std::uint64_t> apic_ids() {
  std::vector<std::uint64_t> ids(ReferenceMachine::kCpuSlots);
  std::iota(ids.begin(), ids.end(), std::uint64_t{0});
  return ids;
}

std::uint64_t dimm_address(std::uint32_t slot) {
  return ReferenceMachine::kDimmAddressBase + slot * ReferenceMachine::kMaxDimmBytes;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_device_id(const std::string& id) {
  const auto follows = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  return id.size() <= ReferenceMachine::kMaxDeviceIdBytes && is_letter(id.front()) &&
         std::all_of(id.begin(), id.end(), follows);
}

bool is_balloon_config(std::uint16_t port) {
  return port >= ReferenceMachine::kBalloonConfigPort &&
         port < ReferenceMachine::kBalloonConfigPort + VirtioBalloon::kConfigBytes;
}

Error slot_refusal(const char* kind, std::uint32_t slot, std::uint32_t slots) {
  const std::string name = kind + std::string(" slot ") + std::to_string(slot);
  if (slot < slots)
    return {ErrorCode::invalid_argument, name + " is taken: unplug what is in it, or use another"};
  return {ErrorCode::invalid_argument, "there is no " + name + ": use 0 to " + std::to_string(slots - 1)};
}

/// A synthetic viewer is asked for a password, so that it can have a wrong one.
SpiceConfig spice_config_of(const SpiceOption& option) {
  SpiceConfig config{"spice", "synthetic"};
  config.draw_connection_id = option.draw_connection_id;
  if (!config.draw_connection_id) config.draw_connection_id = random_connection_ids(std::random_device{}());
  if (option.kind == SpiceOption::Kind::synthetic) return config;
  config.enabled = option.kind == SpiceOption::Kind::real;
  config.auth = option.listen.password ? "spice" : "none";
  config.password = option.listen.password.value_or("");
  return config;
}

}  // namespace

ReferenceMachine::ReferenceMachine(const Emitter& emitter, Machine::OnEnd on_end,
                                   const HypervisorConfig& config)
    : machine(emitter, config.machine, std::move(on_end)),
      memory(emitter, kMemorySlots,
             [this](std::uint64_t bytes) { balloon.set_ram_bytes(kRamBytes + bytes); }),
      cpus(emitter, {kCpuHotplugBaseQ35, apic_ids()}),
      balloon(emitter, kRamBytes),
      pvpanic(machine),
      power(machine),
      hyperv(machine),
      s390(machine, 0),
      spice(emitter, spice_config_of(config.spice)),
      disk(make_memory_disk(emitter)),
      hotplug_driver({[this](const PortWrite& write) { out(write); },
                      [this](std::uint16_t port, unsigned size) { return in(port, size); }},
                     {kMemorySlots, kCpuHotplugBaseQ35, kCpuSlots}) {
  memory.plug(0, {"dimm0", dimm_address(0), kDimmBytes});
  memory.plug(1, {"dimm1", dimm_address(1), kDimmBytes});
  cpus.plug_boot_cpu(0);
  cpus.plug(1, "cpu1");
}

void ReferenceMachine::out(const PortWrite& write, Access access) {
  if (!is_access(write.size)) return;
  const std::uint32_t value = truncated(write.value, write.size);
  if (write.port == kPvpanicPort) return pvpanic.out(static_cast<std::uint8_t>(value), access);
  power.out(write.port, value);
  if (memory.claims(write.port)) return memory.out(write.port, value, write.size);
  if (cpus.claims(write.port)) return cpus.out(write.port, value, write.size);
  if (is_balloon_config(write.port)) {
    std::array<std::uint8_t, kMaxAccessBytes> bytes{};
    for (std::size_t byte = 0; byte < bytes.size(); ++byte)
      bytes[byte] = static_cast<std::uint8_t>(value >> (8 * byte));
    balloon.write_config(write.port - kBalloonConfigPort, std::span(bytes).first(write.size));
  }
}

std::uint32_t ReferenceMachine::in(std::uint16_t port, unsigned size) {
  if (memory.claims(port)) return memory.in(port, size);
  if (cpus.claims(port)) return cpus.in(port, size);
  if (!is_access(size)) return UINT32_MAX;
  std::array<std::uint8_t, kMaxAccessBytes> bytes{};
  const auto data = std::span(bytes).first(size);
  if (port == kPvpanicPort) {
    pvpanic.read(0, data);
  } else if (is_balloon_config(port)) {
    balloon.read_config(port - kBalloonConfigPort, data);
  } else {
    return truncated(UINT32_MAX, size);
  }
  std::uint32_t value = 0;
  for (std::size_t byte = 0; byte < bytes.size(); ++byte) value |= std::uint32_t{bytes[byte]} << (8 * byte);
  return value;
}

/// As QEMU has it; so no id looks like a path, which names a device, too.
Result<void> ReferenceMachine::check_id(const std::string& id) const {
  if (!id.empty() && !is_device_id(id))
    return Error{ErrorCode::invalid_argument,
                 "this is no device id: use a letter, then letters, digits, '-', '.' and '_', at most " +
                     std::to_string(kMaxDeviceIdBytes) + " in all"};
  if (!id.empty() && (memory.slot_of(id) || cpus.slot_of(id)))
    return Error{ErrorCode::invalid_argument, "there is a device '" + id + "' already: use another id"};
  return {};
}

/// Numbers are not given twice: a path never names another device than it did.
std::uint32_t ReferenceMachine::anonymous_number(const std::string& id) {
  return id.empty() ? anonymous_devices_++ : 0;
}

Result<void> ReferenceMachine::plug_dimm(std::uint32_t slot, const std::string& id, std::uint64_t bytes,
                                         std::uint32_t node) {
  if (auto checked = check_id(id); !checked) return checked.error();
  if (bytes == 0 || bytes > kMaxDimmBytes)
    return Error{ErrorCode::invalid_argument, "a DIMM has 1 byte to " + std::to_string(kMaxDimmBytes >> 30) +
                                                  "G, not " + std::to_string(bytes) + " bytes"};
  if (!memory.plug(slot, {id, dimm_address(slot), bytes, node, anonymous_number(id)}, PlugTime::hot))
    return slot_refusal("DIMM", slot, kMemorySlots);
  return {};
}

Result<void> ReferenceMachine::plug_cpu(std::uint32_t slot, const std::string& id) {
  if (auto checked = check_id(id); !checked) return checked.error();
  if (!cpus.plug(slot, id, anonymous_number(id), PlugTime::hot)) return slot_refusal("CPU", slot, kCpuSlots);
  return {};
}

}  // namespace qmpev
