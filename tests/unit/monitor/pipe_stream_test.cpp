// SPDX-License-Identifier: MIT
#include "monitor/pipe_stream.hpp"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "base/unique_fd.hpp"
#include "loop/loop.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    reader.reset(ends[0]);
    writer.reset(ends[1]);
  }
  UniqueFd reader;
  UniqueFd writer;
};

struct Told final : StreamUser {
  void ready(Readiness readiness) noexcept override {
    ++calls;
    last = readiness;
  }
  int calls = 0;
  Readiness last;
};

struct Bench {
  std::unique_ptr<Loop> loop = std::move(Loop::create()).value();
  Pipe input;
  Pipe output;
  std::unique_ptr<Stream> stream = make_pipe_stream(input.reader.get(), output.writer.get(), *loop);
  Told user;

  Bench() { stream->attach(user); }
  std::string read() {
    std::array<char, 64> bytes;
    const ssize_t count = stream->read(bytes.data(), bytes.size());
    return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::to_string(count);
  }
};

TEST_CASE("one descriptor is read and one is written, and neither is waited for or changed", "[monitor]") {
  Bench bench;
  CHECK(bench.read() == std::to_string(-EAGAIN));
  REQUIRE(::write(bench.input.writer.get(), "abc", 3) == 3);
  bench.stream->want(true, false);
  CHECK(bench.loop->poll(8) == 1);
  CHECK(bench.user.last.readable);
  CHECK(bench.read() == "abc");
  CHECK(bench.stream->write("xyz", 3) == 3);
  char bytes[8];
  CHECK(::read(bench.output.reader.get(), bytes, sizeof bytes) == 3);
  CHECK((::fcntl(bench.input.reader.get(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("the end of the input is no end", "[monitor]") {
  Bench bench;
  bench.stream->want(true, false);
  bench.input.writer.reset();
  bench.loop->poll(8);
  CHECK(bench.read() == std::to_string(-EAGAIN));
  bench.stream->want(true, true);
  bench.user.calls = 0;
  bench.loop->poll(8);
  CHECK(bench.user.calls == 1);
  CHECK(bench.user.last.writable);
  CHECK(bench.stream->write("still", 5) == 5);
}

TEST_CASE("a full pipe takes nothing, and tells when it does", "[monitor]") {
  Bench bench;
  const std::string page(PIPE_BUF, 'x');
  while (bench.stream->write(page.data(), page.size()) > 0) {
  }
  CHECK(bench.stream->write(page.data(), page.size()) == -EAGAIN);
  bench.stream->want(false, true);
  CHECK(bench.loop->poll(8) == 0);
  std::string taken(PIPE_BUF, 0);
  REQUIRE(::read(bench.output.reader.get(), taken.data(), taken.size()) == PIPE_BUF);
  CHECK(bench.loop->poll(8) == 1);
  CHECK(bench.user.last.writable);
}

TEST_CASE("who reads no more is gone", "[monitor]") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  Bench bench;
  bench.stream->want(true, true);
  bench.output.reader.reset();
  bench.loop->poll(8);
  CHECK(bench.user.last.gone);
  CHECK(bench.stream->write("x", 1) == -EPIPE);
  bench.stream->close();
  CHECK(bench.loop->poll(8) == 0);
  std::signal(SIGPIPE, before);
}

/// A stream over two regular files, which epoll refuses.
struct FileBench {
  explicit FileBench(const std::string& script) {
    std::ofstream(directory / "script") << script;
    input.reset(::open((directory / "script").c_str(), O_RDONLY | O_CLOEXEC));
    output.reset(::open((directory / "log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    stream = make_pipe_stream(input.get(), output.get(), *loop);
    REQUIRE(stream);
    stream->attach(user);
  }
  bool asleep() const {
    pollfd ready{loop->fd(), POLLIN, 0};
    return ::poll(&ready, 1, 0) == 0;
  }

  TemporaryDirectory directory;
  UniqueFd input;
  UniqueFd output;
  std::unique_ptr<Loop> loop = std::move(Loop::create()).value();
  std::unique_ptr<Stream> stream;
  Told user;
};

TEST_CASE("a file is read at the reader's pace, and its end lets the loop sleep", "[monitor]") {
  FileBench bench("abcdef");
  CHECK(bench.asleep());
  bench.stream->want(true, false);
  char bytes[4];
  for (const ssize_t count : {4, 2, -EAGAIN}) {
    CHECK_FALSE(bench.asleep());
    bench.user = Told();
    bench.loop->poll(64);
    CHECK(bench.user.calls == 1);
    CHECK(bench.user.last.readable);
    CHECK_FALSE(bench.user.last.writable);
    CHECK(bench.stream->read(bytes, sizeof bytes) == count);
  }
  bench.stream->want(true, false);
  CHECK(bench.asleep());
}

TEST_CASE("who does not want a file's bytes now is not told of them", "[monitor]") {
  FileBench bench("abc");
  bench.stream->want(true, true);
  bench.stream->want(false, false);
  CHECK(bench.asleep());
  CHECK(bench.loop->poll(64) == 0);
  bench.stream->want(true, true);
  bench.stream->close();
  CHECK(bench.asleep());
}

TEST_CASE("a file takes what it is given, and is asked again once a round", "[monitor]") {
  FileBench bench("");
  const std::string pages(5 * PIPE_BUF + 1, 'x');
  bench.stream->want(false, true);
  for (int round = 1; round <= 3; ++round) {
    bench.loop->poll(64);
    CHECK(bench.user.calls == round);
    CHECK(bench.user.last.writable);
    CHECK_FALSE(bench.user.last.readable);
    CHECK(bench.stream->write(pages.data(), pages.size()) == static_cast<ssize_t>(pages.size()));
  }
  bench.stream->want(false, false);
  CHECK(bench.asleep());
  CHECK(std::filesystem::file_size(bench.directory / "log") == 3 * pages.size());
}

TEST_CASE("a file that is always ready leaves the others their turn", "[monitor]") {
  FileBench bench("abc");
  Pipe pipe;
  const auto other = make_pipe_stream(pipe.reader.get(), pipe.writer.get(), *bench.loop);
  Told heard;
  other->attach(heard);
  other->want(true, false);
  bench.stream->want(true, true);
  REQUIRE(::write(pipe.writer.get(), "x", 1) == 1);
  CHECK(bench.loop->poll(64) == 3);
  CHECK(bench.user.calls == 2);
  CHECK(heard.calls == 1);
}

TEST_CASE("a device that is no file to wait for serves all the same", "[monitor]") {
  const auto loop = std::move(Loop::create()).value();
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto stream = make_pipe_stream(null.get(), null.get(), *loop);
  REQUIRE(stream);
  char bytes[8];
  CHECK(stream->read(bytes, sizeof bytes) == -EAGAIN);
  CHECK(stream->write("x", 1) == 1);
  CHECK(make_pipe_stream(-1, null.get(), *loop) == nullptr);
}

}  // namespace
}  // namespace qmpev::test
