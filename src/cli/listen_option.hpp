// SPDX-License-Identifier: MIT
// The value of --listen: `unix:PATH|tcp:HOST:PORT[,wire=document|qemu][,role=full|events][,slow=keep|close]`.
// Over TCP the role is events unless it says full. Main thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <qmpev/protocol.hpp>
#include <qmpev/result.hpp>
#include <qmpev/server.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev {

struct ListenOption {
  std::string path;
  WireForm form = WireForm::document;
  ListenerRole role = ListenerRole::full;
  OnLoss on_loss = OnLoss::stay;
  std::optional<TcpAddress> tcp{};  ///< instead of a path
};

/// What --listen takes, for sentences.
inline constexpr const char* kListenForm =
    "unix:PATH|tcp:HOST:PORT[,wire=document|qemu][,role=full|events][,slow=keep|close]";

Result<ListenOption> parse_listen_option(std::string_view text);

/// The path, or "tcp:127.0.0.1:4444": as QmpClient::connect takes it.
std::string place_of(const ListenOption& option);

/// `document` or `qemu`.
std::string_view form_word(WireForm form) noexcept;
/// `full` or `events`.
std::string_view role_word(ListenerRole role) noexcept;
/// The form of that word. Fails with invalid_argument.
Result<WireForm> parse_form(std::string_view word);

}  // namespace qmpev
