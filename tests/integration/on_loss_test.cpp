// SPDX-License-Identifier: MIT
// What becomes of a client that loses events and came by dial() or converse(), as it does of a listener's.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>

#include <catch2/catch.hpp>
#include <qmpev/events.hpp>
#include <qmpev/server.hpp>

#include "monitor/unix_socket.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

constexpr int kMaxTurns = 100'000;

/// A client's two directions; of a socket the same.
struct Ends {
  UniqueFd to_server, from_server;
};

Ends dialled(Server& server, const std::string& path, OnLoss on_loss) {
  const UnixSocket listening = UnixSocket::listen(path).value();
  REQUIRE(server.dial({.path = path, .form = WireForm::qemu, .on_loss = on_loss}));
  UniqueFd client(::accept4(listening.fd(), nullptr, nullptr, SOCK_CLOEXEC));
  UniqueFd again(::fcntl(client.get(), F_DUPFD_CLOEXEC, 0));
  return {std::move(client), std::move(again)};
}

Ends conversing(Server& server, OnLoss on_loss) {
  int input[2];
  int output[2];
  REQUIRE((::pipe2(input, O_CLOEXEC) == 0 && ::pipe2(output, O_CLOEXEC) == 0));
  const UniqueFd reads(input[0]);
  const UniqueFd writes(output[1]);
  Ends ends{UniqueFd(input[1]), UniqueFd(output[0])};
  REQUIRE(server.converse(reads.get(), writes.get(),
                          {.path = "pipes", .form = WireForm::qemu, .on_loss = on_loss}));
  return ends;
}

/// Everything that comes while the server is dispatched; true when its end came, too.
bool drain(Server& server, const UniqueFd& from) {
  ::fcntl(from.get(), F_SETFL, O_NONBLOCK);
  std::array<char, 65536> bytes;
  for (int quiet = 0; quiet < 100;) {
    server.dispatch();
    const ssize_t count = ::read(from.get(), bytes.data(), bytes.size());
    if (count == 0) return true;
    quiet = count > 0 ? 0 : quiet + 1;
  }
  return false;
}

TEST_CASE("who was dialled or converses and loses events ends, if that was said, and else stays",
          "[integration]") {
  const bool dials = GENERATE(true, false);
  const OnLoss on_loss = GENERATE(OnLoss::stay, OnLoss::close);
  TemporaryDirectory folder;
  ServerConfig config;
  config.log_bytes = std::size_t{64} << 10;
  auto server = Server::create(std::move(config)).value();
  const Ends client = dials ? dialled(*server, folder / "s", on_loss) : conversing(*server, on_loss);
  const std::string says = R"({"execute":"qmp_capabilities"})";
  REQUIRE(::write(client.to_server.get(), says.data(), says.size()) == static_cast<ssize_t>(says.size()));
  for (int i = 0; i < kMaxTurns && server->statistics().sessions_in_command == 0; ++i) server->dispatch();
  REQUIRE(server->statistics().sessions_in_command == 1);
  const auto lost = [&] {
    const Statistics now = server->statistics();
    return now.sessions.dropped != 0 || now.sessions.closed_for_loss != 0;
  };
  for (int i = 0; i < kMaxTurns && !lost(); ++i) {
    server->emitter().emit(Stop{});
    server->dispatch();
  }
  REQUIRE(lost());
  const bool closes = on_loss == OnLoss::close;
  CHECK(server->statistics().sessions.closed_for_loss == (closes ? 1 : 0));
  CHECK(drain(*server, client.from_server) == closes);
  CHECK(server->statistics().sessions_open == (closes ? 0 : 1));
}

}  // namespace
}  // namespace qmpev::test
