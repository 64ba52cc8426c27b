// SPDX-License-Identifier: MIT
// What guards a listener: what its configuration says, and where it says nothing what its kind of address
// asks for. A UNIX socket has a mode or a check of its peer; a TCP port is open to every program of the
// machine, a browser included. Reentrant.
#pragma once

#include <cstdint>
#include <string>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

#include "monitor/monitor_traits.hpp"

namespace qmpev {

ListenerRole role_of(const ListenerConfig& config) noexcept;
/// Milliseconds a client has to negotiate; 0: for ever.
std::uint32_t negotiation_timeout_ms_of(const ListenerConfig& config) noexcept;

/// Of a monitor of that configuration whose clients come to `name`.
MonitorTraits traits_of(const ListenerConfig& config, std::string name);

/// Refuses a form or a role that is none: one that was not named, or a number from somewhere. `name` is for
/// the sentence. Fails with invalid_argument.
Result<void> check_monitor(const std::string& name, WireForm form, ListenerRole role);
Result<void> check_monitor(const ListenerConfig& config);

/// Fails with invalid_argument and a sentence: no seat at all, a limit out of range, or an address that other
/// machines reach, unless the configuration says that this is meant.
Result<void> check_guards(const ListenerConfig& config);

/// Refuses an address beyond loopback that is not `meant`; `instead` is what else there is, for the sentence.
/// An address that cannot be read is not this function's business.
Result<void> check_reach(const TcpAddress& address, bool meant, const std::string& instead = {});

}  // namespace qmpev
