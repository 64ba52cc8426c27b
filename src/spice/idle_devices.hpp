// SPDX-License-Identifier: MIT
// A keyboard, a tablet, a loudspeaker and a microphone that nobody uses: they are there so that a viewer
// finds the channels for inputs, playback and record. Loop thread.
#pragma once

#include <spice.h>

#include "spice/spice_library.hpp"

namespace qmpev {

class IdleDevices {
 public:
  /// Borrows the server, which is destroyed first.
  IdleDevices(const SpiceLibrary& library, ::SpiceServer* server);
  IdleDevices(const IdleDevices&) = delete;
  IdleDevices& operator=(const IdleDevices&) = delete;

 private:
  SpiceKbdInstance keyboard_{};
  SpiceTabletInstance tablet_{};
  SpicePlaybackInstance playback_{};
  SpiceRecordInstance record_{};
};

}  // namespace qmpev
