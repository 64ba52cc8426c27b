// SPDX-License-Identifier: MIT
// Commands answered later, through a whole server and real sockets: from other threads, to clients that
// half-close, go away or outlive the server.
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/server.hpp>

#include "support/qmp_client.hpp"
#include "support/served.hpp"

using namespace qmpev;
using test::QmpClient;
using test::Served;
using test::TemporaryDirectory;

namespace {

const char* const kLate = R"({"execute":"late","id":1})";

/// Calls on their way from the loop to whoever answers them.
class Desk {
 public:
  void put(Call call) {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
    changed_.notify_all();
  }
  Call take() {
    std::unique_lock lock(mutex_);
    const bool there = changed_.wait_for(lock, std::chrono::milliseconds(test::kClientWaitMs),
                                         [this] { return !calls_.empty(); });
    if (!there) std::abort();
    Call call = std::move(calls_.front());
    calls_.pop_front();
    return call;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Call> calls_;
};

struct LateServed {
  LateServed() {
    REQUIRE(served.run([this](Server& server) {
      return bool(server.add_command({.name = "late", .later = [this](JsonObject*, Call call) {
                                        call.on_cancel([this] { ++told; });
                                        desk.put(std::move(call));
                                      }}));
    }));
  }
  QmpClient connect() {
    auto client = QmpClient::connect(served.path(WireForm::qemu));
    REQUIRE(client);
    client->send("{\"execute\":\"qmp_capabilities\"}");
    REQUIRE(client->line());
    REQUIRE(client->line());
    return std::move(*client);
  }
  /// Waits for the loop, within a bound.
  template <class Condition>
  bool wait_for(Condition condition) {
    for (int i = 0; i < 20'000; ++i) {
      if (condition(served.statistics())) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  Desk desk;
  std::atomic<int> told{0};
  Served served;  // last: its thread uses the others
};

bool is_event(const std::optional<std::string>& line, const std::string& name) {
  return line && line->find("\"event\": \"" + name + "\"") != std::string::npos;
}

}  // namespace

TEST_CASE("an answer from another thread wakes the loop, behind the events emitted before it",
          "[integration]") {
  LateServed late;
  QmpClient client = late.connect(), other = late.connect();
  client.send(std::string(kLate) + "{\"execute\":\"query-name\"}");
  Call call = late.desk.take();
  other.send("{\"execute\":\"query-name\",\"id\":2}");
  CHECK(other.line() == "{\"return\": {}, \"id\": 2}");  // not held up
  std::thread([&, answering = std::move(call)]() mutable {
    late.served.emitter().emit(Stop{});
    answering.answer(Answer::empty());
  }).join();
  CHECK(is_event(client.line(), "STOP"));
  CHECK(client.line() == "{\"return\": {}, \"id\": 1}");
  CHECK(client.line() == "{\"return\": {}}");
  CHECK(late.served.statistics().calls.answered == 1);
}

TEST_CASE("a client that shuts down its writing side receives the late reply, then the end",
          "[integration]") {
  LateServed late;
  QmpClient client = late.connect();
  client.send(std::string(kLate) + "{\"execute\":\"query-name\",\"id\":2}");
  ::shutdown(client.fd(), SHUT_WR);
  Call call = late.desk.take();
  CHECK(late.served.statistics().calls.pending == 1);
  CHECK_FALSE(call.cancelled());
  call.answer(Answer::empty());
  CHECK(client.line() == "{\"return\": {}, \"id\": 1}");
  CHECK(client.line() == "{\"return\": {}, \"id\": 2}");
  CHECK(client.at_end());
}

TEST_CASE("a client that goes while its call is pending is noticed, and the server stays quiet",
          "[integration]") {
  LateServed late;
  {
    QmpClient client = late.connect();
    client.send(kLate);
    Call call = late.desk.take();
    std::thread([&, held = std::move(call)]() mutable {
      { const QmpClient gone = std::move(client); }
      CHECK(late.wait_for([](const Statistics& statistics) { return statistics.sessions_open == 0; }));
      CHECK(held.cancelled());
      held.answer(Answer::empty());
    }).join();
  }
  CHECK(late.told == 1);
  const CallCounters calls = late.served.statistics().calls;
  CHECK(calls.cancelled == 1);
  CHECK(calls.answered_after_end == 1);
  CHECK(calls.pending == 0);
}

TEST_CASE("what a client had not read when it went does not hide that it is gone", "[integration]") {
  LateServed late;
  {
    QmpClient client = late.connect();
    client.send(kLate);
    const Call call = late.desk.take();
    late.desk.put(call);
    for (int i = 0; i < 2'000; ++i) late.served.emitter().emit(Stop{});  // more than its socket holds
    late.served.statistics();
  }
  CHECK(late.wait_for([](const Statistics& statistics) { return statistics.sessions_open == 0; }));
  CHECK(late.desk.take().cancelled());
}

TEST_CASE("a server that ends with calls pending cancels them; answers that come then are no-ops",
          "[integration]") {
  LateServed late;
  std::vector<QmpClient> clients;
  std::vector<Call> calls;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(late.connect());
    clients.back().send(kLate);
    calls.push_back(late.desk.take());
  }
  std::atomic<bool> go{false};
  std::thread answering([&] {
    while (!go) std::this_thread::yield();
    for (Call& call : calls) call.answer(Answer::empty());
    calls.clear();
  });
  go = true;
  late.served.end();  // some answers are in time, some not
  answering.join();
  for (QmpClient& client : clients) {
    const auto line = client.line();
    CHECK((!line || line == "{\"return\": {}, \"id\": 1}"));
    CHECK(client.at_end());
  }
}

TEST_CASE("an answer that was given before the server ends is sent", "[integration]") {
  TemporaryDirectory folder;
  auto server = Server::create({}).value();
  std::vector<Call> calls;
  REQUIRE(server->add_command(
      {.name = "late", .later = [&](JsonObject*, Call call) { calls.push_back(std::move(call)); }}));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  client->send(std::string("{\"execute\":\"qmp_capabilities\"}") + kLate);
  while (calls.empty()) server->dispatch();
  server->emitter().emit(Stop{});
  calls.front().answer(Answer::empty());
  const bool flushed = GENERATE(false, true);
  if (flushed) CHECK(server->flush());
  server.reset();
  client->line();
  client->line();
  CHECK(is_event(client->line(), "STOP"));
  CHECK(client->line() == "{\"return\": {}, \"id\": 1}");
  CHECK(client->at_end());
}

TEST_CASE("a server may be destroyed from inside a late command and what its cancellation tells",
          "[integration]") {
  TemporaryDirectory folder;
  auto server = Server::create({}).value();
  std::vector<Call> calls;
  int told = 0;
  const bool in_handler = GENERATE(true, false);
  REQUIRE(server->add_command({.name = "late", .later = [&](JsonObject*, Call call) {
                                 call.on_cancel([&] {
                                   ++told;
                                   server.reset();
                                 });
                                 calls.push_back(std::move(call));
                                 if (in_handler) server.reset();
                               }}));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  auto other = QmpClient::connect(folder / "s");
  REQUIRE((client && other));
  const std::string commands = std::string("{\"execute\":\"qmp_capabilities\"}") + kLate;
  other->send(commands);
  for (int i = 0; i < 1'000 && server && calls.empty(); ++i) server->dispatch();
  client->send(commands);
  for (int i = 0; i < 1'000 && server && calls.size() < 2; ++i) server->dispatch();
  client.reset();
  for (int i = 0; i < 1'000 && server; ++i) server->dispatch();
  REQUIRE_FALSE(server);
  CHECK(told == static_cast<int>(calls.size()));
  for (Call& call : calls) {
    CHECK(call.cancelled());
    call.answer(Answer::empty());
  }
  other->line();
  other->line();
  CHECK(other->at_end());
}

TEST_CASE("many clients, many threads that answer, clients that go: the books balance", "[integration]") {
  LateServed late;
  std::atomic<bool> ending{false};
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 3; ++worker) {
    workers.emplace_back([&, worker] {
      while (!ending) {
        Call call = late.desk.take();
        if (worker == 0) late.served.emitter().emit(Stop{});
        if (worker != 1) call.answer(Answer::empty());  // the second gives everything up
        if (worker == 2) call.answer(Answer::empty());
      }
    });
  }
  constexpr int kClients = 40;
  std::vector<std::thread> clients;
  std::atomic<int> replies{0};
  for (int thread = 0; thread < 2; ++thread) {
    clients.emplace_back([&] {
      for (int i = 0; i < kClients / 2; ++i) {
        auto client = QmpClient::connect(late.served.path(WireForm::qemu));
        if (!client) std::abort();
        client->send(std::string("{\"execute\":\"qmp_capabilities\"}") + kLate + kLate);
        for (int line = 0; line < 2; ++line) client->line();
        if (i % 4 == 3) continue;  // goes at once
        for (int answers = 0; answers < 2;) {
          const auto line = client->line();
          if (!line) std::abort();
          if (line->find("\"event\"") == std::string::npos) ++answers;
        }
        replies += 2;
      }
    });
  }
  for (auto& client : clients) client.join();
  CHECK(replies == kClients / 4 * 3 * 2);
  CHECK(
      late.wait_for([](const Statistics& now) { return now.calls.pending == 0 && now.sessions_open == 0; }));
  const CallCounters calls = late.served.statistics().calls;
  CHECK(calls.begun == calls.answered + calls.cancelled);
  CHECK(calls.begun == 2 * kClients);
  ending = true;
  QmpClient last = late.connect();  // one call for each worker, so that it sees the end
  for (std::size_t i = 0; i < workers.size(); ++i) {
    last.send(kLate);
    for (auto line = last.line(); line && line->find("\"event\"") != std::string::npos;) line = last.line();
  }
  for (auto& worker : workers) worker.join();
}

TEST_CASE("a listener for events only has no command that acts, beside one that has them all",
          "[integration]") {
  TemporaryDirectory folder;
  ServerConfig config;
  config.run_state.stop = [] { return Answer::empty(); };
  auto server = Server::create(std::move(config)).value();
  REQUIRE(server->listen({.path = folder / "all", .form = WireForm::qemu}));
  REQUIRE(
      server->listen({.path = folder / "events", .form = WireForm::qemu, .role = ListenerRole::events_only}));
  const auto ask = [&](const std::string& path) {
    auto client = QmpClient::connect(path);
    REQUIRE(client);
    const std::uint64_t before = server->statistics().sessions.replies;
    client->send("{\"execute\":\"qmp_capabilities\"}{\"execute\":\"stop\"}");
    while (server->statistics().sessions.replies < before + 3) server->dispatch();
    client->line();
    client->line();
    server->emitter().emit(Stop{});
    server->dispatch();
    const std::string reply = client->line().value();
    CHECK(is_event(client->line(), "STOP"));
    return reply;
  };
  CHECK(ask(folder / "all") == "{\"return\": {}}");
  CHECK(ask(folder / "events") ==
        "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command stop is not available on this "
        "monitor, which is for events only\"}}");
}

TEST_CASE("a listener with a role that does not exist is refused", "[integration]") {
  TemporaryDirectory folder;
  auto server = Server::create({}).value();
  ListenerConfig config{.path = folder / "s", .form = WireForm::qemu};
  config.role = static_cast<ListenerRole>(7);
  const auto refused = server->listen(config);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
}

TEST_CASE("a flush from inside a command that an answer let begin sends the answers that came with it",
          "[integration]") {
  TemporaryDirectory folder;
  auto server = Server::create({}).value();
  std::vector<Call> calls;
  bool all_sent = false;
  std::uint64_t answered = 0;
  REQUIRE(server->add_command(
      {.name = "late", .later = [&](JsonObject*, Call call) { calls.push_back(std::move(call)); }}));
  REQUIRE(server->add_command({.name = "flush", .handler = [&](JsonObject*) {
                                 all_sent = server->flush();
                                 answered = server->statistics().calls.answered;
                                 return Answer::empty();
                               }}));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  auto other = QmpClient::connect(folder / "s");
  REQUIRE((client && other));
  client->send(std::string("{\"execute\":\"qmp_capabilities\"}") + kLate + "{\"execute\":\"flush\"}");
  for (int i = 0; i < 1'000 && calls.empty(); ++i) server->dispatch();
  other->send(std::string("{\"execute\":\"qmp_capabilities\"}") + kLate);
  for (int i = 0; i < 1'000 && calls.size() < 2; ++i) server->dispatch();
  REQUIRE(calls.size() == 2);
  for (Call& call : calls) call.answer(Answer::empty());
  server->dispatch();
  CHECK(all_sent);
  CHECK(answered == 2);
}

TEST_CASE("a loop has nothing to do while calls are pending, whatever half their clients have closed",
          "[integration]") {
  TemporaryDirectory folder;
  auto server = Server::create({}).value();
  std::vector<Call> calls;
  REQUIRE(server->add_command(
      {.name = "late", .later = [&](JsonObject*, Call call) { calls.push_back(std::move(call)); }}));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  const int direction = GENERATE(-1, SHUT_WR, SHUT_RD);
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  client->send(std::string("{\"execute\":\"qmp_capabilities\"}") + kLate + kLate);
  for (int i = 0; i < 1'000 && calls.empty(); ++i) server->dispatch();
  if (direction >= 0) ::shutdown(client->fd(), direction);
  const auto due = [&] {
    pollfd loop{server->fd(), POLLIN, 0};
    return ::poll(&loop, 1, 0) != 0;
  };
  int turns = 0;
  while (due() && ++turns < 100) server->dispatch();
  CHECK(turns < 20);
  CHECK(server->statistics().calls.pending == 1);
  if (direction == SHUT_RD) {
    // What cannot be said any more ends the call, and the next one.
    server->emitter().emit(Stop{});
    for (turns = 0; due() && turns < 100; ++turns) server->dispatch();
    CHECK(turns < 20);
    CHECK(server->statistics().calls.begun == 2);
    CHECK(server->statistics().calls.pending == 0);
    return;
  }
  client.reset();
  for (turns = 0; due() && turns < 100; ++turns) server->dispatch();
  CHECK(turns < 20);
  CHECK(server->statistics().sessions_open == 0);
  CHECK(server->statistics().calls.cancelled == 2);
}

TEST_CASE("a loop that a command runs does not turn around its own client that has gone", "[integration]") {
  TemporaryDirectory folder;
  auto server = Server::create({}).value();
  const bool blocked = GENERATE(false, true);
  int turns = 0;
  std::optional<QmpClient> client;
  const auto due = [&] {
    pollfd loop{server->fd(), POLLIN, 0};
    return ::poll(&loop, 1, 0) != 0;
  };
  REQUIRE(server->add_command({.name = "nest", .later = [&](JsonObject*, Call) {
                                 for (int i = 0; blocked && i < 5'000; ++i) {
                                   server->emitter().emit(Stop{});
                                   server->dispatch();
                                 }
                                 client.reset();
                                 while (due() && ++turns < 100) server->dispatch();
                               }}));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  client->send("{\"execute\":\"qmp_capabilities\"}{\"execute\":\"nest\"}");
  for (int i = 0; i < 1'000 && server->statistics().sessions.closed == 0; ++i) server->dispatch();
  CHECK(turns > 0);
  CHECK(turns < 20);
  CHECK(server->statistics().sessions_open == 0);
}

TEST_CASE("quit waits behind a pending call, and what is behind quit is not begun", "[integration]") {
  TemporaryDirectory folder;
  ServerConfig config;
  int quits = 0;
  config.run_state.quit = [&] {
    ++quits;
    return Answer::empty();
  };
  auto server = Server::create(std::move(config)).value();
  std::vector<Call> calls;
  REQUIRE(server->add_command(
      {.name = "late", .later = [&](JsonObject*, Call call) { calls.push_back(std::move(call)); }}));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  client->send(std::string("{\"execute\":\"qmp_capabilities\"}") + kLate + "{\"execute\":\"quit\",\"id\":2}" +
               kLate);
  for (int i = 0; i < 1'000 && calls.empty(); ++i) server->dispatch();
  while (server->dispatch()) {
  }
  REQUIRE(calls.size() == 1);
  CHECK(quits == 0);
  calls.front().answer(Answer::empty());
  server->flush();
  CHECK(quits == 1);
  while (server->dispatch()) {
  }
  CHECK(calls.size() == 1);
  client->line();
  client->line();
  CHECK(client->line() == "{\"return\": {}, \"id\": 1}");
  CHECK(client->line() == "{\"return\": {}, \"id\": 2}");
}
