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

UnplugRequest HotplugSlot::request_unplug() noexcept {
  if (!plugged_) return UnplugRequest::no_device;
  if (leaving_) return UnplugRequest::already_asked;
  remove_event_ = true;
  leaving_ = true;
  return UnplugRequest::asked;
}

EjectedDevice HotplugSlot::eject() {
  QMPEV_ASSERT(plugged_);
  EjectedDevice gone{device_id_, path()};
  device_id_.clear();
  plugged_ = insert_event_ = remove_event_ = leaving_ = false;
  return gone;
}

std::uint8_t HotplugSlot::flags() const noexcept {
  return static_cast<std::uint8_t>((plugged_ ? kSlotEnabled : 0) | (insert_event_ ? kSlotInsertEvent : 0) |
                                   (remove_event_ ? kSlotRemoveEvent : 0));
}

void HotplugSlot::clear_events(std::uint8_t control) noexcept {
  if (control & kSlotInsertEvent) insert_event_ = false;
  if (control & kSlotRemoveEvent) remove_event_ = false;
}

void HotplugSlot::set_ost_status(std::uint32_t status) noexcept {
  status_ = status;
  const bool about_ejection = source_ == kOstEjectRequest || source_ == kOstEjectProcessing;
  if (about_ejection && status != kOstSuccess && status != kOstEjectInProgress) leaving_ = false;
}

}  // namespace qmpev
