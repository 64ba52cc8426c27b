// SPDX-License-Identifier: MIT
// The commands every server has, and the bridge to those of the embedder. Loop thread.
#pragma once

#include <functional>
#include <string>

#include <qmpev/protocol.hpp>
#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

#include "monitor/dispatcher.hpp"
#include "monitor/event_log.hpp"

namespace qmpev {

/// What the commands of a server speak of.
struct ServerIdentity {
  std::string name;  ///< query-name; empty: none
  Version version;   ///< as the greeting has it
};

/// Registers query-version, query-commands, query-qmp-schema, query-events, query-name, x-qmpev-filter
/// and x-qmpev-gap-notice, and of query-status, stop, cont, system_reset, system_powerdown and quit those
/// whose function `run_state` has. `dispatcher` is borrowed for as long as it runs commands.
void add_server_commands(Dispatcher& dispatcher, const ServerIdentity& identity, RunControl run_state);

/// Registers x-qmpev-statistics, for listeners of the full role: it tells of other clients. `statistics` is
/// asked at each call.
void add_statistics_command(Dispatcher& dispatcher, std::function<Statistics()> statistics);

/// Registers x-qmpev-subscribe and x-qmpev-resume. Borrows `log`; `epoch` names this life of the server.
void add_resume_commands(Dispatcher& dispatcher, const EventLog& log, std::string epoch);

/// How many members an object in the arguments of an embedder's command may have (Limits::node_members), and
/// who is told of one that had more.
struct WidthLimit {
  std::size_t max_members = kMaxNodeMembers;
  std::function<void()> exceeded{};
};

/// Registers a command of the embedder. Fails as Dispatcher::add does.
Result<void> add_embedder_command(Dispatcher& dispatcher, Command command, WidthLimit width = {});

}  // namespace qmpev
