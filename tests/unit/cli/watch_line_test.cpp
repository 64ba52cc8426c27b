// SPDX-License-Identifier: MIT
#include "cli/watch_line.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

using namespace qmpev;

namespace {

/// All times of this process are UTC.
void use_utc() {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
}

EventText event_of(const char* line) {
  return *read_event(line);
}

}  // namespace

TEST_CASE("a watched event is time of day, name and data as they came", "[cli]") {
  use_utc();
  const EventText event = event_of(
      R"({"timestamp": {"seconds": 1267020223, "microseconds": 5656}, "event": "BALLOON_CHANGE", "data": {"actual": 944766976}})");
  CHECK(watch_line(event, {}) == "14:03:43.005656  BALLOON_CHANGE      {\"actual\": 944766976}");
}

TEST_CASE("a watched event without data ends with its name", "[cli]") {
  use_utc();
  CHECK(watch_line(event_of(R"({"timestamp": {"seconds": 0, "microseconds": 1}, "event": "STOP"})"), {}) ==
        "00:00:00.000001  STOP");
}

TEST_CASE("microseconds out of range do not spoil the column", "[cli]") {
  use_utc();
  CHECK(watch_line(event_of(R"({"timestamp": {"seconds": -1, "microseconds": -1}, "event": "STOP"})"), {}) ==
        "23:59:59.000000  STOP");
}

TEST_CASE("on a terminal time and name are painted, the data never", "[cli]") {
  use_utc();
  CHECK(watch_line(event_of(R"({"event": "STOP", "data": {}})"), {true, 0}) ==
        "\x1b[2m00:00:00.000000\x1b[0m  \x1b[36mSTOP              \x1b[0m  {}");
}

TEST_CASE("the name's column holds the longest and lets longer ones out", "[cli]") {
  CHECK(name_column("STOP").size() == 18);
  CHECK(name_column("SPICE_DISCONNECTED") == "SPICE_DISCONNECTED");
  CHECK(name_column("NETDEV_VHOST_USER_DISCONNECTED") == "NETDEV_VHOST_USER_DISCONNECTED");
}
