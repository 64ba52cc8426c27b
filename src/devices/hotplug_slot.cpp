// SPDX-License-Identifier: MIT
#include "devices/hotplug_slot.hpp"

#include <utility>

#include "base/assert.hpp"
#include "hooks/device_deleted.hpp"

namespace qmpev {

void HotplugSlot::plug(std::string device_id, std::uint32_t anonymous_number, PlugTime time) {
  QMPEV_ASSERT(!plugged_);
  plugged_ = true;
  device_id_ = std::move(device_id);
  anonymous_number_ = anonymous_number;
  insert_event_ = time == PlugTime::hot;
}

std::string HotplugSlot::path() const {
  QMPEV_ASSERT(plugged_);
  return device_path(device_id_, anonymous_number_);
}

bool HotplugSlot::holds(std::string_view name) const {
  if (!plugged_) return false;
  return (!device_id_.empty() && name == device_id_) || name == path();
}

bool HotplugSlot::request_unplug() noexcept {
  if (plugged_) remove_event_ = true;
  return plugged_;
}

EjectedDevice HotplugSlot::eject() {
  QMPEV_ASSERT(plugged_);
  EjectedDevice gone{device_id_, path()};
  device_id_.clear();
  plugged_ = insert_event_ = remove_event_ = false;
  return gone;
}

std::uint8_t HotplugSlot::flags() const noexcept {
  return static_cast<std::uint8_t>((plugged_ ? kSlotEnabled : 0) | (insert_event_ ? kSlotInsertEvent : 0) |
                                   (remove_event_ ? kSlotRemoveEvent : 0));
}

void HotplugSlot::clear_event(std::uint8_t event) noexcept {
  if (event == kSlotInsertEvent) insert_event_ = false;
  if (event == kSlotRemoveEvent) remove_event_ = false;
}

}  // namespace qmpev
