// SPDX-License-Identifier: MIT
// A listening UNIX socket in the abstract namespace of Linux: it has no file, so it has no mode either, and
// whoever listens asks its clients who they are (see PeerCheck). It goes with its descriptor. Any thread.
#pragma once

#include <string>

#include <qmpev/result.hpp>

#include "base/unique_fd.hpp"

namespace qmpev {

/// `tight`: the address is as long as the name; otherwise it is filled up with NULs, as some clients have it.
/// Fails with invalid_argument, address_in_use or system.
Result<UniqueFd> listen_on_abstract_name(const std::string& name, bool tight);

}  // namespace qmpev
