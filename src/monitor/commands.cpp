// SPDX-License-Identifier: MIT
#include "monitor/commands.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "monitor/json_node.hpp"
#include "wire/reply.hpp"

namespace qmpev {
namespace {

/// For names that are ours: that one of them is taken is a bug.
void add(Dispatcher& dispatcher, const char* name, Dispatcher::Handler handler,
         Effect effect = Effect::none) {
  const Result<void> added = dispatcher.add(name, {}, std::move(handler), effect);
  QMPEV_ASSERT(added);
}

CommandResult to_result(const Answer& answer) {
  if (answer.is_error()) return CommandError{answer.error_class(), answer.description()};
  return answer.node() ? from_json_node(answer.node()) : Value::object();
}

void add_transition(Dispatcher& dispatcher, const char* name, std::function<Answer()> change,
                    Effect effect = Effect::none) {
  if (!change) return;
  add(
      dispatcher, name, [change = std::move(change)](const Value&) { return to_result(change()); }, effect);
}

CommandResult list_commands(const Dispatcher& dispatcher) {
  Value list = Value::array();
  for (const std::string& name : dispatcher.names()) list.append(Value::object({{"name", name}}));
  return list;
}

void add_run_state(Dispatcher& dispatcher, RunControl run_state) {
  if (run_state.status) {
    add(dispatcher, "query-status", [status = std::move(run_state.status)](const Value&) -> CommandResult {
      const RunStatus now = status();
      return Value::object({{"status", now.status}, {"running", now.running}});
    });
  }
  add_transition(dispatcher, "stop", std::move(run_state.stop));
  add_transition(dispatcher, "cont", std::move(run_state.cont));
  add_transition(dispatcher, "system_reset", std::move(run_state.reset));
  add_transition(dispatcher, "system_powerdown", std::move(run_state.powerdown));
  add_transition(dispatcher, "quit", std::move(run_state.quit), Effect::input_over);
}

}  // namespace

void add_server_commands(Dispatcher& dispatcher, const ServerIdentity& identity, RunControl run_state) {
  add(dispatcher, "query-version",
      [version = version_value(identity.version)](const Value&) -> CommandResult { return version; });
  add(dispatcher, "query-commands",
      [&dispatcher](const Value&) -> CommandResult { return list_commands(dispatcher); });
  add(dispatcher, "query-name", [name = identity.name](const Value&) -> CommandResult {
    return name.empty() ? Value::object() : Value::object({{"name", name}});
  });
  add_run_state(dispatcher, std::move(run_state));
}

Result<void> add_embedder_command(Dispatcher& dispatcher, Command command) {
  Dispatcher::Handler handler;  // stays empty when the embedder's is, so that adding it is refused
  if (command.handler) {
    handler = [run = std::move(command.handler)](const Value& arguments) -> CommandResult {
      if (too_wide_for_json_node(arguments)) {
        return CommandError{ErrorClass::generic_error, "an object in the arguments has more than " +
                                                           std::to_string(kMaxNodeMembers) + " members"};
      }
      const std::unique_ptr<JsonNode, void (*)(JsonNode*)> node(to_json_node(arguments), json_node_unref);
      return to_result(run(json_node_get_object(node.get())));
    };
  }
  return dispatcher.add(std::move(command.name), std::move(command.arguments), std::move(handler));
}

}  // namespace qmpev
