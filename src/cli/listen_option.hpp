// SPDX-License-Identifier: MIT
// The value of --listen: a place, and settings behind commas. Over TCP the role is events unless it is
// written out. Main thread.
#pragma once

#include <string>
#include <string_view>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

#include "cli/listen_setting.hpp"

namespace qmpev {

/// What --listen takes, for sentences.
inline constexpr const char* kListenForm =
    "unix:PATH|tcp:HOST:PORT|fd:NAME[,wire=document|qemu][,role=full|events][,slow=keep|close][,SETTING]...";

struct ListenOption : ListenerConfig {
  std::string
      passed_name{};  ///< of `fd:NAME`: its place and role are what find_passed() finds; otherwise empty
  int fd = -1;        ///< which it then adopts
};

/// The form is the document's and the role set, whatever the settings, but for that of a passed socket.
Result<ListenOption> parse_listen_option(std::string_view text);

/// The path, or "tcp:127.0.0.1:4444": as QmpClient::connect takes it. The name, of an abstract one.
std::string place_of(const ListenerConfig& listener);

}  // namespace qmpev
