// SPDX-License-Identifier: MIT
// libspice-server's own callback, for a qmpev that was built where the library's headers are. The library
// describes a channel by one object that lives from "connected" to "disconnected" and keeps both addresses,
// so there is nothing to remember but where to emit. Threads as <qmpev/qmpev_spice.h> says.
#include <qmpev/qmpev_spice.h>

#include <spice.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <string>

#include <qmpev/qmpev.h>

#include "capi/last_error.hpp"

namespace {

/// What the schema allows the word to have.
constexpr std::size_t kMaxAuthBytes = 32;

/// Constant from the start and never destroyed: SPICE's threads may call until the process ends.
struct Target {
  std::mutex mutex;                            // held across an emit, which does not wait
  qmpev_emitter* emitter = nullptr;            // guarded by mutex; holds a reference
  std::array<char, kMaxAuthBytes + 1> auth{};  // guarded by mutex
  bool is_auth_said = false;                   // guarded by mutex
};
constinit Target target;
static_assert(std::is_trivially_destructible_v<Target>);

qmpev_spice_connection connection_of(const SpiceChannelEventInfo& info) {
  qmpev_spice_connection connection{};
  connection.size = sizeof connection;
  if ((info.flags & SPICE_CHANNEL_EVENT_FLAG_ADDR_EXT) != 0) {
    connection.server = reinterpret_cast<const sockaddr*>(&info.laddr_ext);
    connection.client = reinterpret_cast<const sockaddr*>(&info.paddr_ext);
    connection.server_length = info.llen_ext;
    connection.client_length = info.plen_ext;
  }
  connection.connection_id = info.connection_id;
  connection.channel_type = static_cast<std::uint32_t>(info.type);
  connection.channel_id = static_cast<std::uint32_t>(info.id);
  connection.tls = (info.flags & SPICE_CHANNEL_EVENT_FLAG_TLS) != 0 ? 1 : 0;
  return connection;
}

}  // namespace

extern "C" {

int qmpev_spice_is_supported(void) {
  return 1;
}

int qmpev_spice_set_emitter(qmpev_emitter* emitter, const char* auth) {
  const std::size_t size = auth != nullptr ? ::strnlen(auth, kMaxAuthBytes + 1) : 0;
  if (size > kMaxAuthBytes)
    return qmpev::refused_argument("auth has more than " + std::to_string(kMaxAuthBytes) +
                                   " bytes: use \"none\", \"spice\" or \"sasl\"");
  qmpev_emitter* before = qmpev_emitter_ref(emitter);
  {
    const std::lock_guard lock(target.mutex);
    std::swap(target.emitter, before);
    target.auth.fill('\0');
    if (size != 0) std::copy_n(auth, size, target.auth.begin());
    target.is_auth_said = auth != nullptr;
  }
  qmpev_emitter_unref(before);
  return 0;
}

void qmpev_spice_channel_event(int event, SpiceChannelEventInfo* info) {
  if (info == nullptr) return;
  const std::lock_guard lock(target.mutex);
  if (target.emitter == nullptr) return;
  qmpev_spice_connection connection = connection_of(*info);
  if (event == SPICE_CHANNEL_EVENT_CONNECTED) qmpev_hook_spice_connected(target.emitter, &connection);
  if (event == SPICE_CHANNEL_EVENT_DISCONNECTED) qmpev_hook_spice_disconnected(target.emitter, &connection);
  if (event != SPICE_CHANNEL_EVENT_INITIALIZED) return;
  if (target.is_auth_said) connection.auth = target.auth.data();
  qmpev_hook_spice_initialized(target.emitter, &connection);
}

}  // extern "C"
