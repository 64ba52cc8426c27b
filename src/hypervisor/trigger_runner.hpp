// SPDX-License-Identifier: MIT
// Carries triggers out, each on the thread of its actor: the guest's, the viewers' own, or the loop's. The
// command x-qmpev-trigger and scenarios both go through here, so that a guest that stands still refuses both
// in the same words. Loop thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <qmpev/result.hpp>

#include "devices/machine.hpp"
#include "hypervisor/guest.hpp"
#include "hypervisor/trigger.hpp"

namespace qmpev {

/// Triggers that may be under way at once. More than the clients of a listener, each of which has one; fewer
/// than would let clients that come and go fill the guest's memory with work.
inline constexpr std::size_t kMaxRunningTriggers = 256;

/// "guest", "viewer", "host".
std::string_view actor_word(Actor actor);
/// Who acts, as people read it: "guest", "viewer", "host", or "monitor" for an action whose argument `from`
/// says so.
std::string_view actor_word(const Trigger& trigger);

class TriggerRunner {
 public:
  /// What was done, as TriggerAction::act says it, or why it was not.
  using Done = std::function<void(Result<std::string>)>;
  /// Runs a job on the loop thread soon, never inside the call. May be called from any thread.
  using PostToLoop = std::function<void(std::function<void()>)>;

  /// `machine` and `guest` are borrowed for the life of this object.
  TriggerRunner(const Machine& machine, Guest& guest, PostToLoop post_to_loop);
  /// As end().
  ~TriggerRunner();
  TriggerRunner(const TriggerRunner&) = delete;
  TriggerRunner& operator=(const TriggerRunner&) = delete;

  /// Has `trigger` act, and calls `done` once, on the loop thread, never from inside this call. The guest's
  /// actions follow each other in the order of the calls, and so do the viewers'. Refused with a sentence,
  /// through `done`: a guest's action while the machine stands still, also when it stops before the action's
  /// turn comes; anything behind the end of the machine, or while kMaxRunningTriggers are under way. An
  /// action whose argument `from` is "monitor" needs no guest: it runs on the loop thread. The table that
  /// `trigger` borrows outlives this object.
  void run(Trigger trigger, Done done);

  /// Lets what the viewers do finish, and calls the `done` of everything that has acted; the others are
  /// destroyed uncalled, as is what run() is given afterwards. The guest has ended before.
  void end();

 private:
  struct Desk;
  class UnderWay;
  void act_on_loop(const std::shared_ptr<UnderWay>& under_way);
  void act_as_guest(const std::shared_ptr<UnderWay>& under_way);

  std::shared_ptr<Desk> desk_;  ///< shared with what is under way
  const Machine& machine_;
  Guest& guest_;
  Guest viewers_;
};

}  // namespace qmpev
