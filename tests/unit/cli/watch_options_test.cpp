// SPDX-License-Identifier: MIT
#include "cli/watch_options.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

std::string refusal(std::vector<std::string> words) {
  return parse_watch_options(std::move(words)).error().sentence;
}

}  // namespace

TEST_CASE("watch without options looks at the default socket for ever", "[cli]") {
  const WatchOptions options = parse_watch_options({}).value();
  CHECK(options.path.empty());
  CHECK_FALSE(options.json);
  CHECK_FALSE(options.count.has_value());
  CHECK(options.until.empty());
  CHECK_FALSE(options.timeout.has_value());
}

TEST_CASE("watch takes its options in any order", "[cli]") {
  const WatchOptions options =
      parse_watch_options({"--timeout=2.5", "unix:/tmp/a.sock", "--count", "3", "--json", "--until", "STOP"})
          .value();
  CHECK(options.path == "/tmp/a.sock");
  CHECK(options.json);
  CHECK(options.count == 3u);
  CHECK(options.until == "STOP");
  CHECK(options.timeout == std::chrono::milliseconds(2500));
  CHECK(parse_watch_options({"/tmp/a.sock"}).value().path == "/tmp/a.sock");
}

TEST_CASE("watch refuses numbers that cannot be meant", "[cli]") {
  const std::string count = GENERATE("0", "-1", "x", "1x", "", "99999999999999999999");
  CHECK(refusal({"--count", count}) == "--count takes a whole number from 1 on, not '" + count + "'");
  const std::string timeout = GENERATE("-1", "nan", "inf", "1s", "", "1000001");
  CHECK(refusal({"--timeout", timeout}) ==
        "--timeout takes seconds from 0 to 1000000, not '" + timeout + "'");
}

TEST_CASE("watch refuses what it does not know", "[cli]") {
  CHECK(refusal({"--count"}) == "--count needs a value: --count 3");
  CHECK(refusal({"--until", ""}).find("--until takes the name of an event") == 0);
  CHECK(refusal({"a", "b"}) == "one socket at a time: 'b' is a second one");
  CHECK(parse_watch_options({"tcp:localhost:4444"}).value().path == "tcp:127.0.0.1:4444");
  CHECK(refusal({"tcp:4444"}).find("needs a port") != std::string::npos);
  CHECK(refusal({"unix:"}).find("the socket's path is empty") == 0);
  CHECK(refusal({std::string(108, 'p')}).find("at most 107") != std::string::npos);
  CHECK(refusal({"--listen", "unix:a"}) == "unknown option --listen: see qmpev watch --help");
  CHECK(refusal({"-mon", "x"}).find("qmpev serve has it") != std::string::npos);
}
