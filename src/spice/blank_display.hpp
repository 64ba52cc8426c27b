// SPDX-License-Identifier: MIT
// A graphics device with one black screen and no commands: it is there so that a viewer finds a display
// channel and a cursor channel. libspice-server calls its functions from the display's own thread.
#pragma once

#include <cstdint>
#include <vector>

#include <spice.h>

#include "spice/spice_library.hpp"

namespace qmpev {

class BlankDisplay {
 public:
  static constexpr std::uint32_t kWidth = 320;
  static constexpr std::uint32_t kHeight = 200;

  /// Borrows the server, which is destroyed first.
  BlankDisplay(const SpiceLibrary& library, ::SpiceServer* server);
  BlankDisplay(const BlankDisplay&) = delete;
  BlankDisplay& operator=(const BlankDisplay&) = delete;

 private:
  std::vector<std::uint32_t> pixels_;
  QXLInstance instance_{};
};

}  // namespace qmpev
