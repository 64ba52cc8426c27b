// SPDX-License-Identifier: MIT
// The server as an embedder holds it: its loop or GLib's, its manners, its end in awkward moments.
#include <dirent.h>
#include <poll.h>
#include <sys/stat.h>

#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/server.hpp>

#include "support/qmp_client.hpp"
#include "support/recording_sink.hpp"
#include "support/served.hpp"
#include "support/tcp_client.hpp"
#include "support/unix_client.hpp"

using namespace qmpev;
using test::QmpClient;
using test::Served;
using test::TemporaryDirectory;

namespace {

int open_descriptors() {
  int count = 0;
  DIR* folder = opendir("/proc/self/fd");
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

/// Reads lines on this thread while `turn` runs the server, at most for a while.
template <class Turn>
std::optional<std::string> line_with(QmpClient& client, Turn turn) {
  for (int i = 0; i < 2'000; ++i) {
    turn();
    pollfd wait{client.fd(), POLLIN, 0};
    if (poll(&wait, 1, 1) == 1) return client.line();
  }
  return std::nullopt;
}

std::unique_ptr<Server> make(ServerConfig config = {}) {
  auto server = Server::create(std::move(config));
  REQUIRE(server);
  return std::move(server).value();
}

}  // namespace

TEST_CASE("a server on a GMainContext serves, and leaves no source and no descriptor behind",
          "[integration]") {
  const int before = open_descriptors();
  {
    TemporaryDirectory folder;
    GMainContext* context = g_main_context_new();
    const auto turn = [context] { g_main_context_iteration(context, FALSE); };
    {
      auto server = make();
      REQUIRE(server->listen({folder / "s", WireForm::qemu}));
      server->attach(context);
      auto client = QmpClient::connect(folder / "s");
      REQUIRE(client);
      CHECK(line_with(*client, turn)->rfind("{\"QMP\": ", 0) == 0);
      client->send("{\"execute\":\"qmp_capabilities\"}");
      CHECK(line_with(*client, turn) == "{\"return\": {}}");
      std::thread([emitter = server->emitter()] { emitter.emit(Stop{}); }).join();
      CHECK(line_with(*client, turn)->find("\"event\": \"STOP\"") != std::string::npos);
    }
    int sources = 0;
    while (GSource* source = g_main_context_find_source_by_id(context, static_cast<guint>(sources + 1))) {
      static_cast<void>(source);
      ++sources;
    }
    CHECK(sources == 0);
    CHECK_FALSE(g_main_context_pending(context));
    g_main_context_unref(context);
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("the default context is never taken unasked", "[integration]") {
  auto server = make();
  CHECK_FALSE(g_main_context_pending(nullptr));
  CHECK(g_main_context_find_source_by_id(nullptr, 1) == nullptr);
}

TEST_CASE("two servers in one process are independent", "[integration]") {
  Served a, b;
  auto to_a = QmpClient::connect(a.path(WireForm::qemu));
  auto to_b = QmpClient::connect(b.path(WireForm::qemu));
  REQUIRE((to_a && to_b));
  for (auto* client : {&*to_a, &*to_b}) {
    client->send("{\"execute\":\"qmp_capabilities\"}");
    REQUIRE(client->line());
    REQUIRE(client->line());
  }
  a.emitter().emit(Stop{});
  CHECK(to_a->line()->find("STOP") != std::string::npos);
  b.emitter().emit(Resume{});
  CHECK(to_b->line()->find("RESUME") != std::string::npos);
  a.end();
  CHECK(to_a->at_end());
  b.emitter().emit(Stop{});
  CHECK(to_b->line()->find("STOP") != std::string::npos);
}

TEST_CASE("an event of a command precedes its reply, and who emits it is the command", "[integration]") {
  ServerConfig config;
  std::unique_ptr<Emitter> emitter;
  config.run_state.stop = [&emitter] {
    emitter->emit(Stop{});
    return Answer::empty();
  };
  config.run_state.status = [] { return RunStatus{"running", true}; };
  Served served(std::move(config));
  emitter = std::make_unique<Emitter>(served.emitter());
  auto client = QmpClient::connect(served.path(WireForm::qemu));
  REQUIRE(client);
  client->send(
      "{\"execute\":\"qmp_capabilities\"}{\"execute\":\"stop\",\"id\":1}{\"execute\":\"query-status\"}"
      "{\"execute\":\"cont\"}");
  client->line();
  client->line();
  CHECK(client->line()->find("\"event\": \"STOP\"") != std::string::npos);
  CHECK(client->line() == "{\"return\": {}, \"id\": 1}");
  CHECK(client->line() == "{\"return\": {\"status\": \"running\", \"running\": true}}");
  CHECK(client->line() ==
        "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command cont has not been found\"}}");
}

TEST_CASE("a server may be destroyed from inside its own command", "[integration]") {
  TemporaryDirectory folder;
  std::unique_ptr<Server> server;
  ServerConfig config;
  config.run_state.quit = [&server] {
    server.reset();
    return Answer::empty();
  };
  server = make(std::move(config));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  const Emitter emitter = server->emitter();
  const bool with_glib = GENERATE(false, true);
  GMainContext* context = g_main_context_new();
  if (with_glib) server->attach(context);
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  client->send("{\"execute\":\"qmp_capabilities\"}{\"execute\":\"quit\"}{\"execute\":\"query-version\"}");
  for (int i = 0; i < 2'000 && server; ++i) {
    if (with_glib) {
      g_main_context_iteration(context, FALSE);
    } else {
      server->dispatch();
    }
    pollfd nap{-1, 0, 0};
    if (server) poll(&nap, 1, 1);
  }
  REQUIRE_FALSE(server);
  CHECK(client->line()->rfind("{\"QMP\": ", 0) == 0);
  CHECK(client->line() == "{\"return\": {}}");
  CHECK(client->line() == "{\"return\": {}}");
  CHECK(client->at_end());
  emitter.emit(Stop{});  // a handle that outlives its server
  g_main_context_unref(context);
}

TEST_CASE("a server may be destroyed from inside a command that its flush runs", "[integration]") {
  TemporaryDirectory folder;
  std::unique_ptr<Server> server;
  bool outlived = false;
  ServerConfig config;
  config.run_state.quit = [&server, &outlived, held = std::make_shared<int>()] {
    const std::weak_ptr<int> watched = held;
    bool& result = outlived;
    server.reset();
    result = !watched.expired();
    return Answer::empty();
  };
  server = make(std::move(config));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  std::string commands = "{\"execute\":\"qmp_capabilities\"}";
  for (int i = 0; i < 1'200; ++i) commands += "[]";  // more than one dispatch answers
  client->send(commands + "{\"execute\":\"quit\"}");
  while (server->statistics().sessions.replies < 100) server->dispatch();
  REQUIRE(server);
  server->flush();
  CHECK_FALSE(server);
  CHECK(outlived);
}

TEST_CASE("a server that ends runs no command any more", "[integration]") {
  TemporaryDirectory folder;
  int calls = 0;
  ServerConfig config;
  config.run_state.stop = [&calls] {
    ++calls;
    return Answer::empty();
  };
  auto server = make(std::move(config));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  std::string commands = "{\"execute\":\"qmp_capabilities\"}";
  for (int i = 0; i < 2'000; ++i) commands += "{\"execute\":\"stop\"}";  // more than one dispatch answers
  client->send(commands);
  while (calls == 0) server->dispatch();
  REQUIRE(calls < 2'000);
  const int before = calls;
  server.reset();
  CHECK(calls == before);
  for (int replies = 0; replies < 2 + before; ++replies) REQUIRE(client->line());  // the greeting is one
  CHECK(client->at_end());
}

TEST_CASE("a flush writes to a socket that was full and has room again", "[integration]") {
  TemporaryDirectory folder;
  auto server = make();
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  client->send("{\"execute\":\"qmp_capabilities\"}");
  while (server->statistics().sessions_in_command == 0) server->dispatch();
  const Emitter emitter = server->emitter();
  int sent = 0;
  for (; server->flush(); ++sent) emitter.emit(Stop{});
  client->line();
  client->line();
  for (int i = 1; i < sent; ++i) REQUIRE(client->line());
  CHECK(server->flush());
  CHECK(client->line()->find("STOP") != std::string::npos);
  server->dispatch();
  CHECK(server->flush());
  pollfd due{server->fd(), POLLIN, 0};
  CHECK(poll(&due, 1, 0) == 0);  // a flush with nothing left to do asks for no dispatch
}

TEST_CASE("input that waited for a flush to make room goes on without another cause", "[integration]") {
  TemporaryDirectory folder;
  ServerConfig config;
  config.max_unsent_reply_bytes = 1;
  config.name = std::string(1 << 20, 'n');  // no socket takes this reply at once
  auto server = make(std::move(config));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  client->send(
      "{\"execute\":\"qmp_capabilities\"}{\"execute\":\"query-name\"}{\"execute\":\"query-version\"}");
  while (server->statistics().sessions.input_suspended == 0) server->dispatch();
  client->line();
  client->line();
  std::thread reader([&client] { client->line(); });
  for (int i = 0; i < 1'000'000 && !server->flush(); ++i) std::this_thread::yield();
  reader.join();
  const auto turn = [&server] {
    pollfd due{server->fd(), POLLIN, 0};
    if (poll(&due, 1, 0) == 1) server->dispatch();
  };
  CHECK(line_with(*client, turn)->find("\"return\"") != std::string::npos);
}

TEST_CASE("a delayed event pending at the end is flushed, not dropped", "[integration]") {
  Served served;
  auto client = QmpClient::connect(served.path(WireForm::qemu));
  REQUIRE(client);
  client->send("{\"execute\":\"qmp_capabilities\"}");
  client->line();
  client->line();
  served.emitter().emit(BalloonChange{1});
  CHECK(client->line()->find("\"actual\": 1}") != std::string::npos);
  served.emitter().emit(BalloonChange{2});
  served.emitter().emit(BalloonChange{3});
  served.end();
  CHECK(client->line()->find("\"actual\": 3}") != std::string::npos);
  CHECK(client->at_end());
}

TEST_CASE("the rate limit's timer runs on the server's own descriptor", "[integration]") {
  Served served;
  auto client = QmpClient::connect(served.path(WireForm::qemu));
  REQUIRE(client);
  client->send("{\"execute\":\"qmp_capabilities\"}");
  client->line();
  client->line();
  REQUIRE(
      served.run([](Server& server) { return bool(server.set_rate_limit(EventKind::balloon_change, 20)); }));
  served.emitter().emit(BalloonChange{1});
  served.emitter().emit(BalloonChange{2});
  CHECK(client->line()->find("\"actual\": 1}") != std::string::npos);
  CHECK(client->line()->find("\"actual\": 2}") != std::string::npos);
}

TEST_CASE("a wrong configuration is refused with what to use instead", "[integration]") {
  ServerConfig config;
  SECTION("ring not a power of two") {
    config.ring_bytes = (std::size_t{64} << 10) + 1;
  }
  SECTION("ring too small") {
    config.ring_bytes = std::size_t{32} << 10;
  }
  SECTION("ring too large") {
    config.ring_bytes = std::size_t{2} << 30;
  }
  SECTION("log too small") {
    config.log_bytes = (std::size_t{64} << 10) - 1;
  }
  SECTION("no replies") {
    config.max_unsent_reply_bytes = 0;
  }
  SECTION("limits out of range") {
    config.limits.message_depth = 1;
  }
  const auto server = Server::create(std::move(config));
  REQUIRE_FALSE(server);
  CHECK(server.error().code == ErrorCode::invalid_argument);
  CHECK(server.error().sentence.find(": use ") != std::string::npos);
}

TEST_CASE("limits reach what they limit, and what is beyond is counted", "[integration]") {
  TemporaryDirectory folder;
  ServerConfig config;
  config.limits.message_depth = kMinMessageDepth;
  config.limits.node_members = kMinNodeMembers;
  config.limits.throttle_keys = kMinThrottleKeys;
  config.limits.kept_keys = 1;
  auto server = make(std::move(config));
  REQUIRE(server->add_command(
      {"take", {{"some", Argument::Type::any}}, [](JsonObject*) { return Answer::empty(); }}));
  REQUIRE(server->listen({folder / "s", WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  std::string wide;
  for (std::size_t i = 0; i <= kMinNodeMembers; ++i)
    wide += (i != 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
  client->send("{\"execute\":\"qmp_capabilities\"}" + std::string(kMinMessageDepth + 1, '[') + "\xff" +
               "{\"execute\":\"take\",\"arguments\":{\"some\":{" + wide + "}}}");
  for (int i = 0; i < 2'000 && server->statistics().sessions.arguments_too_wide == 0; ++i) server->dispatch();
  for (const char* node : {"a", "b", "c", "c"}) {
    server->emitter().emit(QuorumFailure{node, 0, 1});
    server->emitter().emit(DeviceTrayMoved{node, node, true});
  }
  server->dispatch();
  const Statistics statistics = server->statistics();
  CHECK(statistics.sessions.messages_too_large == 1);
  CHECK(statistics.sessions.arguments_too_wide == 1);
  CHECK(statistics.events[static_cast<std::size_t>(EventKind::quorum_failure)].unlimited_keys == 2);
  CHECK(statistics.kept_displaced == 2);
}

TEST_CASE("a listener whose wire form was not named is refused", "[integration]") {
  TemporaryDirectory folder;
  auto server = make();
  ListenerConfig config;
  config.path = folder / "s";
  const auto refused = server->listen(config);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  config.form = WireForm::document;
  CHECK(server->listen(config));
}

TEST_CASE("a rate limit is accepted up to an hour", "[integration]") {
  auto server = make();
  CHECK(server->set_rate_limit(EventKind::stop, 3'599'999));
  CHECK(server->set_rate_limit(EventKind::stop, 3'600'000));
  CHECK_FALSE(server->set_rate_limit(EventKind::stop, 3'600'001));
  CHECK_FALSE(server->set_rate_limit(static_cast<EventKind>(200), 1));
}

TEST_CASE("the next client over the limit is closed and counted, and a place given back is free",
          "[integration]") {
  TemporaryDirectory folder;
  auto server = make();
  REQUIRE(server->listen({folder / "s", WireForm::qemu, 2}));
  const auto turn = [&server] { server->dispatch(); };
  auto one = QmpClient::connect(folder / "s");
  auto two = QmpClient::connect(folder / "s");
  auto three = QmpClient::connect(folder / "s");
  REQUIRE((one && two && three));
  CHECK(line_with(*one, turn));
  CHECK(line_with(*two, turn));
  CHECK_FALSE(line_with(*three, turn));
  CHECK(server->statistics().sessions.refused_limit == 1);
  one.reset();
  for (int i = 0; i < 10; ++i) turn();
  auto four = QmpClient::connect(folder / "s");
  REQUIRE(four);
  CHECK(line_with(*four, turn));
}

TEST_CASE("who hears of a dial that fails, or of one that succeeds, may end the server", "[integration]") {
  TemporaryDirectory folder;
  const LogLevel ends_at = GENERATE(LogLevel::warning, LogLevel::info);
  std::unique_ptr<Server> server;
  ServerConfig config;
  config.log = [&](LogLevel level, std::string_view) {
    if (level == ends_at) server.reset();
  };
  server = make(std::move(config));
  REQUIRE(server->dial({.path = folder / "s", .form = WireForm::qemu, .reconnect_ms = 1}));
  CHECK(static_cast<bool>(server) == (ends_at == LogLevel::info));
  auto other = make();
  REQUIRE(other->listen({folder / "s", WireForm::qemu}));
  for (int i = 0; i < 2'000 && server; ++i) {
    pollfd wait{server->fd(), POLLIN, 0};
    poll(&wait, 1, 10);
    server->dispatch();
  }
  CHECK_FALSE(server);
}

TEST_CASE("a server tells where it listens, and closes who does not negotiate in time", "[integration]") {
  TemporaryDirectory folder;
  const auto server = make();
  REQUIRE(server->listen({.path = folder / "s", .form = WireForm::qemu, .negotiation_timeout_ms = 1}));
  REQUIRE(server->listen({.form = WireForm::qemu, .tcp = TcpAddress{"127.0.0.1", 0}}));
  const std::vector<ListenerAddress> addresses = server->addresses();
  REQUIRE(addresses.size() == 2);
  CHECK(addresses[0].name == "unix:" + (folder / "s"));
  CHECK(addresses[0].port == 0);
  CHECK(addresses[1].name == "tcp:127.0.0.1:" + std::to_string(addresses[1].port));
  const UniqueFd over_tcp = test::connect_tcp("127.0.0.1", addresses[1].port);
  REQUIRE(over_tcp);
  test::UnixClient silent(folder / "s");
  // Nothing but the descriptor says when it is time.
  for (int turns = 0; turns < 1'000 && server->statistics().sessions.not_negotiated == 0; ++turns) {
    pollfd due{server->fd(), POLLIN, 0};
    REQUIRE(poll(&due, 1, 10'000) == 1);
    server->dispatch();
  }
  CHECK(server->statistics().sessions.not_negotiated == 1);
  CHECK(server->statistics().sessions_open == 1);
}

TEST_CASE("an address of TCP is not for sockets that are handed down, nor one beyond loopback",
          "[integration]") {
  const auto server = make();
  const auto adopted = server->adopt(0, {.form = WireForm::qemu, .tcp = TcpAddress{"127.0.0.1", 0}});
  CHECK(adopted.error().code == ErrorCode::invalid_argument);
  const auto outside = server->listen({.form = WireForm::qemu, .tcp = TcpAddress{"0.0.0.0", 0}});
  CHECK(outside.error().code == ErrorCode::invalid_argument);
  const auto dialled = server->dial({.form = WireForm::qemu, .tcp = TcpAddress{"192.0.2.1", 4444}});
  CHECK(dialled.error().code == ErrorCode::invalid_argument);
  CHECK(server->addresses().empty());
}
