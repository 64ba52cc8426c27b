// SPDX-License-Identifier: MIT
#include "cli/passed_listeners.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include <catch2/catch.hpp>

#include "base/internet_address.hpp"
#include "base/unique_fd.hpp"
#include "monitor/unix_address.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

constexpr int kFirst = 400;  // what follows is free in a test

UniqueFd bound(int type, const UnixAddress& address) {
  UniqueFd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(socket.get(), address.generic(), address.size) == 0);
  return socket;
}

UniqueFd listening(const UnixAddress& address) {
  UniqueFd socket = bound(SOCK_STREAM, address);
  REQUIRE(::listen(socket.get(), 1) == 0);
  return socket;
}

UniqueFd listening_on_port() {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = InternetAddress::of("127.0.0.1", 0);
  REQUIRE(::bind(socket.get(), address->generic(), address->size) == 0);
  REQUIRE(::listen(socket.get(), 1) == 0);
  return socket;
}

/// Sockets as they are passed, of these names.
class Passed {
 public:
  Passed& add(const std::string& name, const UniqueFd& socket) {
    fds_.emplace_back(::fcntl(socket.get(), F_DUPFD, kFirst + static_cast<int>(fds_.size())));
    names_ += (fds_.size() == 1 ? "" : ":") + name;
    return *this;
  }
  Result<std::vector<ListenOption>> find(const std::vector<std::string>& options) {
    std::vector<ListenOption> parsed;
    for (const std::string& option : options) parsed.push_back(parse_listen_option(option).value());
    const std::string count = std::to_string(fds_.size());
    auto sockets = PassedSockets::of({"1", count.c_str(), names_.c_str()}, 1, kFirst);
    return find_passed(parsed, sockets.value());
  }

 private:
  std::vector<UniqueFd> fds_;
  std::string names_;
};

TEST_CASE("a passed socket tells its path, and its settings are those of other listeners", "[cli]") {
  const TemporaryDirectory folder;
  const auto socket = listening(UnixAddress::of_path(folder / "qmp.sock").value());
  const auto found = Passed().add("qmp", socket).find({"unix:a", "fd:qmp,wire=qemu,max-clients=3"}).value();
  REQUIRE(found.size() == 2);
  CHECK(found[0].path == "a");
  CHECK(found[0].fd == -1);
  CHECK(found[1].fd == kFirst);
  CHECK(found[1].path == folder / "qmp.sock");
  CHECK_FALSE(found[1].abstract);
  CHECK(found[1].role == ListenerRole::full);
  CHECK(found[1].form == WireForm::qemu);
  CHECK(found[1].max_clients == 3);
}

TEST_CASE("an option takes every socket of its name, in their order", "[cli]") {
  const auto one =
      listening(UnixAddress::of_abstract_name("qmpev-test-" + std::to_string(::getpid()), true).value());
  const auto other = listening_on_port();
  const auto found = Passed().add("a", one).add("a", other).find({"fd:a"}).value();
  REQUIRE(found.size() == 2);
  CHECK(found[0].abstract);
  CHECK(found[0].path == "qmpev-test-" + std::to_string(::getpid()));
  CHECK(found[1].fd == kFirst + 1);
  CHECK(found[1].tcp.value().host == "127.0.0.1");
  CHECK(found[1].tcp.value().port == InternetAddress::of_socket(other.get())->port());
}

TEST_CASE("a passed port is for events unless its role is written out", "[cli]") {
  const auto port = listening_on_port();
  CHECK(Passed().add("a", port).find({"fd:a"}).value()[0].role == ListenerRole::events_only);
  CHECK(Passed().add("a", port).find({"fd:a,role=full"}).value()[0].role == ListenerRole::full);
}

TEST_CASE("what is passed and cannot be listened on is refused with what it is", "[cli]") {
  const TemporaryDirectory folder;
  const auto refusal = [](const UniqueFd& fd) {
    return Passed().add("a", fd).find({"fd:a"}).error().sentence;
  };
  int pair[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  const UniqueFd one(pair[0]);
  const UniqueFd other(pair[1]);
  CHECK(refusal(one) ==
        "--listen fd:a: descriptor 400 is one client's connection, not a socket that listens: use Accept=no "
        "in the "
        ".socket unit");
  CHECK(refusal(UniqueFd(::eventfd(0, EFD_CLOEXEC))).find("--listen fd:a: descriptor 400 is not a socket") ==
        0);
  const auto datagrams = bound(SOCK_DGRAM, UnixAddress::of_path(folder / "d").value());
  CHECK(refusal(datagrams).find("--listen fd:a: descriptor 400 is a socket of another type") == 0);
  const auto deaf = bound(SOCK_STREAM, UnixAddress::of_path(folder / "s").value());
  CHECK(refusal(deaf).find("neither listens nor is connected") != std::string::npos);
}

TEST_CASE("each passed socket has one option", "[cli]") {
  const auto port = listening_on_port();
  CHECK(
      Passed().add("a", port).find({"fd:a", "fd:a"}).error().sentence.find("every socket that was passed") !=
      std::string::npos);
  CHECK(Passed().add("a", port).find({"unix:a"}).error().sentence.find("nobody serves the socket 'a'") == 0);
  CHECK(Passed().find({"unix:a"}).value().size() == 1);
}

}  // namespace
}  // namespace qmpev::test
