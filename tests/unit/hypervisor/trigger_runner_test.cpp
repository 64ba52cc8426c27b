// SPDX-License-Identifier: MIT
#include "hypervisor/trigger_runner.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

constexpr auto kBound = std::chrono::seconds(20);

/// The loop of a test: jobs that other threads leave, done when the test says so.
class FakeLoop {
 public:
  void post(std::function<void()> job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    changed_.notify_all();
  }
  /// Does one job; false when none came within the bound.
  bool turn() {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait_for(lock, kBound, [this] { return !jobs_.empty(); })) return false;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
};

/// Holds the thread of a job until it is let go.
class Gate {
 public:
  Guest::Job job() {
    return [this] {
      reached_.set_value();
      open_.get_future().wait_for(3 * kBound);  // longer than anybody waits for what is behind it
    };
  }
  void wait_until_reached() { REQUIRE(reached_.get_future().wait_for(kBound) == std::future_status::ready); }
  void open() { open_.set_value(); }

 private:
  std::promise<void> reached_, open_;
};

struct Bench {
  Bench() : machine(recorder.emitter, {}, {}), guest([this] { return machine.status().running; }) {
    const auto act = [this](const TriggerValues&) -> Result<std::string> {
      acted_on = std::this_thread::get_id();
      ++acts;
      return std::string("did it");
    };
    const TriggerArgument from{.name = "from",
                               .kind = TriggerArgument::Kind::word,
                               .standard = "guest",
                               .words = {"guest", "monitor"}};
    TriggerDevice device{.name = "device"};
    device.actions = {
        {.name = "write", .arguments = {from}, .act = act},
        {.name = "plain", .act = act},
        {.name = "connect", .actor = Actor::viewer, .act = act},
        {.name = "break", .actor = Actor::host, .act = act},
        {.name = "fail", .actor = Actor::host, .act = [](const TriggerValues&) -> Result<std::string> {
           return Error{ErrorCode::invalid_argument, "it is broken: mend it"};
         }}};
    table = {device};
    runner = std::make_unique<TriggerRunner>(machine, guest, [this](auto job) { loop.post(std::move(job)); });
  }
  ~Bench() {
    guest.end();
    runner.reset();
  }

  Trigger find(const std::string& action, const std::string& from = "guest") const {
    TriggerRequest request{"device", action, {}};
    if (from != "guest") request.arguments["from"] = from;
    return find_trigger(table, request).value();
  }
  void run(Trigger trigger) {
    runner->run(std::move(trigger), [this](const Result<std::string>& done) {
      done_on = std::this_thread::get_id();
      said.push_back(done ? done.value() : done.error().sentence);
    });
  }
  /// What the loop is told of the next that is done.
  std::string next() {
    while (said.size() == heard)
      if (!loop.turn()) return "nothing";
    return said[heard++];
  }

  test::RecordingEmitter recorder;
  FakeLoop loop;
  Machine machine;
  Guest guest;
  std::vector<TriggerDevice> table;
  std::atomic<int> acts{0};
  std::thread::id acted_on;  // read when its act is done
  std::thread::id done_on;
  std::vector<std::string> said;
  std::size_t heard = 0;
  std::unique_ptr<TriggerRunner> runner;
};

}  // namespace

TEST_CASE("everybody acts on a thread of their own, and the loop hears of it", "[hypervisor][threads]") {
  Bench bench;
  const auto thread_of = [&](Trigger trigger) {
    bench.run(std::move(trigger));
    CHECK(bench.next() == "did it");
    CHECK(bench.done_on == std::this_thread::get_id());
    return bench.acted_on;
  };
  const auto loop = std::this_thread::get_id();
  const auto guest = thread_of(bench.find("write"));
  const auto viewer = thread_of(bench.find("connect"));
  CHECK(guest != loop);
  CHECK(viewer != loop);
  CHECK(viewer != guest);
  CHECK(thread_of(bench.find("break")) == loop);
  CHECK(thread_of(bench.find("write", "monitor")) == loop);
  CHECK(thread_of(bench.find("plain")) == guest);
}

TEST_CASE("nothing is done or told from inside run()", "[hypervisor][threads]") {
  Bench bench;
  bench.run(bench.find("break"));
  bench.run(bench.find("fail"));
  bench.machine.stop();
  bench.run(bench.find("plain"));
  CHECK(bench.acts == 0);
  CHECK(bench.said.empty());
}

TEST_CASE("who acts is said as people read it", "[hypervisor]") {
  Bench bench;
  CHECK(actor_word(bench.find("write")) == "guest");
  CHECK(actor_word(bench.find("write", "monitor")) == "monitor");
  CHECK(actor_word(bench.find("connect")) == "viewer");
  CHECK(actor_word(bench.find("break")) == "host");
}

