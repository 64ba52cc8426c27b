// SPDX-License-Identifier: MIT
#include "monitor/inherited_socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include <catch2/catch.hpp>

#include "base/tcp_socket.hpp"
#include "monitor/abstract_socket.hpp"
#include "monitor/unix_socket.hpp"
#include "support/tcp_client.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

std::string refusal(int fd) {
  const auto inspected = inspect_socket(fd);
  REQUIRE_FALSE(inspected);
  CHECK(inspected.error().code == ErrorCode::invalid_argument);
  return inspected.error().sentence;
}

TEST_CASE("a socket that listens and one that is connected are told apart", "[monitor]") {
  const TemporaryDirectory directory;
  const UnixSocket listening = UnixSocket::listen(directory / "s").value();
  CHECK(inspect_socket(listening.fd()).value().listening);
  CHECK_FALSE(inspect_socket(listening.fd()).value().abstract);
  const auto abstract = listen_on_abstract_name("qmpev-inherited-" + std::to_string(::getpid()), true);
  CHECK(inspect_socket(abstract.value().get()).value().abstract);
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  const UniqueFd one(ends[0]);
  const UniqueFd other(ends[1]);
  CHECK_FALSE(inspect_socket(one.get()).value().listening);
}

TEST_CASE("one of TCP tells where it is", "[monitor]") {
  const auto listening = listen_on_tcp("127.0.0.1", 0);
  REQUIRE(listening);
  const auto found = inspect_socket(listening.value().fd.get()).value();
  CHECK(found.listening);
  CHECK_FALSE(found.abstract);
  CHECK(found.tcp.value().text() == listening.value().address.text());
  const UniqueFd client = connect_tcp("127.0.0.1", listening.value().address.port());
  const auto connected = inspect_socket(client.get()).value();
  CHECK_FALSE(connected.listening);
  CHECK(connected.tcp.value().is_loopback());
}

TEST_CASE("one of several paths is one of TCP", "[monitor]") {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
  if (!socket) return;  // a kernel without it
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(socket.get(), 1) == 0);
  CHECK(inspect_socket(socket.get()).value().tcp.value().is_loopback());
}

TEST_CASE("a socket is taken over as a whole or stays as it is", "[monitor]") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  UniqueFd handed_down(ends[0]);
  const UniqueFd other(ends[1]);
  const UniqueFd ours = duplicate_socket(handed_down.get()).value();
  CHECK((::fcntl(ours.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(handed_down.get(), F_GETFD) & FD_CLOEXEC) == 0);
  CHECK((::fcntl(ours.get(), F_GETFL) & O_NONBLOCK) == 0);
  take_over(handed_down.release());
  CHECK((::fcntl(ours.get(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK(::send(ours.get(), "x", 1, MSG_NOSIGNAL) == 1);
  const auto refused = duplicate_socket(-1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::system);
}

TEST_CASE("what is no such socket is said", "[monitor]") {
  CHECK(refusal(-1).find("is not open") != std::string::npos);
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK(refusal(null.get()).find("is not a socket") != std::string::npos);
  const UniqueFd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
  CHECK(refusal(netlink.get()).find("of another family") != std::string::npos);
  for (const int family : {AF_UNIX, AF_INET, AF_INET6}) {
    const UniqueFd datagrams(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (datagrams) CHECK(refusal(datagrams.get()).find("of another type") != std::string::npos);
  }
  const UniqueFd unbound(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(refusal(unbound.get()).find("neither listens nor is connected") != std::string::npos);
  const UniqueFd idle(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(refusal(idle.get()).find("neither listens nor is connected") != std::string::npos);
}

}  // namespace
}  // namespace qmpev::test
