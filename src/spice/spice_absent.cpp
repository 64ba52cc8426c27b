// SPDX-License-Identifier: MIT
// Stands in for spice_listener.cpp where libspice-server was not there when this was built (meson chooses).
#include "spice/spice_listener.hpp"

namespace qmpev {

Result<std::unique_ptr<SpiceListener>> listen_for_viewers(const SpiceListenConfig&, SpiceServer&,
                                                          GMainContext*,
                                                          std::function<void(std::string_view)>) {
  return Error{
      ErrorCode::not_found,
      "this qmpev was built without SPICE: install libspice-server-dev (Debian's name) and build again, "
      "or leave --spice away and use the synthetic viewer"};
}

std::string spice_library_version() {
  return {};
}

}  // namespace qmpev
