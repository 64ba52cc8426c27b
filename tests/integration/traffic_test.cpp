// SPDX-License-Identifier: MIT
// What an embedder is told of the bytes that pass, and what it may do while it is told.
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/server.hpp>

#include "support/qmp_client.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;
using test::QmpClient;
using test::TemporaryDirectory;

namespace {

struct Record {
  Traffic::Kind kind;
  std::uint64_t session;
  std::string path;
  std::string bytes;
};

/// A server that the test dispatches.
struct House {
  void start(TrafficCallback on_traffic, RunControl run_state = {}) {
    ServerConfig config;
    config.on_traffic = std::move(on_traffic);
    config.run_state = std::move(run_state);
    auto made = Server::create(std::move(config));
    REQUIRE(made);
    server = std::move(made).value();
    REQUIRE(server->listen({path, WireForm::qemu}));
  }
  TrafficCallback record() {
    return [this](const Traffic& traffic) {
      records.push_back(
          {traffic.kind, traffic.session, std::string(traffic.path), std::string(traffic.bytes)});
    };
  }
  std::string bytes(Traffic::Kind kind, std::uint64_t session) const {
    std::string all;
    for (const Record& each : records)
      if (each.kind == kind && each.session == session) all += each.bytes;
    return all;
  }
  void dispatch_until(const std::function<bool()>& reached) {
    for (int turns = 0; turns < 10'000 && !reached(); ++turns) server->dispatch();
    REQUIRE(reached());
  }

  TemporaryDirectory folder;
  std::string path = folder / "s";
  std::unique_ptr<Server> server;
  std::vector<Record> records;
};

std::string everything(QmpClient& client) {
  std::string all;
  while (const auto line = client.line()) all += *line + "\r\n";
  return all;
}

}  // namespace

TEST_CASE("every byte of both directions is told between the opening and the end of its session",
          "[integration]") {
  House house;
  house.start(house.record());
  auto one = QmpClient::connect(house.path);
  auto other = QmpClient::connect(house.path);
  REQUIRE((one && other));
  const std::string request = "{\"execute\":\"qmp_capabilities\"}";
  one->send(request);
  house.dispatch_until([&] { return house.server->statistics().sessions_in_command == 1; });
  house.server->emitter().emit(Stop{});
  house.server->dispatch();
  house.server.reset();
  const std::string got = everything(*one);
  CHECK(got.find("STOP") != std::string::npos);
  CHECK(house.bytes(Traffic::Kind::received, 1).find(request) == 0);
  CHECK(house.bytes(Traffic::Kind::sent, 1) == got);
  CHECK(house.bytes(Traffic::Kind::sent, 2) == everything(*other));
  for (const std::uint64_t session : {1u, 2u}) {
    std::vector<Traffic::Kind> kinds;
    for (const Record& each : house.records) {
      CHECK(each.path == house.path);
      if (each.session == session) kinds.push_back(each.kind);
    }
    REQUIRE(kinds.size() >= 3);
    CHECK(kinds.front() == Traffic::Kind::opened);
    CHECK(kinds.back() == Traffic::Kind::closed);
    CHECK(std::count(kinds.begin(), kinds.end(), Traffic::Kind::opened) == 1);
    CHECK(std::count(kinds.begin(), kinds.end(), Traffic::Kind::closed) == 1);
  }
}

TEST_CASE("a server may be destroyed from inside what it tells, at every kind of it", "[integration]") {
  const auto kind =
      GENERATE(Traffic::Kind::opened, Traffic::Kind::received, Traffic::Kind::sent, Traffic::Kind::closed);
  House house;
  std::vector<Traffic::Kind> kinds;
  house.start([&](const Traffic& traffic) {
    kinds.push_back(traffic.kind);
    if (traffic.kind == kind) house.server.reset();
  });
  auto one = QmpClient::connect(house.path);
  auto other = QmpClient::connect(house.path);
  REQUIRE((one && other));
  one->send("{\"execute\":\"qmp_capabilities\"}");
  ::shutdown(one->fd(), SHUT_WR);
  for (int turns = 0; turns < 10'000 && house.server; ++turns) house.server->dispatch();
  CHECK_FALSE(house.server);
  CHECK(everything(*one).rfind("{\"QMP\"", 0) == 0);
  everything(*other);  // ends
  CHECK(std::count(kinds.begin(), kinds.end(), Traffic::Kind::opened) ==
        std::count(kinds.begin(), kinds.end(), Traffic::Kind::closed));
  CHECK(kinds.back() == Traffic::Kind::closed);
}

TEST_CASE("what is told may use the server: it flushes, dispatches and emits", "[integration]") {
  House house;
  int depth = 0;
  house.start([&](const Traffic& traffic) {
    house.record()(traffic);
    if (!house.server || ++depth > 10) return;
    house.server->emitter().emit(Stop{});
    house.server->dispatch();
    house.server->flush();
  });
  auto client = QmpClient::connect(house.path);
  REQUIRE(client);
  client->send("{\"execute\":\"qmp_capabilities\"}");
  house.dispatch_until([&] { return house.server->statistics().sessions_in_command == 1; });
  house.server->emitter().emit(Stop{});
  house.server->dispatch();
  house.server.reset();
  const std::string got = everything(*client);
  CHECK(got.find("STOP") != std::string::npos);
  CHECK(house.bytes(Traffic::Kind::sent, 1) == got);
}

TEST_CASE("a server destroyed by its own command still tells that command's reply", "[integration]") {
  House house;
  RunControl run_state;
  run_state.quit = [&house] {
    house.server.reset();
    return Answer::empty();
  };
  house.start(house.record(), std::move(run_state));
  auto client = QmpClient::connect(house.path);
  REQUIRE(client);
  client->send("{\"execute\":\"qmp_capabilities\"}{\"execute\":\"quit\"}");
  for (int turns = 0; turns < 10'000 && house.server; ++turns) house.server->dispatch();
  CHECK_FALSE(house.server);
  CHECK(house.bytes(Traffic::Kind::sent, 1) == everything(*client));
  CHECK(house.records.back().kind == Traffic::Kind::closed);
}
