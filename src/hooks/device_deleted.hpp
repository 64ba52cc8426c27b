// SPDX-License-Identifier: MIT
// A device that is gone -> DEVICE_DELETED: where it stood in the machine's tree of objects. Pure translation,
// no state. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <qmpev/events.hpp>

namespace qmpev {

/// Where a device stands that somebody has added: by its id, or, when it has none (`device_id` is empty), by
/// its number among those without one.
std::string device_path(std::string_view device_id, std::uint32_t anonymous_number);

/// The same on the stack, for a device's thread. An id longer than any event takes is cut: the event is then
/// refused for it.
class DevicePath {
 public:
  DevicePath(std::string_view device_id, std::uint32_t anonymous_number) noexcept;
  std::string_view view() const noexcept { return {text_.data(), size_}; }

 private:
  void append(std::string_view text) noexcept;

  std::array<char, 320> text_;  // more than the folder's name and the 255 bytes of an id
  std::size_t size_ = 0;
};

/// The event of a device that is gone. `device_id` is empty when it had none. The result borrows both.
DeviceDeleted device_deleted(std::string_view device_id, std::string_view path) noexcept;

}  // namespace qmpev
