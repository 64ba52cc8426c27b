// SPDX-License-Identifier: MIT
// The command through a server and a socket, on a table of its own.
#include "hypervisor/trigger_command.hpp"

#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "hypervisor/trigger_runner.hpp"
#include "support/qmp_client.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;

namespace {

class Bench {
 public:
  Bench()
      : server(Server::create({}).value()),
        machine(server->emitter(), {}, {}),
        guest([this] { return machine.status().running; }) {
    TriggerAction move{.name = "move",
                       .doc = "the guest moves its balloon",
                       .arguments = {{.name = "times", .standard = "1", .doc = "how often"}}};
    move.act = [emitter = server->emitter()](const TriggerValues& values) -> Result<std::string> {
      for (std::uint64_t i = 0; i < values.number("times"); ++i)
        emitter.emit(BalloonChange{.actual = static_cast<std::int64_t>(i)});
      return "moved " + std::to_string(values.number("times")) + " times";
    };
    TriggerAction say{
        .name = "say",
        .doc = "the host says something",
        .actor = Actor::host,
        .arguments = {
            {.name = "what", .kind = TriggerArgument::Kind::word, .doc = "a word", .words = {"yes", "no"}}}};
    say.act = [](const TriggerValues& values) -> Result<std::string> {
      if (values.text("what") == "no") return Error{ErrorCode::invalid_argument, "it will not: ask for yes"};
      return std::string("said yes");
    };
    TriggerDevice balloon{.name = "balloon", .doc = "a balloon"};
    balloon.state = [] { return std::string("at rest"); };
    balloon.example = "balloon move";
    balloon.actions = {move, say};
    table.push_back(balloon);
    runner = std::make_unique<TriggerRunner>(machine, guest, [this](std::function<void()> job) {
      const std::lock_guard lock(mutex);
      jobs.push_back(std::move(job));
    });
    REQUIRE(add_trigger_command(*server, table, *runner));
    REQUIRE(server->listen({.path = folder / "s", .form = WireForm::qemu}));
    REQUIRE(server->listen(
        {.path = folder / "events", .form = WireForm::qemu, .role = ListenerRole::events_only}));
    client = connect(folder / "s");
  }
  ~Bench() {
    guest.end();
    runner->end();
    server.reset();
  }

  std::optional<test::QmpClient> connect(const std::string& path) {
    auto made = test::QmpClient::connect(path);
    REQUIRE(made);
    made->send("{\"execute\":\"qmp_capabilities\"}");
    line(*made);
    line(*made);
    return made;
  }
  std::string line(test::QmpClient& from) {
    for (int i = 0; i < 20'000; ++i) {
      turn();
      pollfd ready{from.fd(), POLLIN, 0};
      if (from.buffered() || ::poll(&ready, 1, 1) == 1) return from.line().value();
    }
    return "nothing";
  }
  std::string line() { return line(*client); }
  std::string ask(const std::string& arguments) {
    client->send(R"({"execute":"x-qmpev-trigger","arguments":)" + arguments + "}");
    return line();
  }
  void turn() {
    std::deque<std::function<void()>> due;
    {
      const std::lock_guard lock(mutex);
      due.swap(jobs);
    }
    for (const auto& job : due) job();
    server->dispatch();
  }

  test::TemporaryDirectory folder;
  std::unique_ptr<Server> server;
  Machine machine;
  Guest guest;
  std::vector<TriggerDevice> table;
  std::mutex mutex;
  std::deque<std::function<void()>> jobs;  // guarded by mutex
  std::unique_ptr<TriggerRunner> runner;
  std::optional<test::QmpClient> client;
};

std::string refused(const std::string& sentence) {
  return R"({"error": {"class": "GenericError", "desc": ")" + sentence + R"("}})";
}

bool is_balloon_change(const std::string& line) {
  return line.find("\"event\": \"BALLOON_CHANGE\"") != std::string::npos;
}

}  // namespace