TEST_CASE("nobody acts on a machine that has ended, not even who was asked before", "[hypervisor][threads]") {
  Bench bench;
  bench.run(bench.find("break"));  // its turn comes with the loop's
  bench.machine.end(ShutdownCause::host_signal);
  bench.run(bench.find("connect"));
  bench.run(bench.find("plain"));
  bench.run(bench.find("write", "monitor"));
  for (int trigger = 0; trigger < 4; ++trigger) CHECK(bench.next() == "the machine has ended: start another");
  CHECK(bench.acts == 0);
}

TEST_CASE("an action that fails says why", "[hypervisor][threads]") {
  Bench bench;
  bench.run(bench.find("fail"));
  CHECK(bench.next() == "it is broken: mend it");
}

TEST_CASE("a guest that stands still refuses at once, with what to do about it", "[hypervisor][threads]") {
  Bench bench;
  Gate gate;
  bench.guest.post(gate.job());
  gate.wait_until_reached();  // in the middle of something: no thread of its own answers
  bench.machine.stop();
  bench.run(bench.find("plain"));
  CHECK(bench.next() ==
        "the guest stands still (paused): resume it with `cont` or the trigger `machine cont`");
  bench.run(bench.find("write"));
  CHECK(bench.next() ==
        "the guest stands still (paused): resume it with `cont` or the trigger `machine cont`, or add "
        "from=monitor");
  bench.machine.cont();
  bench.machine.fail(RunState::internal_error);
  bench.run(bench.find("plain"));
  CHECK(
      bench.next() ==
      "the guest stands still (internal-error): reset it with `system_reset` or the trigger `machine reset`, "
      "then resume it with `cont` or the trigger `machine cont`");
  CHECK(bench.acts == 0);
  for (const auto& trigger : {bench.find("write", "monitor"), bench.find("connect"), bench.find("break")}) {
    bench.run(trigger);
    CHECK(bench.next() == "did it");
  }
  gate.open();
}

TEST_CASE("a machine that stops while an action waits for its turn refuses it", "[hypervisor][threads]") {
  Bench bench;
  Gate gate;
  bench.guest.post(gate.job());
  gate.wait_until_reached();
  bench.run(bench.find("plain"));
  bench.guest.post([] {});  // the machine's own, which waits until it goes on
  bench.run(bench.find("plain"));
  bench.machine.stop();
  gate.open();
  for (int i = 0; i < 2; ++i)
    CHECK(bench.next() ==
          "the guest stands still (paused): resume it with `cont` or the trigger `machine cont`");
  CHECK(bench.acts == 0);
  bench.machine.cont();
  bench.guest.wake();
  bench.run(bench.find("plain"));
  CHECK(bench.next() == "did it");
}

TEST_CASE("so many triggers are under way at once and no more", "[hypervisor][threads]") {
  Bench bench;
  Gate gate;
  bench.guest.post(gate.job());
  gate.wait_until_reached();
  for (std::size_t i = 0; i < kMaxRunningTriggers; ++i) bench.run(bench.find("plain"));
  bench.run(bench.find("break"));
  CHECK(bench.next() == "256 triggers are under way already: wait until some of them have acted");
  gate.open();
  for (std::size_t i = 0; i < kMaxRunningTriggers; ++i) REQUIRE(bench.next() == "did it");
  CHECK(bench.acts == static_cast<int>(kMaxRunningTriggers));
  bench.run(bench.find("break"));
  CHECK(bench.next() == "did it");
}

TEST_CASE("at the end everybody who has acted is heard, and nobody else", "[hypervisor][threads]") {
  Bench bench;
  bench.run(bench.find("plain"));
  std::promise<void> reached;
  bench.guest.post([&] {
    reached.set_value();
    bench.guest.rest(std::chrono::hours(1));  // until the guest is to end
  });
  REQUIRE(reached.get_future().wait_for(kBound) == std::future_status::ready);  // the first has acted
  int others = 0;
  const auto held = std::make_shared<int>();
  const auto never = [&others, kept = held](const Result<std::string>&) { ++others; };
  bench.runner->run(bench.find("plain"), never);
  bench.runner->run(bench.find("break"), never);
  bench.guest.end();
  CHECK(bench.said.empty());
  bench.runner->end();
  CHECK(bench.said == std::vector<std::string>{"did it"});
  bench.runner->run(bench.find("break"), never);
  CHECK(bench.loop.turn());  // what was posted before does nothing any more
  CHECK(bench.acts == 1);
  CHECK(others == 0);
  CHECK(held.use_count() == 2);  // ours, and that of `never`
}
