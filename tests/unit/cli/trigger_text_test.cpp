// SPDX-License-Identifier: MIT
#include "cli/trigger_text.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

const TriggerEffect kPanicked{R"({"timestamp": {}, "event": "GUEST_PANICKED", "data": {"action": "pause"}})",
                              0.0003};
const TriggerEffect kStop{R"({"timestamp": {}, "event": "STOP"})", 1.5};

}  // namespace

TEST_CASE("cause and effect stand in one line, further effects below it", "[cli]") {
  const TriggerReply reply{"guest wrote 0x1 to port 0x505", {}};
  CHECK(outcome_text(reply, {kPanicked}, {}) ==
        "guest wrote 0x1 to port 0x505; GUEST_PANICKED action=pause after 0.3 ms");
  CHECK(outcome_text(reply, {kPanicked, kStop}, {}) ==
        "guest wrote 0x1 to port 0x505; GUEST_PANICKED action=pause after 0.3 ms\n  then STOP after 1.50 s");
  CHECK(outcome_text(reply, {}, {}) == "guest wrote 0x1 to port 0x505; no event");
}

TEST_CASE("an event that a rate limit holds back is told as one", "[cli]") {
  const TriggerReply reply{"guest did", {"STOP"}};
  TriggerEffect late = kStop;
  late.held_back = true;
  CHECK(outcome_text(reply, {late}, {}) == "guest did; STOP after 1.50 s, held back by its rate limit");
  CHECK(outcome_text(reply, {}, {"STOP"}) == "guest did; STOP later: its rate limit still holds it back");
  CHECK(outcome_text(reply, {kPanicked}, {"STOP"}) ==
        "guest did; GUEST_PANICKED action=pause after 0.3 ms\n  then STOP later: its rate limit still holds "
        "it back");
}

TEST_CASE("members are shown as they stand on the wire", "[cli]") {
  const TriggerEffect effect{
      R"({"event": "X", "data": {"a": 18446744073709551615, "b": "x\u0041", "c": {"d": 1}}})", 0.01};
  CHECK(effect_text(effect) == R"(X a=18446744073709551615 b=x\u0041 c={"d": 1} after 10.0 ms)");
  CHECK(effect_text({R"({"event": "X", "data": "\u0041"})", 0.01}) == R"(X "\u0041" after 10.0 ms)");
  CHECK(effect_text({R"({"event": "X", "data": {}})", 0.01}) == "X after 10.0 ms");
  CHECK(effect_text({"{\"event\": \"X\x1b\", \"data\": {\"\x1b\": \"\x1b\"}}", 0.01}) ==
        "X? ?=? after 10.0 ms");
}

TEST_CASE("for programs everything is one line of JSON", "[cli]") {
  CHECK(
      outcome_json({"a \"b\"", {"STOP"}}, {kStop, kPanicked}) ==
      R"({"cause": "a \"b\"", "events": [{"timestamp": {}, "event": "STOP"}, )"
      R"({"timestamp": {}, "event": "GUEST_PANICKED", "data": {"action": "pause"}}], "delayed": ["STOP"]})");
  CHECK(outcome_json({"a", {}}, {}) == R"({"cause": "a", "events": [], "delayed": []})");
}

TEST_CASE("the list says what there is and what to paste", "[cli]") {
  const ListedDevice lamp{
      "lamp",
      "a lamp",
      "dark",
      "lamp dim level=3",
      {{"on", "goes on", "host", {}},
       {"dim", "goes down", "guest", {{"level", "how far", "5", {}}, {"how", "", "", {"slow", "fast"}}}}}};
  const std::string call = "qmpev trigger /tmp/a.sock";
  CHECK(list_text({lamp}, call) ==
        "lamp   dark\n  a lamp: on, dim\n  qmpev trigger /tmp/a.sock lamp dim level=3\n\n"
        "A device's arguments: qmpev trigger /tmp/a.sock DEVICE --list");
  const std::string text = device_text(lamp, call);
  CHECK_THAT(text, Catch::StartsWith("lamp   dark\n  a lamp\n\n"));
  CHECK_THAT(text, Catch::Contains("\n  on                              goes on (host)\n"));
  CHECK_THAT(text, Catch::Contains("\n  dim [level=5] how=slow|fast     goes down\n      level: how far\n"));
  CHECK_THAT(text, Catch::Contains("\n  qmpev trigger /tmp/a.sock lamp dim level=3\n"));
}
