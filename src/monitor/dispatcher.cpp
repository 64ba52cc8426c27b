// SPDX-License-Identifier: MIT
#include "monitor/dispatcher.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "monitor/negotiation.hpp"
#include "wire/arguments.hpp"
#include "wire/reply.hpp"
#include "wire/request.hpp"

namespace qmpev {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// QAPI's rule: letters, digits, '-' and '_', beginning with a letter; before that `__RFQDN_` for downstream
/// names, where '.' may occur.
bool is_command_name(std::string_view name) {
  if (name.size() > kMaxCommandNameBytes) return false;
  if (name.substr(0, 2) == "__") {
    const std::size_t end = name.find('_', 2);
    if (end == std::string_view::npos || end == 2) return false;
    const std::string_view domain = name.substr(2, end - 2);
    if (!std::all_of(domain.begin(), domain.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; })) {
      return false;
    }
    name.remove_prefix(end + 1);
  }
  if (name.empty() || !is_letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

Error invalid(const std::string& name, const char* why) {
  return {ErrorCode::invalid_argument, "the command '" + name + "' cannot be added: " + why};
}

CommandError not_found(std::string description) {
  return {ErrorClass::command_not_found, std::move(description)};
}

}  // namespace

Dispatcher::Dispatcher(const Version& version) : greeting_(greeting_line(version)) {
  // Only so that it is listed and its name taken: run() sees to it, since it depends on the session.
  commands_.emplace(kNegotiationCommand, Command{{}, {}, Effect::negotiated});
}

Result<void> Dispatcher::add(std::string name, std::vector<Argument> arguments, Handler handler,
                             Effect effect) {
  if (!is_command_name(name)) {
    return invalid(name, "a QMP name has letters, digits, '-' and '_', and begins with a letter");
  }
  if (!handler) return invalid(name, "it has no handler");
  std::set<std::string_view> seen;
  for (const Argument& argument : arguments) {
    if (argument.name.empty()) return invalid(name, "an argument has no name");
    if (!seen.insert(argument.name).second) return invalid(name, "an argument is named twice");
  }
  if (commands_.find(name) != commands_.end()) return invalid(name, "the name is taken");
  commands_.emplace(std::move(name), Command{std::move(arguments), std::move(handler), effect});
  return {};
}

Dispatcher::Reply Dispatcher::answer(Reader::Item item, bool negotiated) const {
  if (!item.value) return {error_line(ErrorClass::generic_error, item.error, std::nullopt)};
  std::variant<Request, Refusal> parsed = parse_request(std::move(*item.value));
  if (const Refusal* refusal = std::get_if<Refusal>(&parsed)) {
    return {error_line(refusal->error_class, refusal->description, refusal->id)};
  }
  const Request& request = std::get<Request>(parsed);
  Effect effect = Effect::none;
  CommandResult result = run(request.command, request.arguments, negotiated, effect);
  if (const CommandError* error = std::get_if<CommandError>(&result)) {
    return {error_line(error->error_class, error->description, request.id)};
  }
  return {success_line(std::move(std::get<Value>(result)), request.id), effect};
}

CommandResult Dispatcher::run(const std::string& name, const Value& arguments, bool negotiated,
                              Effect& effect) const {
  if (name == kNegotiationCommand) {
    effect = Effect::negotiated;
    return negotiate(arguments, negotiated);
  }
  if (!negotiated) {
    return not_found("Expecting capabilities negotiation with 'qmp_capabilities'");
  }
  const auto found = commands_.find(name);
  if (found == commands_.end()) return not_found("The command " + name + " has not been found");
  const Command& command = found->second;
  if (std::optional<std::string> mistake = check_arguments(command.arguments, arguments)) {
    return CommandError{ErrorClass::generic_error, std::move(*mistake)};
  }
  // Commands are never removed, and adding one leaves the others where they are: the handler may add some.
  effect = command.effect;
  return command.handler(arguments);
}

std::vector<std::string> Dispatcher::names() const {
  std::vector<std::string> names;
  for (const auto& command : commands_) names.push_back(command.first);
  return names;
}

}  // namespace qmpev
