// SPDX-License-Identifier: MIT
// Listeners and their sessions on real UNIX sockets, driven by the real loop.
#include "monitor/listener.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "listener_house.hpp"
#include "monitor/unix_address.hpp"
#include "support/unix_client.hpp"

namespace qmpev::test {
namespace {

TEST_CASE("a client on a socket is greeted, negotiates, and hears events in the listener's form",
          "[monitor]") {
  House house;
  const auto document = house.listen("d", WireForm::document);
  const auto qemu = house.listen("q", WireForm::qemu);
  UnixClient one(house.directory / "d");
  UnixClient other(house.directory / "q");
  house.run();
  CHECK(one.take() == std::string(kGreeting) + "\r\n");
  CHECK(other.take() == std::string(kGreeting) + "\r\n");
  REQUIRE(one.send(kNegotiate));
  REQUIRE(other.send(kNegotiate));
  house.run();
  CHECK(one.take() == std::string(kNegotiated) + "\r\n");
  house.room.emit("X");
  house.run();
  CHECK(one.take() == FakeRoom::line_of("X", "d"));
  CHECK(other.take() == std::string(kNegotiated) + "\r\n" + FakeRoom::line_of("X", "q"));
  CHECK(document->clients() == 1);
  one.close();
  house.run();
  CHECK(document->clients() == 0);
  CHECK(house.room.audience == 1);
}

TEST_CASE("a client that half-closes gets every answer, then the end", "[monitor]") {
  House house;
  const auto listener = house.listen("s");
  UnixClient client(house.directory / "s");
  REQUIRE(client.send(std::string(kNegotiate) + R"({"execute":"mute","id":1}{"execute":"mu)"));
  client.half_close();
  house.run();
  CHECK(client.take() ==
        std::string(kGreeting) + "\r\n" + kNegotiated + "\r\n" + "{\"return\": {}, \"id\": 1}\r\n");
  CHECK(client.take() == std::nullopt);
  CHECK(listener->clients() == 0);
}

TEST_CASE("a client that does not read holds up nobody, and gets everything when it does", "[monitor]") {
  House house;
  const auto listener = house.listen("s");
  UnixClient stuck(house.directory / "s");
  UnixClient other(house.directory / "s");
  REQUIRE(stuck.send(kNegotiate));
  REQUIRE(other.send(kNegotiate));
  house.run();
  std::string of_stuck;
  std::string of_other;
  for (int i = 0; i < 100; ++i) {
    house.room.emit_many(10, 300);
    house.run();
    of_other += other.take().value();
    REQUIRE(stuck.send(R"({"execute":"mute"})"));
  }
  house.run();
  for (int i = 0; i < 100; ++i) {
    of_stuck += stuck.take().value();
    house.run();
  }
  const std::size_t handshake = std::string(kGreeting).size() + std::string(kNegotiated).size() + 4;
  CHECK(of_other.substr(handshake) == house.room.published);
  const Statistics now = house.room.statistics();
  CHECK(now.sessions.delivered + now.sessions.dropped == 2 * 1000);
  std::size_t replies = 0;
  for (std::size_t at = 0; (at = of_stuck.find(kNegotiated, at)) != std::string::npos; ++at) ++replies;
  CHECK(replies == 101);
}

TEST_CASE("or it waits without a word until one leaves", "[monitor]") {
  House house;
  ListenerConfig config{house.directory / "s", WireForm::qemu, 1};
  config.no_seat = NoSeat::waits;
  int came = 0;
  config.on_client = [&] { ++came; };
  const auto listener = Listener::create(config, *house.loop, house.room.monitors);
  REQUIRE(listener);
  UnixClient first(house.directory / "s");
  UnixClient second(house.directory / "s");
  house.run();
  CHECK(first.take() == std::string(kGreeting) + "\r\n");
  CHECK(second.take() == "");
  CHECK(came == 1);
  REQUIRE(second.send(kNegotiate));
  first.close();
  house.run();
  CHECK(second.take() == std::string(kGreeting) + "\r\n" + kNegotiated + "\r\n");
  CHECK(came == 2);
  CHECK(house.room.statistics().sessions.refused_limit == 0);
}

TEST_CASE("an abstract name lets in who may come, and counts the others", "[monitor]") {
  const bool allowed = GENERATE(true, false);
  House house;
  ListenerConfig config{"qmpev-listener-" + std::to_string(::getpid()), WireForm::qemu};
  config.abstract = true;
  config.allowed_uids = {allowed ? ::geteuid() : ::geteuid() + 1};
  const auto listener = Listener::create(config, *house.loop, house.room.monitors);
  REQUIRE(listener);
  const UnixAddress address = UnixAddress::of_abstract_name(config.path, true).value();
  const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(client.get(), address.generic(), address.size) == 0);
  house.run();
  char bytes[4096];
  const ssize_t count = ::recv(client.get(), bytes, sizeof bytes, MSG_DONTWAIT);
  CHECK((count > 0) == allowed);
  CHECK(house.room.statistics().sessions.refused_peer == (allowed ? 0 : 1));
}

TEST_CASE("a client more than max_clients is closed at accept and counted, until one leaves", "[monitor]") {
  House house;
  const auto listener = house.listen("s", WireForm::document, 2);
  const std::string path = house.directory / "s";
  UnixClient first(path);
  UnixClient second(path);
  UnixClient third(path);
  house.run();
  CHECK(first.take().value_or("") != "");
  CHECK(second.take().value_or("") != "");
  CHECK(third.take() == std::nullopt);
  CHECK(listener->clients() == 2);
  CHECK(house.room.statistics().sessions.refused_limit == 1);
  first.close();
  house.run();
  UnixClient fourth(path);
  house.run();
  CHECK(fourth.take().value_or("") != "");
  CHECK(house.room.statistics().sessions.accepted == 3);
}

TEST_CASE("one user has at most as many as the listener says", "[monitor]") {
  House house;
  ListenerConfig config{house.directory / "s", WireForm::qemu, 3};
  config.max_clients_per_uid = 2;
  const auto listener = house.listen(config);
  UnixClient first(config.path);
  UnixClient second(config.path);
  UnixClient third(config.path);
  house.run();
  CHECK(second.take().value_or("") != "");
  CHECK(third.take() == std::nullopt);
  CHECK(house.room.statistics().sessions.refused_uid_limit == 1);
  CHECK(house.room.statistics().sessions.refused_limit == 0);
  first.close();
  house.run();
  UnixClient fourth(config.path);
  house.run();
  CHECK(fourth.take().value_or("") != "");
}

TEST_CASE("a path lets in whom it names, by user or by group", "[monitor]") {
  House house;
  ListenerConfig config{house.directory / "s", WireForm::qemu};
  config.allowed_uids = {::geteuid() + 1};
  const bool by_group = GENERATE(true, false);
  if (by_group) config.allowed_gids = {::getegid()};
  const auto listener = house.listen(config);
  UnixClient client(config.path);
  house.run();
  CHECK(client.take().has_value() == by_group);
  CHECK(house.room.statistics().sessions.refused_peer == (by_group ? 0 : 1));
}

TEST_CASE("the default is 64 clients", "[monitor]") {
  House house;
  const auto listener = house.listen("s");
  std::vector<UnixClient> clients;
  for (int i = 0; i < 65; ++i) clients.emplace_back(house.directory / "s");
  house.run();
  CHECK(house.room.statistics().sessions_open == 64);
  CHECK(house.room.statistics().sessions.refused_limit == 1);
}

TEST_CASE("a listener of no clients is refused, and so is what the socket refuses", "[monitor]") {
  House house;
  const auto zero =
      Listener::create({house.directory / "s", WireForm::qemu, 0}, *house.loop, house.room.monitors);
  REQUIRE_FALSE(zero);
  CHECK(zero.error().code == ErrorCode::invalid_argument);
  const auto listener = house.listen("s");
  const auto again =
      Listener::create({house.directory / "s", WireForm::qemu}, *house.loop, house.room.monitors);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::address_in_use);
}

TEST_CASE("sessions outlive their listener, whose file is gone", "[monitor]") {
  House house;
  auto listener = house.listen("s");
  UnixClient client(house.directory / "s");
  house.run();
  listener.reset();
  CHECK(UnixClient(house.directory / "s").error() == ENOENT);
  client.take();
  REQUIRE(client.send(kNegotiate));
  house.run();
  CHECK(client.take() == std::string(kNegotiated) + "\r\n");
}

TEST_CASE("accepted sockets are non-blocking and not inherited", "[monitor]") {
  House house;
  const auto listener = house.listen("s");
  UnixClient client(house.directory / "s");
  const int next = ::dup(0);  // the number the accepted socket will get
  ::close(next);
  house.run();
  CHECK((::fcntl(next, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(next, F_GETFL) & O_NONBLOCK) != 0);
}

/// Takes away all free descriptors while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);
    ::close(next);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &none);
    // Lower numbers may be free, too.
    for (int fd; (fd = ::dup(0)) >= 0;) taken_.push_back(fd);
  }
  ~NoDescriptors() {
    for (const int fd : taken_) ::close(fd);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

TEST_CASE("without a free descriptor a listener looks away instead of spinning, and comes back",
          "[monitor]") {
  std::vector<std::string> said;
  House house;
  Monitors monitors(
      house.room.log, house.room.dispatcher, house.room,
      [&](LogLevel, std::string_view text) { said.emplace_back(text); }, 1000);
  auto created = Listener::create({house.directory / "s", WireForm::qemu}, *house.loop, monitors);
  REQUIRE(created);
  const auto listener = std::move(created).value();
  const auto paused_times = [&] {
    Statistics now;
    monitors.fill(now);
    return now.sessions.accept_paused;
  };
  // Greeted first: what a sanitizer wants to know of the types at work it asks now, which takes it
  // descriptors.
  UnixClient before(house.directory / "s");
  house.run();
  UnixClient first(house.directory / "s");
  {
    const NoDescriptors none;
    house.run();  // fails if it spins
    CHECK(listener->paused());
  }
  REQUIRE(house.wait(2000));  // the timer
  house.run();
  CHECK_FALSE(listener->paused());
  CHECK(first.take() == std::string(kGreeting) + "\r\n");
  CHECK(paused_times() >= 1);
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("ulimit") != std::string::npos);
  CHECK(said[0].find("unix:" + (house.directory / "s")) != std::string::npos);

  UnixClient second(house.directory / "s");
  {
    const NoDescriptors none;
    house.run();
    REQUIRE(house.wait(2000));
    house.run();
    CHECK(listener->paused());
  }
  CHECK(paused_times() >= 3);
  CHECK(said.size() == 2);  // once per time of need
  REQUIRE(house.wait(2000));
  house.run();
  CHECK(second.take() == std::string(kGreeting) + "\r\n");
  monitors.end();
}

}  // namespace
}  // namespace qmpev::test