TEST_CASE("without arguments the command lists what can be triggered", "[hypervisor]") {
  Bench bench;
  CHECK(bench.ask("{}") ==
        R"({"return": [{"actions": [)"
        R"({"name": "move", "doc": "the guest moves its balloon", "actor": "guest", "arguments": [)"
        R"({"name": "times", "doc": "how often", "words": [], "standard": "1"}]}, )"
        R"({"name": "say", "doc": "the host says something", "actor": "host", "arguments": [)"
        R"({"name": "what", "doc": "a word", "words": ["yes", "no"], "standard": ""}]}], )"
        R"("name": "balloon", "example": "balloon move", "state": "at rest", "doc": "a balloon"}]})");
}

TEST_CASE("a trigger's effects precede its reply, which says what was done and what waits",
          "[hypervisor][threads]") {
  Bench bench;
  CHECK(is_balloon_change(bench.ask(R"({"device":"balloon"})")));
  CHECK(bench.line() == R"({"return": {"delayed": [], "cause": "guest moved 1 times"}})");
  CHECK(bench.ask(R"({"device":"balloon","action":"move","arguments":{"times":2}})") ==
        R"({"return": {"delayed": ["BALLOON_CHANGE"], "cause": "guest moved 2 times"}})");
  CHECK(bench.ask(R"({"device":"balloon","arguments":{"times":"0x1"}})") ==
        R"({"return": {"delayed": ["BALLOON_CHANGE"], "cause": "guest moved 1 times"}})");  // in the other's
                                                                                            // place
  CHECK(bench.ask(R"({"device":"balloon","action":"say","arguments":{"what":"yes"}})") ==
        R"({"return": {"delayed": [], "cause": "host said yes"}})");  // what waits is not its own
}

TEST_CASE("what cannot be triggered is a GenericError with a sentence", "[hypervisor][threads]") {
  Bench bench;
  CHECK(bench.ask(R"({"device":"blloon"})") == refused("there is no device 'blloon': there are balloon"));
  CHECK(bench.ask(R"({"device":"balloon","action":"say","arguments":{"what":"no"}})") ==
        refused("it will not: ask for yes"));
  CHECK(bench.ask(R"({"action":"move"})") ==
        refused("name the device, too; without arguments x-qmpev-trigger lists them all"));
  for (const std::string value : {"1.5", "true", "null", "[1]", "{}", "9223372036854775808"})
    CHECK(bench.ask(R"({"device":"balloon","arguments":{"times":)" + value + "}}")
              .find("times is neither a text nor an integer below 2^63") != std::string::npos);
  CHECK(bench.ask(R"({"device":"balloon","arguments":{"times":-1}})") ==
        refused("times=-1: not a number (use 12, 0x81 or 128M)"));
  CHECK(bench.ask(R"({"device":7})") == refused("Invalid parameter type for 'device', expected: string"));
  bench.machine.stop();
  CHECK(bench.line().find("STOP") != std::string::npos);
  CHECK(bench.ask(R"({"device":"balloon"})") ==
        refused("the guest stands still (paused): resume it with `cont` or the trigger `machine cont`"));
}

TEST_CASE("who may only listen triggers nothing", "[hypervisor]") {
  Bench bench;
  auto listener = bench.connect(bench.folder / "events");
  listener->send(R"({"execute":"x-qmpev-trigger"}{"execute":"query-commands"})");
  CHECK(bench.line(*listener) ==
        R"({"error": {"class": "CommandNotFound", "desc": "The command x-qmpev-trigger is not available on )"
        R"(this monitor, which is for events only"}})");
  CHECK(bench.line(*listener).find("x-qmpev-trigger") == std::string::npos);
}

TEST_CASE("the command's name says that it is an extension", "[hypervisor]") {
  CHECK(kTriggerCommand == "x-qmpev-trigger");
}

TEST_CASE("a trigger that never gets its turn is answered when the guest ends", "[hypervisor][threads]") {
  Bench bench;
  std::promise<void> reached, open;
  bench.guest.post([&] {
    reached.set_value();
    open.get_future().wait_for(std::chrono::seconds(20));
  });
  reached.get_future().wait();
  bench.client->send(R"({"execute":"x-qmpev-trigger","arguments":{"device":"balloon"}})");
  while (bench.server->statistics().calls.pending == 0) bench.turn();
  std::thread ending([&] { bench.guest.end(); });
  open.set_value();
  ending.join();
  bench.runner->end();
  const std::string reply = bench.line();  // or its event, if its turn came
  CHECK((is_balloon_change(reply) || reply.find("was given up without an answer") != std::string::npos));
}
