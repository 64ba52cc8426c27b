// SPDX-License-Identifier: MIT
// What a server answers to x-qmpev-trigger, read without trusting it. hypervisor/trigger_command.hpp says
// what it should look like; every text here is safe on a terminal. Reentrant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <qmpev/result.hpp>

#include "cli/trigger_options.hpp"

namespace qmpev {

/// What came of a trigger.
struct TriggerReply {
  std::string cause;
  std::vector<std::string> delayed;  ///< events that wait for the end of a rate limit's window
};

/// One device of the list.
struct ListedDevice {
  struct Argument {
    std::string name;
    std::string doc;
    std::string standard;
    std::vector<std::string> words;
  };
  struct Action {
    std::string name;
    std::string doc;
    std::string actor;
    std::vector<Argument> arguments;
  };
  std::string name;
  std::string doc;
  std::string state;
  std::string example;
  std::vector<Action> actions;
};

/// The arguments of the command, as JSON; empty when there are none.
std::string trigger_arguments(const TriggerOptions& options);

/// Each takes the line of a reply. Fails with invalid_argument and the server's own sentence, with not_found
/// when the server does not know the command, with system when the reply is none.
Result<TriggerReply> read_trigger_reply(std::string_view line);
Result<std::vector<ListedDevice>> read_trigger_list(std::string_view line);

}  // namespace qmpev
