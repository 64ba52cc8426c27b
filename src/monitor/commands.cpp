// SPDX-License-Identifier: MIT
#include "monitor/commands.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "monitor/event_filter.hpp"
#include "monitor/introspection.hpp"
#include "monitor/json_node.hpp"
#include "monitor/loss_notice.hpp"
#include "monitor/resume_command.hpp"
#include "monitor/statistics_command.hpp"
#include "wire/reply.hpp"

namespace qmpev {
namespace {

/// For names that are ours: that one of them is taken is a bug.
void add(Dispatcher& dispatcher, std::string_view name, Dispatcher::Entry entry) {
  const Result<void> added = dispatcher.add(std::string(name), std::move(entry));
  QMPEV_ASSERT(added);
}

/// A command that only asks: for listeners of every role.
void add_query(Dispatcher& dispatcher, const char* name, Dispatcher::Handler handler) {
  add(dispatcher, name, {.handler = std::move(handler), .events_only = true});
}

void add_query(Dispatcher& dispatcher, const char* name, Dispatcher::AskerHandler handler) {
  add(dispatcher, name, {.handler_for = std::move(handler), .events_only = true});
}

Dispatcher::Entry transition(std::function<Answer()> change) {
  return {.handler = [change = std::move(change)](const Value&) { return to_result(change()); }};
}

void add_transition(Dispatcher& dispatcher, const char* name, std::function<Answer()> change) {
  if (change) add(dispatcher, name, transition(std::move(change)));
}

void add_quit(Dispatcher& dispatcher, std::function<Answer()> quit) {
  if (!quit) return;
  Dispatcher::Entry entry = transition(std::move(quit));
  entry.effect = Effect::input_over;
  add(dispatcher, "quit", std::move(entry));
}

CommandResult list_commands(const Dispatcher& dispatcher, const Asker& asker) {
  Value list = Value::array();
  for (const QapiCommand& command : dispatcher.commands(asker))
    list.append(Value::object({{"name", command.name}}));
  return list;
}

void add_introspection(Dispatcher& dispatcher) {
  add_query(dispatcher, "query-commands",
            [&dispatcher](const Value&, const Asker& asker) { return list_commands(dispatcher, asker); });
  add_query(dispatcher, "query-qmp-schema", [&dispatcher](const Value&, const Asker& asker) -> CommandResult {
    return describe_interface(dispatcher.commands(asker), dispatcher.events(asker), asker.form);
  });
  // QEMU has had no such command for years: there clients ask for the schema.
  add(dispatcher, "query-events",
      {.handler_for = [&dispatcher](const Value&, const Asker& asker) -> CommandResult {
         return list_events(dispatcher.events(asker));
       },
       .events_only = true,
       .only_form = WireForm::document});
}

void add_filter(Dispatcher& dispatcher) {
  const auto filter = [&dispatcher](const Value& arguments, const Asker& asker) -> CommandResult {
    if (auto mistake = check_filter(arguments, dispatcher.events(asker))) {
      return CommandError{ErrorClass::generic_error, std::move(*mistake)};
    }
    return Value::object();
  };
  add(dispatcher, kFilterCommand, {.handler_for = filter, .effect = Effect::filtered, .events_only = true});
}

void add_gap_notice(Dispatcher& dispatcher) {
  add(dispatcher, kGapNoticeCommand,
      {.handler = [](const Value&) -> CommandResult { return Value::object(); },
       .effect = Effect::noticed,
       .events_only = true});
}

void add_run_state(Dispatcher& dispatcher, RunControl run_state) {
  if (run_state.status) {
    add_query(dispatcher, "query-status",
              [status = std::move(run_state.status)](const Value&) -> CommandResult {
                const RunStatus now = status();
                return Value::object({{"status", now.status}, {"running", now.running}});
              });
  }
  add_transition(dispatcher, "stop", std::move(run_state.stop));
  add_transition(dispatcher, "cont", std::move(run_state.cont));
  add_transition(dispatcher, "system_reset", std::move(run_state.reset));
  add_transition(dispatcher, "system_powerdown", std::move(run_state.powerdown));
  add_quit(dispatcher, std::move(run_state.quit));
  dispatcher.set_preconfig(std::move(run_state.preconfig));
}

std::optional<CommandError> too_wide(const Value& arguments, const WidthLimit& width) {
  if (!too_wide_for_json_node(arguments, width.max_members)) return std::nullopt;
  if (width.exceeded) width.exceeded();
  return CommandError{ErrorClass::generic_error, "an object in the arguments has more than " +
                                                     std::to_string(width.max_members) + " members"};
}

std::unique_ptr<JsonNode, void (*)(JsonNode*)> to_node(const Value& arguments) {
  return {to_json_node(arguments), json_node_unref};
}

/// As QEMU takes them: -1 is the largest.
std::uint64_t unsigned_of(const Value& number) {
  if (number.kind() == Value::Kind::uint64) return number.as_uint64();
  return static_cast<std::uint64_t>(number.as_int64());
}

}  // namespace

void add_server_commands(Dispatcher& dispatcher, const ServerIdentity& identity, RunControl run_state) {
  add_query(dispatcher, "query-version",
            [version = version_value(identity.version)](const Value&) -> CommandResult { return version; });
  add_introspection(dispatcher);
  add_filter(dispatcher);
  add_gap_notice(dispatcher);
  add_query(dispatcher, "query-name", [name = identity.name](const Value&) -> CommandResult {
    return name.empty() ? Value::object() : Value::object({{"name", name}});
  });
  add_run_state(dispatcher, std::move(run_state));
}

void add_statistics_command(Dispatcher& dispatcher, std::function<Statistics()> statistics) {
  add(dispatcher, kStatisticsCommand,
      {.handler_for = [statistics = std::move(statistics)](const Value& arguments,
                                                           const Asker& asker) -> CommandResult {
        const Value* from = arguments.find("from");
        return describe_statistics(statistics(), from != nullptr ? unsigned_of(*from) : 0, asker.peer);
      }});
}

void add_resume_commands(Dispatcher& dispatcher, const EventLog& log, std::string epoch) {
  const auto history = std::make_shared<const History>(History{log, std::move(epoch)});
  add(dispatcher, kSubscribeCommand,
      {.in_place = [history](const Value&, const Asker&,
                             const std::optional<Value>& id) { return subscription_line(*history, id); },
       .effect = Effect::subscribed,
       .events_only = true});
  add(dispatcher, kResumeCommand,
      {.in_place =
           [history](const Value& arguments, const Asker& asker, const std::optional<Value>& id) {
             return page_line(*history,
                              {arguments.find("epoch")->as_string(), unsigned_of(*arguments.find("from")),
                               asker.form, asker.wanted},
                              id);
           },
       .events_only = true});
}

Result<void> add_embedder_command(Dispatcher& dispatcher, Command command, WidthLimit width) {
  // What the embedder left empty stays empty, so that adding it is refused where it has to be.
  Dispatcher::Entry entry{.arguments = std::move(command.arguments),
                          .events_only = command.events_only,
                          .allow_oob = command.allow_oob,
                          .allow_preconfig = command.allow_preconfig};
  if (command.handler) {
    entry.handler = [run = std::move(command.handler), width](const Value& arguments) -> CommandResult {
      if (auto error = too_wide(arguments, width)) return std::move(*error);
      return to_result(run(json_node_get_object(to_node(arguments).get())));
    };
  }
  if (command.later) {
    entry.later = [run = std::move(command.later), width](const Value& arguments, Call call) {
      if (const auto error = too_wide(arguments, width))
        return call.answer(Answer::error(error->error_class, error->description));
      run(json_node_get_object(to_node(arguments).get()), std::move(call));
    };
  }
  return dispatcher.add(std::move(command.name), std::move(entry));
}

}  // namespace qmpev
