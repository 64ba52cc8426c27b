// SPDX-License-Identifier: MIT
// What a program that a server's process starts inherits of the server: nothing, whatever kind of monitor it
// has.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <set>
#include <string>

#include <catch2/catch.hpp>
#include <qmpev/server.hpp>

#include "support/open_descriptors.hpp"
#include "support/qmp_client.hpp"
#include "support/tcp_client.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

/// Where a descriptor leads: "socket:[4711]", "anon_inode:[eventpoll]".
std::string target_of(int fd) {
  std::array<char, 256> target{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  return ::readlink(link.c_str(), target.data(), target.size() - 1) > 0 ? target.data() : "";
}

/// Those that a shell finds open which this process starts.
std::string targets_in_child() {
  std::string all;
  std::FILE* const child = ::popen("for fd in /proc/self/fd/*; do readlink \"$fd\"; done", "re");
  REQUIRE(child != nullptr);
  std::array<char, 4096> bytes;
  while (const std::size_t count = std::fread(bytes.data(), 1, bytes.size(), child))
    all.append(bytes.data(), count);
  ::pclose(child);
  return all;
}

UniqueFd pipe_end(UniqueFd& other) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  other = UniqueFd(ends[1]);
  return UniqueFd(ends[0]);
}

/// As a parent hands it down: without close-on-exec.
UniqueFd handed_down(UniqueFd& other) {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  ::fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  other = UniqueFd(ends[1]);
  return UniqueFd(ends[0]);
}

TEST_CASE("no descriptor of a server is inherited, of whatever kind of monitor", "[integration]") {
  TemporaryDirectory folder;
  auto peer = Server::create({}).value();  // whom it dials
  REQUIRE(peer->listen({.path = folder / "peer", .form = WireForm::qemu}));
  REQUIRE(peer->listen({.form = WireForm::qemu, .tcp = TcpAddress{"127.0.0.1", 0}}));
  UniqueFd input_end, output_end, adopted_end;
  const UniqueFd input = pipe_end(input_end);
  const UniqueFd output = pipe_end(output_end);
  UniqueFd adopted = handed_down(adopted_end);
  const std::set<int> before = descriptors();

  auto server = Server::create({}).value();
  GMainContext* const context = g_main_context_new();
  server->attach(context);
  REQUIRE(server->listen({.path = folder / "s", .form = WireForm::qemu}));
  REQUIRE(server->listen(
      {.path = "qmpev-test-" + std::to_string(::getpid()), .form = WireForm::qemu, .abstract = true}));
  REQUIRE(server->listen({.form = WireForm::qemu, .tcp = TcpAddress{"127.0.0.1", 0}}));
  REQUIRE(server->dial({.path = folder / "peer", .form = WireForm::qemu, .reconnect_ms = 1000}));
  REQUIRE(
      server->dial({.form = WireForm::qemu, .tcp = TcpAddress{"127.0.0.1", peer->addresses().back().port}}));
  REQUIRE(server->converse(input.get(), output_end.get(), {.path = "pipes", .form = WireForm::qemu}));
  const int adopted_number = adopted.get();
  REQUIRE(server->adopt(adopted.release(), {.path = "handed down", .form = WireForm::qemu}));
  auto client = QmpClient::connect(folder / "s");
  REQUIRE(client);
  const UniqueFd tcp_client = connect_tcp("127.0.0.1", server->addresses().back().port);
  REQUIRE(tcp_client);
  for (int i = 0; i < 1'000 && server->statistics().sessions_open < 6; ++i) server->dispatch();
  REQUIRE(server->statistics().sessions_open == 6);

  const std::string inherited = targets_in_child();
  CHECK(inherited.find("pipe:") != std::string::npos);  // its standard output: it did look
  std::size_t seen = 0;
  for (const int fd : descriptors()) {
    if (before.count(fd) != 0 && fd != adopted_number) continue;
    ++seen;
    INFO("descriptor " << fd << " is " << target_of(fd));
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    if (target_of(fd).rfind("socket:", 0) == 0) CHECK(inherited.find(target_of(fd)) == std::string::npos);
  }
  CHECK(seen >= 3 + 2 + 2 + 6);  // three listeners, the two clients' ends, wake and loop, six sessions
  server.reset();
  g_main_context_unref(context);
}

}  // namespace
}  // namespace qmpev::test
