// SPDX-License-Identifier: MIT
#include "cli/event_text.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("an event line is read into name, time and raw data", "[cli]") {
  const auto event = read_event(
      R"({"timestamp": {"seconds": 1267020223, "microseconds": 435656}, "event": "BALLOON_CHANGE", "data": {"actual": 944766976}})");
  REQUIRE(event.has_value());
  CHECK(event->name == "BALLOON_CHANGE");
  CHECK(event->data == R"({"actual": 944766976})");
  CHECK(event->seconds == 1267020223);
  CHECK(event->microseconds == 435656);
}

TEST_CASE("an event may lack data and even a time", "[cli]") {
  const auto event = read_event(R"({"event": "STOP"})");
  REQUIRE(event.has_value());
  CHECK(event->data.empty());
  CHECK(event->seconds == 0);
}

TEST_CASE("replies, greetings and rubbish are no events", "[cli]") {
  const std::string line = GENERATE(R"({"return": {}})", R"({"QMP": {}})", R"({"event": 5})", "", "hello");
  CHECK_FALSE(read_event(line).has_value());
}

TEST_CASE("what a server sends cannot steer a terminal", "[cli]") {
  const auto event = read_event("{\"event\": \"A\x1b[2J\", \"data\": {\"x\": \"\x9b\xc3\xa9\"}}");
  REQUIRE(event.has_value());
  CHECK(event->name == "A?[2J");
  CHECK(event->data == "{\"x\": \"???\"}");
}
