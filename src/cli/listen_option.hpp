// SPDX-License-Identifier: MIT
// The value of --listen: `unix:PATH[,wire=document|qemu][,role=full|events][,slow=keep|close]`. Main thread.
#pragma once

#include <string>
#include <string_view>

#include <qmpev/protocol.hpp>
#include <qmpev/result.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev {

struct ListenOption {
  std::string path;
  WireForm form = WireForm::document;
  ListenerRole role = ListenerRole::full;
  OnLoss on_loss = OnLoss::stay;
};

/// What --listen takes, for sentences.
inline constexpr const char* kListenForm =
    "unix:PATH[,wire=document|qemu][,role=full|events][,slow=keep|close]";

Result<ListenOption> parse_listen_option(std::string_view text);

/// A path a socket can have: not empty, not too long.
Result<void> check_socket_path(std::string_view path);

/// `document` or `qemu`.
std::string_view form_word(WireForm form) noexcept;
/// `full` or `events`.
std::string_view role_word(ListenerRole role) noexcept;
/// The form of that word. Fails with invalid_argument.
Result<WireForm> parse_form(std::string_view word);

}  // namespace qmpev
