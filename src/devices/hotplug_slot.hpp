// SPDX-License-Identifier: MIT
// What one ACPI hot-plug slot remembers, whatever it takes: its device, the events the guest has yet to see,
// and what the guest's _OST said last. Relies on its controller for locking.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hooks/acpi_ost.hpp"

namespace qmpev {

/// Status and control bits that DIMM and CPU slots share: what is read, and what writing a 1 does.
inline constexpr std::uint8_t kSlotEnabled = 1u << 0;
inline constexpr std::uint8_t kSlotInsertEvent = 1u << 1;  ///< written: the guest has seen it
inline constexpr std::uint8_t kSlotRemoveEvent = 1u << 2;  ///< written: the guest has seen it
inline constexpr std::uint8_t kSlotEject = 1u << 3;        ///< written: take the device out

/// What a write to a control register asks for: of several bits only the lowest counts, as QEMU has it, so a
/// guest cannot both see an event and eject with one write.
constexpr std::uint8_t slot_request(std::uint32_t control) noexcept {
  constexpr unsigned kRequests = 0x1e;  // bits 1 to 4; bit 4 is the CPUs' own
  const unsigned asked = control & kRequests;
  return static_cast<std::uint8_t>(asked & (~asked + 1));
}

/// ACPI 6.4, 6.3.5: what an _OST report answers (its source), and how that ended (its status).
inline constexpr std::uint32_t kOstDeviceCheck = 1;
inline constexpr std::uint32_t kOstEjectRequest = 3;
inline constexpr std::uint32_t kOstSuccess = 0;
inline constexpr std::uint32_t kOstDeviceInUse = 0x81;
inline constexpr std::uint32_t kOstEjectInProgress = 0x84;

/// Whether a device was there when the machine started, or came while the guest ran and is announced to it.
enum class PlugTime { cold, hot };

/// Which device went out of a slot.
struct EjectedDevice {
  std::string id;  ///< empty: it had none
  std::string path;
};

/// What query-acpi-ospm-status says about one slot.
struct SlotStatus {
  std::string device_id;  ///< empty: no device, or one without an id
  std::uint32_t slot;
  OstReport report;
};

class HotplugSlot {
 public:
  /// `device_id` may be empty; `anonymous_number` then names the device. The slot is empty.
  void plug(std::string device_id, std::uint32_t anonymous_number, PlugTime time);
  bool plugged() const noexcept { return plugged_; }
  const std::string& device_id() const noexcept { return device_id_; }
  /// Of the device in it, in the tree of objects.
  std::string path() const;
  /// By id or by path, as management names a device.
  bool holds(std::string_view name) const;

  /// Shows the guest the remove event, also when it was asked before: only the guest can let the device go,
  /// and later. False: nothing is in the slot.
  bool request_unplug() noexcept;
  /// The guest takes the device out. The slot is not empty; what _OST said of it stays.
  EjectedDevice eject();

  /// The status byte.
  std::uint8_t flags() const noexcept;
  bool has_event() const noexcept { return insert_event_ || remove_event_; }
  /// The guest has seen the event of that bit; others are none.
  void clear_event(std::uint8_t event) noexcept;

  void set_ost_source(std::uint32_t source) noexcept { source_ = source; }
  void set_ost_status(std::uint32_t status) noexcept { status_ = status; }
  OstReport report(AcpiSlotType type) const noexcept { return {type, source_, status_}; }

 private:
  bool plugged_ = false;
  std::string device_id_;
  std::uint32_t anonymous_number_ = 0;
  bool insert_event_ = false;
  bool remove_event_ = false;
  std::uint32_t source_ = 0;
  std::uint32_t status_ = 0;
};

}  // namespace qmpev
