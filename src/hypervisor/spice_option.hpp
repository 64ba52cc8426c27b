// SPDX-License-Identifier: MIT
// The value of --spice: `none`, `port=N[,addr=A][,PASSWORD]` or `unix=PATH[,PASSWORD]`, where PASSWORD is
// `password=P` or `password-file=PATH`; `display=on` may follow. Main thread.
#pragma once

#include <string_view>

#include <qmpev/result.hpp>

#include "spice/spice_listener.hpp"

namespace qmpev {

struct SpiceOption {
  enum class Kind {
    synthetic,  ///< without --spice: viewers are triggered
    none,       ///< a machine without a SPICE server
    real,       ///< viewers connect to `listen`
  };
  Kind kind = Kind::synthetic;
  SpiceListenConfig listen{};
  /// Numbers a synthetic viewer's sessions; empty: at random.
  std::function<std::int32_t()> draw_connection_id{};
};

/// Reads the password file. Fails with invalid_argument or not_found and a sentence that says what to write.
Result<SpiceOption> parse_spice_option(std::string_view text);

}  // namespace qmpev
