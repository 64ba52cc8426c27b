// SPDX-License-Identifier: MIT
// Which sockets that were passed the --listen options mean, and what these are. Main thread.
#pragma once

#include <vector>

#include <qmpev/result.hpp>

#include "cli/listen_option.hpp"
#include "cli/passed_sockets.hpp"

namespace qmpev {

/// The options with every `fd:NAME` replaced by one for each socket of that name, in their order: its
/// descriptor, its address for sentences, and its role, which is events over TCP unless it was written out.
/// Fails as PassedSockets::take and expect_none_left do, and with invalid_argument when one does not listen,
/// or is not of UNIX streams or TCP.
Result<std::vector<ListenOption>> find_passed(const std::vector<ListenOption>& options,
                                              PassedSockets& sockets);

/// The same with the sockets that PassedSockets::take_from_environment finds, and as that once and first of
/// all.
Result<std::vector<ListenOption>> find_passed(const std::vector<ListenOption>& options);

}  // namespace qmpev
