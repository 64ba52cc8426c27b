// SPDX-License-Identifier: MIT
// What every thread leaves for the loop lies on one desk, which what is under way shares: so the end may come
// while a job is still in somebody's queue, and who waits for a job that is forgotten sees its Done go.
#include "hypervisor/trigger_runner.hpp"

#include <atomic>
#include <deque>
#include <utility>

#include "devices/run_state.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kFrom = "from";
constexpr std::string_view kMonitor = "monitor";

const TriggerArgument* from_argument(const TriggerAction& action) {
  for (const TriggerArgument& argument : action.arguments)
    if (argument.name == kFrom && argument.kind == TriggerArgument::Kind::word) return &argument;
  return nullptr;
}

bool comes_from_monitor(const Trigger& trigger) {
  return from_argument(*trigger.action) != nullptr && trigger.values.text(kFrom) == kMonitor;
}

Error has_ended() {
  return {ErrorCode::invalid_argument, "the machine has ended: start another"};
}

/// Why the guest cannot, and what to do about it: for who sends commands and for who sits at a terminal.
Error stands_still(const TriggerAction& action, const Machine& machine) {
  if (machine.ended()) return has_ended();
  const std::string_view state = machine.status().word;
  std::string sentence = "the guest stands still (" + std::string(state) + "): ";
  const bool needs_reset = state == word(RunState::shutdown) || state == word(RunState::internal_error);
  if (needs_reset) sentence += "reset it with `system_reset` or the trigger `machine reset`, then ";
  sentence += "resume it with `cont` or the trigger `machine cont`";
  if (from_argument(action) != nullptr) sentence += ", or add from=monitor";
  return {ErrorCode::invalid_argument, std::move(sentence)};
}

}  // namespace

std::string_view actor_word(Actor actor) {
  switch (actor) {
    case Actor::guest:
      return "guest";
    case Actor::viewer:
      return "viewer";
    case Actor::host:
      break;
  }
  return "host";
}

std::string_view actor_word(const Trigger& trigger) {
  return comes_from_monitor(trigger) ? kMonitor : actor_word(trigger.action->actor);
}

struct TriggerRunner::Desk : std::enable_shared_from_this<Desk> {
  using Job = std::function<void()>;
  explicit Desk(PostToLoop post) : post_to_loop(std::move(post)) {}

  /// Has the loop do a job. Any thread.
  void put(std::deque<Job> Desk::*list, Job job) {
    {
      const std::lock_guard lock(mutex);
      (this->*list).push_back(std::move(job));
    }
    post_to_loop([desk = weak_from_this()] {
      if (const auto there = desk.lock()) there->work();
    });
  }
  void work() {
    do_all(&Desk::acts);
    do_all(&Desk::dones);
  }
  void do_all(std::deque<Job> Desk::*list) {
    for (const Job& job : take(list)) job();
  }
  std::deque<Job> take(std::deque<Job> Desk::*list) {
    const std::lock_guard lock(mutex);
    return std::exchange(this->*list, {});
  }

  const PostToLoop post_to_loop;
  std::atomic<std::size_t> under_way{0};
  bool ended = false;  ///< loop thread
  std::mutex mutex;
  std::deque<Job> acts;   ///< guarded by mutex: what the host does
  std::deque<Job> dones;  ///< guarded by mutex
};

/// One trigger on its way through the threads.
class TriggerRunner::UnderWay : public std::enable_shared_from_this<UnderWay> {
 public:
  UnderWay(std::shared_ptr<Desk> desk, Trigger trigger, Done done)
      : desk_(std::move(desk)), trigger_(std::move(trigger)), done_(std::move(done)) {
    ++desk_->under_way;
  }
  ~UnderWay() { --desk_->under_way; }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

  const Trigger& trigger() const noexcept { return trigger_; }
  /// On the actor's thread. Nothing happens to a machine behind its SHUTDOWN, nor does a viewer find it.
  void act(const Machine& machine) {
    if (machine.ended()) return finish(has_ended());
    finish(trigger_.action->act(trigger_.values));
  }
  void finish(Result<std::string> result) {
    desk_->put(&Desk::dones,
               [self = shared_from_this(), result = std::move(result)] { self->done_(result); });
  }

 private:
  const std::shared_ptr<Desk> desk_;
  const Trigger trigger_;
  const Done done_;
};

TriggerRunner::TriggerRunner(const Machine& machine, Guest& guest, PostToLoop post_to_loop)
    : desk_(std::make_shared<Desk>(std::move(post_to_loop))),
      machine_(machine),
      guest_(guest),
      viewers_([] { return true; }) {}

TriggerRunner::~TriggerRunner() {
  end();
}

void TriggerRunner::run(Trigger trigger, Done done) {
  if (desk_->ended) return;
  const bool too_many = desk_->under_way >= kMaxRunningTriggers;
  const auto under_way = std::make_shared<UnderWay>(desk_, std::move(trigger), std::move(done));
  if (too_many) {
    return under_way->finish(
        Error{ErrorCode::invalid_argument,
              std::to_string(kMaxRunningTriggers) +
                  " triggers are under way already: wait until some of them have acted"});
  }
  if (comes_from_monitor(under_way->trigger())) return act_on_loop(under_way);
  switch (under_way->trigger().action->actor) {
    case Actor::guest:
      return act_as_guest(under_way);
    case Actor::viewer:
      return viewers_.post([under_way, &machine = machine_] { under_way->act(machine); });
    case Actor::host:
      return act_on_loop(under_way);
  }
}

void TriggerRunner::act_on_loop(const std::shared_ptr<UnderWay>& under_way) {
  desk_->put(&Desk::acts, [under_way, &machine = machine_] { under_way->act(machine); });
}

void TriggerRunner::act_as_guest(const std::shared_ptr<UnderWay>& under_way) {
  const auto refuse = [under_way, &machine = machine_] {
    under_way->finish(stands_still(*under_way->trigger().action, machine));
  };
  // At once, though the guest may be in the middle of something; and should it stop later, when that is seen.
  if (!machine_.status().running) return refuse();
  guest_.post([under_way, &machine = machine_] { under_way->act(machine); }, refuse);
}

void TriggerRunner::end() {
  desk_->ended = true;
  viewers_.end();
  desk_->take(&Desk::acts);
  desk_->do_all(&Desk::dones);
}

}  // namespace qmpev
