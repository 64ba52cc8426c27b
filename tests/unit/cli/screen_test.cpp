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
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(out.get(), bytes.data(), bytes.size());
    return {bytes.data(), static_cast<std::size_t>(got)};
  }
  UniqueFd out;
  UniqueFd in;
};

}  // namespace

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
