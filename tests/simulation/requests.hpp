// SPDX-License-Identifier: MIT
// What the clients ask for, and the embedder's commands that answer it: at once and with events before the
// reply, later or never, with another round of the loop inside, with a filter whose place is known. Single
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <qmpev/server.hpp>

#include "simulation/chain.hpp"
#include "simulation/dice.hpp"

namespace qmpev::simulation {

/// A call that was begun.
struct Begun {
  Call call;
  std::uint64_t client;
  std::uint64_t request;
  std::shared_ptr<bool> answered = std::make_shared<bool>(false);
};
/// Those that are not answered yet.
using Calls = std::vector<Begun>;

/// Who makes events for commands that cause some.
class EventSupply {
 public:
  virtual Plan next_plan() = 0;

 protected:
  ~EventSupply() = default;
};

/// Registers them with the chain. All references are borrowed.
void add_commands(Chain& chain, Dice& dice, EventSupply& supply, Calls& calls);
/// Any command that `client` may send now.
std::string request_of(Client& client, Dice& dice);
/// Asks to be told of losses.
std::string notice_of(Client& client);
std::string negotiation_of(Client& client, Dice& dice);
/// What is nearly a request, or nothing of the kind.
std::string garbage_of(Dice& dice);

/// Takes one of them, to be answered; none when there is none, or it goes unanswered.
std::optional<Begun> take_one(Calls& calls, Dice& dice);
/// Answers it, perhaps twice.
void answer(Begun begun, Dice& dice);

}  // namespace qmpev::simulation
