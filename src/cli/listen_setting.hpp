// SPDX-License-Identifier: MIT
// One `KEY=VALUE` behind the place of --listen. Main thread.
#pragma once

#include <string_view>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

namespace qmpev {

/// Puts it into `config`. Fails with invalid_argument and what there is.
Result<void> take_listen_setting(std::string_view setting, ListenerConfig& config);

/// `document` or `qemu`.
std::string_view form_word(WireForm form) noexcept;
/// `full` or `events`.
std::string_view role_word(ListenerRole role) noexcept;
/// The form of that word. Fails with invalid_argument.
Result<WireForm> parse_form(std::string_view word);

}  // namespace qmpev
