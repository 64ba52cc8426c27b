// SPDX-License-Identifier: MIT
#include "cli/screen_line.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

EventText balloon_event() {
  EventText event;
  event.name = "BALLOON_CHANGE";
  event.data = "{\"actual\": 402653184}";
  return event;
}

}  // namespace

TEST_CASE("a cause says when, who, what and why it matters", "[cli]") {
  CHECK(cause_line(0.004, "guest", "0xa00<-1", "dimm1 refuses", {}) ==
        "  0.00  guest   0xa00<-1   dimm1 refuses");
  CHECK(cause_line(12.346, "viewer", "closes it", "", {}) == " 12.35  viewer  closes it");
  CHECK(cause_line(3, "host", "cont", "", {}) == "  3.00  host    cont");
  CHECK(cause_line(3, "monitor", "x", "", {}) == "  3.00  monitor x");
  CHECK(cause_line(3, "anybody else", "x", "", {}) == "  3.00  anybody else x");
}

TEST_CASE("an effect stands in the same columns below its cause", "[cli]") {
  CHECK(event_line(1.5, balloon_event(), "2 merged", {}) ==
        "  1.50  event   BALLOON_CHANGE      {\"actual\": 402653184}   2 merged");
  EventText stop;
  stop.name = "STOP";
  CHECK(event_line(1.5, stop, "", {}) == "  1.50  event   STOP");
}

TEST_CASE("data are cut where the terminal ends, and not below what can be read", "[cli]") {
  EventText event = balloon_event();
  event.data = "{" + std::string(200, 'x') + "}";
  const std::string fitting = event_line(1.5, event, "", {false, 100});
  CHECK(fitting.size() == 100);
  CHECK(fitting.substr(97) == "...");
  CHECK(event_line(1.5, event, "", {false, 10}).size() == 36 + 24);
  CHECK(event_line(1.5, event, "", {}).size() == 36 + 202);
  event.data = std::string(64, 'x');
  CHECK(event_line(1.5, event, "", {false, 100}).size() == 100);
  CHECK(event_line(1.5, event, "", {false, 100}).back() == 'x');
}

TEST_CASE("on a terminal the columns are painted and the text stays", "[cli]") {
  CHECK(cause_line(0, "guest", "a", "b", {true, 0}) == "  0.00  \x1b[33mguest\x1b[0m   a   \x1b[2mb\x1b[0m");
}
