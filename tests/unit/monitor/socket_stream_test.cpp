// SPDX-License-Identifier: MIT
#include "monitor/socket_stream.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <catch2/catch.hpp>

#include "loop/loop.hpp"

namespace qmpev {
namespace {

struct RecordingUser final : StreamUser {
  void ready(Readiness readiness) noexcept override {
    ++calls;
    last = readiness;
  }
  int calls = 0;
  Readiness last;
};

struct Bench {
  Bench() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    peer = UniqueFd(ends[1]);
    fd = ends[0];
    stream = make_socket_stream(UniqueFd(ends[0]), *loop);
    REQUIRE(stream);
    stream->attach(user);
  }
  std::unique_ptr<Loop> loop = std::move(Loop::create()).value();
  RecordingUser user;
  UniqueFd peer;
  int fd = -1;
  std::unique_ptr<Stream> stream;
};

TEST_CASE("a stream tells what is wanted, level-triggered, and nothing else", "[monitor]") {
  Bench bench;
  bench.loop->poll(10);
  CHECK(bench.user.calls == 0);
  REQUIRE(::write(bench.peer.get(), "x", 1) == 1);
  bench.loop->poll(10);
  CHECK(bench.user.calls == 0);
  bench.stream->want(true, false);
  bench.loop->poll(10);
  bench.loop->poll(10);
  CHECK(bench.user.calls == 2);
  CHECK(bench.user.last.readable);
  CHECK_FALSE(bench.user.last.writable);
  bench.stream->want(false, true);
  bench.loop->poll(10);
  CHECK_FALSE(bench.user.last.readable);
  CHECK(bench.user.last.writable);
}

TEST_CASE("reading and writing never wait and never raise a signal", "[monitor]") {
  Bench bench;
  char buffer[10];
  CHECK(bench.stream->read(buffer, sizeof buffer) == -EAGAIN);
  CHECK(bench.stream->write("abc", 3) == 3);
  CHECK(::read(bench.peer.get(), buffer, sizeof buffer) == 3);
  REQUIRE(::write(bench.peer.get(), "xy", 2) == 2);
  CHECK(bench.stream->read(buffer, sizeof buffer) == 2);
  const std::string large(1 << 20, 'x');
  ssize_t written = 0;
  while ((written = bench.stream->write(large.data(), large.size())) > 0) {
  }
  CHECK(written == -EAGAIN);
  bench.peer.reset();
  CHECK(bench.stream->write("abc", 3) == -EPIPE);
}

TEST_CASE("the end of the peer is read as the end; of both directions it is told unasked", "[monitor]") {
  Bench bench;
  char byte;
  SECTION("of its output") {
    ::shutdown(bench.peer.get(), SHUT_WR);
    CHECK(bench.stream->read(&byte, 1) == 0);
    bench.loop->poll(10);
    CHECK(bench.user.calls == 0);
  }
  SECTION("of everything") {
    bench.peer.reset();
    bench.loop->poll(10);
    CHECK(bench.user.last.readable);
    CHECK(bench.user.last.writable);
  }
}

TEST_CASE("who wants nothing is told of the peer's loss once, not for ever, and again after each want",
          "[monitor]") {
  Bench bench;
  bench.stream->want(true, false);
  bench.stream->want(false, false);
  SECTION("that comes later") {
    bench.peer.reset();
  }
  SECTION("that has come already") {
    bench.peer.reset();
    bench.stream->want(false, false);
  }
  for (int i = 0; i < 10; ++i) bench.loop->poll(10);
  CHECK(bench.user.calls == 1);
  CHECK(bench.user.last.gone);
  bench.stream->want(false, false);
  bench.loop->poll(10);
  CHECK(bench.user.calls == 2);
}

TEST_CASE("after close the descriptor is gone and nothing is told", "[monitor]") {
  Bench bench;
  bench.stream->want(true, true);
  REQUIRE(::write(bench.peer.get(), "x", 1) == 1);
  bench.stream->close();
  bench.loop->poll(10);
  CHECK(bench.user.calls == 0);
  char byte;
  CHECK(::read(bench.peer.get(), &byte, 1) <= 0);
  CHECK(::write(bench.fd, "x", 1) == -1);
}

TEST_CASE("destroying closes, too", "[monitor]") {
  Bench bench;
  bench.stream.reset();
  char byte;
  CHECK(::read(bench.peer.get(), &byte, 1) == 0);
  bench.loop->poll(10);
}

}  // namespace
}  // namespace qmpev
