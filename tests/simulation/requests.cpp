// SPDX-License-Identifier: MIT
#include "simulation/requests.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "monitor/event_filter.hpp"
#include "parity/near_json.hpp"

namespace qmpev::simulation {
namespace {

/// A handler that runs the loop is run inside another so often at most.
constexpr int kMaxDepth = 3;

std::vector<Argument> arguments() {
  return {{"client", Argument::Type::integer}, {"request", Argument::Type::integer}};
}

const QapiType& filter_arguments() {
  static constexpr QapiType names{.meta = QapiMeta::array, .name = "names", .element = &qapi::string};
  static constexpr std::array members = {QapiMember{"client", &qapi::integer},
                                         QapiMember{"request", &qapi::integer},
                                         QapiMember{"events", &names, true}};
  static constexpr QapiType type{.meta = QapiMeta::object, .name = "filter", .members = members};
  return type;
}

Chain::Placing placing_of(const Value& arguments) {
  return {arguments.find("client")->as_uint64(), arguments.find("request")->as_uint64()};
}

Wanted wanted_of(Chain& chain, const Value& arguments) {
  const Client* const client = chain.find(arguments.find("client")->as_uint64());
  const bool own = client != nullptr && client->unasked()[kOwn];
  const EventSet all =
      wanted_events(arguments, chain.dispatcher.events().all(), own ? EventSet().set() : schema_events());
  Wanted wanted{};
  for (std::size_t i = 0; i < kKinds.size(); ++i) wanted[i] = all[static_cast<std::size_t>(kKinds[i])];
  return wanted;
}

void add(Chain& chain, const char* name, Dispatcher::Entry entry) {
  const Result<void> added = chain.dispatcher.add(name, std::move(entry));
  QMPEV_ASSERT(added);
}

}  // namespace

void add_commands(Chain& chain, Dice& dice, EventSupply& supply, Calls& calls) {
  const auto causes = [&chain, &dice, &supply] {
    for (auto count = dice.below(4); count > 0; --count) chain.emit(supply.next_plan());
    if (chain.ends_inside) chain.end();
  };
  const auto echo = [&chain, causes](const Value& arguments) -> CommandResult {
    causes();
    chain.place_next(placing_of(arguments));
    return Value::object({{"request", *arguments.find("request")}});
  };
  add(chain, "sim-echo", {.arguments = arguments(), .handler = echo});
  add(chain, "sim-quick", {.arguments = arguments(), .handler = echo, .allow_oob = true});
  add(chain, "sim-fail",
      {.arguments = arguments(), .handler = [&chain, causes](const Value& arguments) -> CommandResult {
         causes();
         chain.place_next(placing_of(arguments));
         return CommandError{ErrorClass::generic_error, "as it was asked to"};
       }});
  add(chain, "sim-nested",
      {.arguments = arguments(), .handler = [&chain, &dice, causes](const Value& arguments) -> CommandResult {
         causes();
         if (chain.depth < kMaxDepth) chain.dispatch(1 + dice.below(4));
         if (dice.one_in(8)) chain.flush();
         causes();
         chain.place_next(placing_of(arguments));
         return Value::object();
       }});
  const auto begin = [&dice, &calls](const Value& arguments, Call call) {
    const Chain::Placing placing = placing_of(arguments);
    Begun begun{std::move(call), placing.client, placing.request};
    *begun.answered = dice.one_in(5);
    if (*begun.answered) begun.call.answer(Answer::empty());
    if (!dice.one_in(10)) calls.push_back(std::move(begun));
  };
  add(chain, "sim-late", {.arguments = arguments(), .later = begin});
  add(chain, "sim-notice",
      {.arguments = arguments(),
       .handler = [&chain, causes](const Value& arguments) -> CommandResult {
         causes();
         Chain::Placing placing = placing_of(arguments);
         placing.notice = true;
         chain.place_next(placing);
         return Value::object();
       },
       .effect = Effect::noticed});
  add(chain, "sim-filter",
      {.arguments = filter_arguments(),
       .handler = [&chain, causes](const Value& arguments) -> CommandResult {
         causes();
         if (check_filter(arguments, chain.dispatcher.events().all()))
           return CommandError{ErrorClass::generic_error, "no such events"};
         Chain::Placing placing = placing_of(arguments);
         placing.wanted = wanted_of(chain, arguments);
         chain.place_next(placing);
         return Value::object();
       },
       .effect = Effect::filtered});
}

std::string notice_of(Client& client) {
  const std::string id = std::to_string(client.next_request());
  return R"({"execute":"sim-notice","id":)" + id + R"(,"arguments":{"client":)" +
         std::to_string(client.number()) + ",\"request\":" + id + "}}";
}

std::string negotiation_of(Client& client, Dice& dice) {
  const std::string id = std::to_string(client.next_request());
  const char* const enable = dice.one_in(4) ? R"("arguments":{"enable":["oob"]},)" : "";
  return R"({"execute":"qmp_capabilities",)" + std::string(enable) + "\"id\":" + id + "}";
}

std::string request_of(Client& client, Dice& dice) {
  constexpr std::array<std::string_view, 10> kSimulated = {
      "sim-echo",  "sim-echo", "sim-echo",   "sim-late",   "sim-late",
      "sim-quick", "sim-fail", "sim-nested", "sim-filter", "sim-filter"};
  constexpr std::array<std::string_view, 5> kServers = {"query-version", "query-commands", "query-events",
                                                        "query-name", "x-qmpev-statistics"};
  const std::string id = std::to_string(client.next_request());
  const auto said = [&id](std::string_view word, std::string_view command, const std::string& arguments) {
    return "{\"" + std::string(word) + "\":\"" + std::string(command) + "\",\"id\":" + id + arguments + "}";
  };
  if (dice.one_in(40)) return notice_of(client);
  if (dice.one_in(60)) return said("execute", "x-qmpev-subscribe", "");
  if (dice.one_in(80)) {
    const std::string_view epoch = dice.one_in(8) ? "no such" : kEpoch;
    const std::uint64_t all = client.numbers() + 2;
    const std::uint64_t from =
        dice.one_in(2) ? dice.below(all) : std::min(client.edge_of_page() + dice.below(6), all);
    return said(
        "execute", "x-qmpev-resume",
        R"(,"arguments":{"epoch":")" + std::string(epoch) + R"(","from":)" + std::to_string(from) + "}");
  }
  if (dice.one_in(12)) return said("execute", kServers[dice.below(kServers.size())], "");
  std::string_view command = kSimulated[dice.below(kSimulated.size())];
  if (command == "sim-filter" && client.follower() != nullptr) command = "sim-echo";
  std::string filter;
  if (command == "sim-filter" && !dice.one_in(3)) {
    for (const std::string_view name : kNames) {
      if (dice.one_in(2)) filter += (filter.empty() ? "\"" : ",\"") + std::string(name) + "\"";
    }
    if (dice.one_in(6)) filter = "\"QUORUM_*\"";
    filter = ",\"events\":[" + filter + "]";
  }
  const bool quick = command == "sim-quick" && dice.one_in(2);
  return said(
      quick ? "exec-oob" : "execute", command,
      ",\"arguments\":{\"client\":" + std::to_string(client.number()) + ",\"request\":" + id + filter + "}");
}

std::string garbage_of(Dice& dice) {
  test::Random random(dice.next());
  return test::NearJson(random).message();
}

std::optional<Begun> take_one(Calls& calls, Dice& dice) {
  if (calls.empty()) return std::nullopt;
  const auto chosen = calls.begin() + static_cast<std::ptrdiff_t>(dice.below(calls.size()));
  Begun begun = *chosen;
  if (!dice.one_in(6)) calls.erase(chosen);  // else perhaps once more
  if (dice.one_in(6)) return std::nullopt;   // never
  return begun;
}

void answer(Begun begun, Dice& dice) {
  *begun.answered = true;
  if (dice.one_in(4)) return begun.call.answer(Answer::error(ErrorClass::generic_error, "after all"));
  begun.call.answer(Answer::empty());
  if (dice.one_in(6)) begun.call.answer(Answer::empty());
}

}  // namespace qmpev::simulation
