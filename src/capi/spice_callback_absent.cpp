// SPDX-License-Identifier: MIT
// Stands in for spice_callback.cpp where libspice-server's headers were not there when this was built (meson
// chooses): the library shows the same functions, and says what they cannot do.
#include <qmpev/qmpev_spice.h>

#include "capi/last_error.hpp"

extern "C" {

int qmpev_spice_is_supported(void) {
  return 0;
}

int qmpev_spice_set_emitter(qmpev_emitter*, const char*) {
  return qmpev::refused(
      {qmpev::ErrorCode::not_found,
       "this qmpev was built without SPICE: install libspice-server-dev (Debian's name) and build it again"});
}

void qmpev_spice_channel_event(int, SpiceChannelEventInfo*) {}

}  // extern "C"
