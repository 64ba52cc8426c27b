// SPDX-License-Identifier: MIT
// With a real server on real UNIX sockets, dispatched by the test.
#include "cli/monitor_opening.hpp"

#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/tcp_socket.hpp"
#include "base/unique_fd.hpp"
#include "monitor/unix_address.hpp"
#include "support/tcp_client.hpp"
#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

using namespace qmpev;
using test::connect_tcp;
using test::TemporaryDirectory;
using test::UnixClient;

namespace {

constexpr bool kWait = true;

struct Bench {
  QemuMonitor listening(const char* name, bool wait = false) {
    Chardev chardev;
    chardev.kind = Chardev::Kind::unix_socket;
    chardev.path = folder / name;
    chardev.server = true;
    chardev.wait = wait;
    return {chardev, false};
  }
  QemuMonitor at_port(bool listens, std::uint16_t port = 0) {
    Chardev chardev;
    chardev.kind = Chardev::Kind::tcp_socket;
    chardev.tcp = {"127.0.0.1", port};
    chardev.server = listens;
    return {chardev, false};
  }
  QemuMonitor dialling(const char* name) {
    QemuMonitor monitor = listening(name);
    monitor.chardev.server = false;
    return monitor;
  }
  Result<void> begin(std::vector<QemuMonitor> monitors) {
    opening = std::make_unique<MonitorOpening>(
        *server, std::move(monitors),
        MonitorOpening::Told{
            .done =
                [this] {
                  ++done;
                  return at_end;
                },
            .refused = [this](const Error& error) { refused = error.sentence; },
            .exposed = [this](const QemuMonitor& monitor) { exposed.push_back(monitor.chardev.tcp.port); }});
    return opening->begin();
  }
  /// A client that connects there and is let in; null when nobody listens.
  std::unique_ptr<UnixClient> come(const char* name) {
    auto client = std::make_unique<UnixClient>(folder / name);
    if (client->error() != 0) return nullptr;
    while (server->dispatch()) {
    }
    return client;
  }
  bool listens(const char* name) { return UnixClient(folder / name).error() == 0; }

  TemporaryDirectory folder;
  std::unique_ptr<Server> server = std::move(Server::create({})).value();
  std::unique_ptr<MonitorOpening> opening;
  Result<void> at_end{};
  int done = 0;
  std::string refused;
  std::vector<std::uint16_t> exposed;
};

bool is_greeted(const UnixClient& client) {
  char bytes[8];
  return ::recv(client.fd(), bytes, sizeof bytes, MSG_DONTWAIT) == sizeof bytes;
}

}  // namespace

TEST_CASE("monitors that do not wait are open at once", "[cli]") {
  Bench bench;
  REQUIRE(bench.begin({bench.listening("a"), bench.listening("b")}));
  CHECK(bench.done == 1);
  CHECK(bench.listens("a"));
  CHECK(bench.listens("b"));
  Bench none;
  REQUIRE(none.begin({}));
  CHECK(none.done == 1);
}

TEST_CASE("one that waits holds back those behind it until its first client has come", "[cli]") {
  Bench bench;
  REQUIRE(bench.begin({bench.listening("a"), bench.listening("b", kWait), bench.listening("c", kWait),
                       bench.listening("d")}));
  CHECK(bench.listens("a"));
  CHECK_FALSE(bench.listens("c"));
  auto first = bench.come("b");
  REQUIRE(first);
  CHECK(is_greeted(*first));
  CHECK(bench.done == 0);
  CHECK_FALSE(bench.listens("d"));
  const auto second = bench.come("c");
  REQUIRE(second);
  CHECK(bench.done == 1);
  CHECK(bench.listens("d"));
  first.reset();
  CHECK(bench.come("b"));
  CHECK(bench.done == 1);
}

TEST_CASE("what was held back may be refused", "[cli]") {
  Bench bench;
  REQUIRE(bench.begin({bench.listening("a", kWait), bench.dialling("nobody"), bench.listening("c")}));
  CHECK(bench.refused.empty());
  const auto client = bench.come("a");
  CHECK(bench.refused.find("cannot connect to " + (bench.folder / "nobody")) == 0);
  CHECK(bench.done == 0);
  CHECK_FALSE(bench.listens("c"));
}

TEST_CASE("what is refused at once is the caller's, and so is what the end refuses", "[cli]") {
  Bench bench;
  CHECK(bench.begin({bench.listening("a"), bench.listening("a")}).error().code == ErrorCode::address_in_use);
  CHECK(bench.done == 0);
  Bench other;
  other.at_end = Error{ErrorCode::not_found, "no test"};
  CHECK(other.begin({}).error().sentence == "no test");
  Bench late;
  late.at_end = Error{ErrorCode::not_found, "no test"};
  REQUIRE(late.begin({late.listening("a", kWait)}));
  const auto client = late.come("a");
  CHECK(late.refused == "no test");
}

