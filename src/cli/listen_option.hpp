// SPDX-License-Identifier: MIT
// The value of --listen: `unix:PATH[,wire=document|qemu]`. Main thread.
#pragma once

#include <string>
#include <string_view>

#include <qmpev/result.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev {

struct ListenOption {
  std::string path;
  WireForm form = WireForm::document;
};

Result<ListenOption> parse_listen_option(std::string_view text);

/// A path a socket can have: not empty, not too long.
Result<void> check_socket_path(std::string_view path);

/// `document` or `qemu`.
std::string_view form_word(WireForm form) noexcept;
/// The form of that word. Fails with invalid_argument.
Result<WireForm> parse_form(std::string_view word);

}  // namespace qmpev
