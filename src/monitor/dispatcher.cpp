// SPDX-License-Identifier: MIT
#include "monitor/dispatcher.hpp"

#include <optional>
#include <set>
#include <utility>

#include "base/assert.hpp"
#include "monitor/event_filter.hpp"
#include "monitor/negotiation.hpp"
#include "wire/arguments.hpp"
#include "wire/qapi_name.hpp"
#include "wire/reply.hpp"
#include "wire/request.hpp"

namespace qmpev {
namespace {

Error invalid(const std::string& name, const char* why) {
  return {ErrorCode::invalid_argument, "the command '" + name + "' cannot be added: " + why};
}

}  // namespace

Dispatcher::Dispatcher(const Version& version, std::function<void()> wake)
    : greeting_(greeting_line(version)), calls_(std::make_shared<CallDesk>(std::move(wake))) {
  Entry entry;
  entry.handler_for = [](const Value&, const Asker& asker) { return negotiate(asker.negotiated); };
  entry.effect = Effect::negotiated;
  entry.events_only = true;
  const Result<void> added = add(std::string(kNegotiationCommand), std::move(entry));
  QMPEV_ASSERT(added);
}

Result<void> Dispatcher::add(std::string name, Entry entry) {
  if (!is_qapi_name(name)) {
    return invalid(name, "a QMP name has letters, digits, '-' and '_', and begins with a letter");
  }
  const QapiCommand* schema = find_qapi_command(name);
  if (schema != nullptr) {
    if (&entry.arguments.type() == &qapi::empty) entry.arguments = *schema->arguments;
    // What answers later was not asked to be quick: it stays in band, whatever QEMU's does.
    entry.allow_oob = entry.allow_oob || (schema->allow_oob && !entry.later);
    entry.allow_preconfig = entry.allow_preconfig || schema->allow_preconfig;
  }
  const int handlers = (entry.handler ? 1 : 0) + (entry.handler_for ? 1 : 0) + (entry.later ? 1 : 0) +
                       (entry.in_place ? 1 : 0);
  if (handlers == 0) return invalid(name, "it has no handler: give it one that answers at once or later");
  if (handlers > 1) return invalid(name, "it answers at once and later: give it one handler");
  if (entry.allow_oob && entry.later) {
    return invalid(name, "what is executed out of band is answered at once: give it such a handler");
  }
  std::set<std::string_view> seen;
  for (const QapiMember& argument : entry.arguments.type().members) {
    if (argument.name.empty()) return invalid(name, "an argument has no name");
    if (!seen.insert(argument.name).second) return invalid(name, "an argument is named twice");
  }
  if (commands_.find(name) != commands_.end()) return invalid(name, "the name is taken");
  commands_.emplace(std::move(name), Registered{std::move(entry), schema});
  return {};
}

Result<void> Dispatcher::add(std::string name, ArgumentShape arguments, Handler handler, Effect effect) {
  return add(std::move(name),
             Entry{.arguments = std::move(arguments), .handler = std::move(handler), .effect = effect});
}

Dispatcher::Reply Dispatcher::answer(Reader::Item item, const Asker& asker) const {
  if (!item.value) return {error_line(ErrorClass::generic_error, item.error, std::nullopt)};
  std::variant<Request, Refusal> parsed = parse_request(std::move(*item.value), asker.oob);
  if (const Refusal* refusal = std::get_if<Refusal>(&parsed)) {
    return {error_line(refusal->error_class, refusal->description, refusal->id)};
  }
  Request& request = std::get<Request>(parsed);
  const auto refuse = [&request](ErrorClass error_class, const std::string& description) -> Reply {
    return {error_line(error_class, description, request.id)};
  };
  if (!asker.negotiated && request.command != kNegotiationCommand) {
    return refuse(ErrorClass::command_not_found,
                  "Expecting capabilities negotiation with 'qmp_capabilities'");
  }
  const Entry* entry = find(request.command, asker);
  if (entry == nullptr) {
    return refuse(ErrorClass::command_not_found, why_not_found(request.command, asker));
  }
  if (request.out_of_band && !entry->allow_oob) {
    return refuse(ErrorClass::generic_error, "The command " + request.command + " does not support OOB");
  }
  if (!entry->allow_preconfig && preconfig_ && preconfig_()) {
    return refuse(
        ErrorClass::generic_error,
        "The command '" + request.command + "' is permitted only after machine initialization has completed");
  }
  return run(*entry, std::move(request), asker);
}

Dispatcher::Reply Dispatcher::run(const Entry& entry, Request request, const Asker& asker) const {
  if (const auto mistake = check_arguments(entry.arguments, request.arguments)) {
    return {error_line(ErrorClass::generic_error, *mistake, request.id)};
  }
  // Commands are never removed, and adding one leaves the others where they are: the handler may add some.
  if (entry.later) {
    const auto call = calls_->begin(std::move(request.command), std::move(request.id));
    entry.later(request.arguments, call->handle());
    return {{}, Effect::none, call};
  }
  if (entry.in_place) {
    Reply reply{.effect = entry.effect};
    reply.in_place = [&entry, request = std::move(request), asker] {
      return entry.in_place(request.arguments, asker, request.id);
    };
    return reply;
  }
  CommandResult result =
      entry.handler ? entry.handler(request.arguments) : entry.handler_for(request.arguments, asker);
  const bool succeeded = std::holds_alternative<Value>(result);
  if (!succeeded) return {reply_line(std::move(result), request.id)};
  const bool oob = entry.effect == Effect::negotiated && enables_oob(request.arguments);
  Reply reply{reply_line(std::move(result), request.id), entry.effect, {}, oob};
  const bool everything = asker.registered_events == RegisteredEvents::always;
  const EventSet unasked = everything ? EventSet().set() : schema_events();
  if (entry.effect == Effect::negotiated) reply.wanted = unasked;
  if (entry.effect == Effect::filtered) {
    reply.wanted = wanted_events(request.arguments, events(asker), unasked);
  }
  if (entry.effect == Effect::noticed) {
    const Value* enable = request.arguments.find("enable");
    reply.notice = enable == nullptr || enable->as_bool();
  }
  return reply;
}

std::span<const QapiEvent> Dispatcher::events(const Asker& asker) const noexcept {
  return asker.registered_events == RegisteredEvents::hidden ? events_.of_schema() : events_.all();
}

bool Dispatcher::Registered::is_for(const Asker& asker) const noexcept {
  if (entry.only_form && *entry.only_form != asker.form) return false;
  return entry.events_only || asker.role == ListenerRole::full;
}

const Dispatcher::Entry* Dispatcher::find(const std::string& name, const Asker& asker) const {
  const auto found = commands_.find(name);
  return found != commands_.end() && found->second.is_for(asker) ? &found->second.entry : nullptr;
}

std::string Dispatcher::why_not_found(const std::string& name, const Asker& asker) const {
  Asker other = asker;
  other.role = ListenerRole::full;
  if (find(name, other) == nullptr) return "The command " + name + " has not been found";
  return "The command " + name + " is not available on this monitor, which is for events only";
}

std::vector<QapiCommand> Dispatcher::commands(const Asker& asker) const {
  std::vector<QapiCommand> commands;
  for (const auto& [name, registered] : commands_) {
    if (!registered.is_for(asker)) continue;
    const QapiCommand* schema = registered.schema;
    commands.push_back({name, &registered.entry.arguments.type(), schema ? schema->returns : &qapi::any,
                        registered.entry.allow_oob, registered.entry.allow_preconfig,
                        schema ? schema->features : std::span<const std::string_view>{}});
  }
  return commands;
}

}  // namespace qmpev
