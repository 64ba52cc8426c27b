// SPDX-License-Identifier: MIT
// The two spellings of an event on the wire. A form renames, wraps or omits members; it never changes a
// value.
#pragma once

#include <cstddef>
#include <cstdint>

namespace qmpev {

/// Which spelling a listener speaks. There is no default: whoever configures a listener names it.
enum class WireForm : std::uint8_t {
  document,  ///< the QMP event document of 2014: bare ACPIOSTInfo, `sector-count`, no `type`
  qemu,      ///< QEMU's schema, what libvirt, go-qemu, kata and Proxmox read: `info`, `sectors-count`, `type`
};

/// How many there are: arrays by form have so many places.
inline constexpr std::size_t kWireForms = 2;

}  // namespace qmpev
