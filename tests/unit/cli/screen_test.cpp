// SPDX-License-Identifier: MIT
#include "cli/screen.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "base/unique_fd.hpp"

using namespace qmpev;

namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    out = UniqueFd(ends[0]);
    in = UniqueFd(ends[1]);
  }
  std::string text() {
    std::array<char, 8192> bytes{};
    const ssize_t got = ::read(out.get(), bytes.data(), bytes.size());
    return {bytes.data(), static_cast<std::size_t>(got)};
  }
  UniqueFd out;
  UniqueFd in;
};

}  // namespace

TEST_CASE("a screen that nobody reads loses lines instead of holding up the machine", "[cli]") {
  Pipe pipe;
  REQUIRE(::fcntl(pipe.in.get(), F_SETPIPE_SZ, 4096) == 4096);
  Screen screen(pipe.in.get(), {});
  screen.say(std::string(4095, 'a'));                               // the pipe is full now
  for (int i = 0; i < 1'000; ++i) screen.say("nobody reads this");  // one wait, not a thousand
  CHECK(pipe.text() == std::string(4095, 'a') + "\n");
  screen.say("read again");
  CHECK(pipe.text() == "(1000 lines are left out: nobody read them)\nread again\n");
  screen.say("and on");
  CHECK(pipe.text() == "and on\n");
  screen.say(std::string(5'000, 'b'));  // its second piece does not fit
  CHECK(pipe.text() == std::string(4096, 'b'));
  screen.say("c");
  CHECK(pipe.text() == "...\n(1 lines are left out: nobody read them)\nc\n");
}

TEST_CASE("the screen writes causes, effects and words as lines", "[cli]") {
  Pipe pipe;
  Screen screen(pipe.in.get(), {});
  screen.say("hello");
  screen.cause(1.5, "guest", "0x505<-1", "panic");
  EventText event;
  event.name = "STOP";
  screen.event(2.25, event);
  const std::string text = pipe.text();
  CHECK(text.find("hello\n") == 0);
  CHECK(text.find("  1.50  guest   0x505<-1   panic\n") != std::string::npos);
  CHECK(text.find("  2.25  event   STOP\n") != std::string::npos);
  screen.start();
  const double first = screen.now();
  CHECK(first >= 0);
  CHECK(screen.now() >= first);
}
