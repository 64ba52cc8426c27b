// SPDX-License-Identifier: MIT
#include "hooks/device_deleted.hpp"

namespace qmpev {

std::string device_path(std::string_view device_id, std::uint32_t anonymous_number) {
  if (!device_id.empty()) return "/machine/peripheral/" + std::string(device_id);
  return "/machine/peripheral-anon/device[" + std::to_string(anonymous_number) + "]";
}

DeviceDeleted device_deleted(std::string_view device_id, std::string_view path) noexcept {
  DeviceDeleted event{};
  if (!device_id.empty()) event.device = device_id;
  event.path = path;
  return event;
}

}  // namespace qmpev