TEST_CASE("each is announced once it is open, in the order of opening", "[cli]") {
  Bench bench;
  REQUIRE(bench.begin({bench.listening("a"), bench.listening("b", kWait), bench.listening("c")}));
  std::string announced;
  bench.opening->announce([&](const QemuMonitor& monitor) { announced += monitor.chardev.path.back(); });
  CHECK(announced == "ab");
  const auto client = bench.come("b");
  CHECK(announced == "abc");
}

TEST_CASE("a descriptor is what is said of it", "[cli]") {
  Bench bench;
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  const UniqueFd one(ends[0]);
  const UniqueFd other(ends[1]);
  QemuMonitor monitor;
  monitor.chardev.kind = Chardev::Kind::descriptor;
  monitor.chardev.fd = one.get();
  monitor.chardev.server = true;
  CHECK(bench.begin({monitor}).error().sentence.find("leave out server=on") != std::string::npos);
  UniqueFd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(listening.get(), UnixAddress::of_path(bench.folder / "s").value().generic(),
                 sizeof(sockaddr_un)) == 0);
  REQUIRE(::listen(listening.get(), 1) == 0);
  monitor.chardev.fd = listening.get();
  monitor.chardev.server = false;
  CHECK(bench.begin({monitor}).error().sentence.find("add server=on") != std::string::npos);
  monitor.chardev.server = true;
  REQUIRE(bench.begin({monitor}));
  static_cast<void>(listening.release());
  CHECK(bench.listens("s"));
}

TEST_CASE("one at a port has full powers, tells the port it found and is warned of, once", "[cli]") {
  Bench bench;
  REQUIRE(bench.begin({bench.at_port(true)}));
  std::uint16_t announced = 0;
  bench.opening->announce([&](const QemuMonitor& monitor) { announced = monitor.chardev.tcp.port; });
  REQUIRE(bench.exposed.size() == 1);
  CHECK(announced != 0);
  CHECK(bench.exposed[0] == announced);
  const UniqueFd client = connect_tcp("127.0.0.1", announced);
  REQUIRE(client);
  for (int turn = 0; turn < 10 && bench.server->statistics().each_session.empty(); ++turn)
    bench.server->dispatch();
  REQUIRE(bench.server->statistics().each_session.size() == 1);
  CHECK(bench.server->statistics().each_session[0].role == ListenerRole::full);
}

TEST_CASE("so has one whose port was handed down", "[cli]") {
  Bench bench;
  auto listening = listen_on_tcp("127.0.0.1", 0);
  REQUIRE(listening);
  QemuMonitor monitor;
  monitor.chardev.kind = Chardev::Kind::descriptor;
  monitor.chardev.server = true;
  monitor.chardev.fd = listening.value().fd.release();
  REQUIRE(bench.begin({monitor}));
  CHECK(bench.exposed == std::vector<std::uint16_t>{listening.value().address.port()});
  const UniqueFd client = connect_tcp("127.0.0.1", listening.value().address.port());
  REQUIRE(client);
  for (int turn = 0; turn < 10 && bench.server->statistics().each_session.empty(); ++turn)
    bench.server->dispatch();
  REQUIRE(bench.server->statistics().each_session.size() == 1);
  CHECK(bench.server->statistics().each_session[0].role == ListenerRole::full);
}

TEST_CASE("a connection that was handed down has full powers and exposes nothing", "[cli]") {
  Bench bench;
  const auto listening = listen_on_tcp("127.0.0.1", 0);
  const UniqueFd client = connect_tcp("127.0.0.1", listening.value().address.port());
  UniqueFd accepted(::accept4(listening.value().fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  REQUIRE(accepted);
  QemuMonitor monitor;
  monitor.chardev.kind = Chardev::Kind::descriptor;
  monitor.chardev.fd = accepted.release();
  REQUIRE(bench.begin({monitor}));
  CHECK(bench.exposed.empty());
  REQUIRE(bench.server->statistics().each_session.size() == 1);
  CHECK(bench.server->statistics().each_session[0].role == ListenerRole::full);
}

TEST_CASE("who dials a port exposes nothing", "[cli]") {
  Bench bench;
  const auto listening = listen_on_tcp("127.0.0.1", 0);
  REQUIRE(listening);
  REQUIRE(bench.begin({bench.at_port(false, listening.value().address.port())}));
  for (int turn = 0; turn < 10 && bench.server->statistics().each_session.empty(); ++turn)
    bench.server->dispatch();
  CHECK(bench.server->statistics().each_session.size() == 1);
  CHECK(bench.exposed.empty());
}
