// SPDX-License-Identifier: MIT
#include "monitor/event_filter.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "wire/qapi_tables.hpp"

namespace qmpev {
namespace {

Value events(const std::vector<std::string>& names) {
  Value list = Value::array();
  for (const std::string& name : names) list.append(name);
  return Value::object({{"events", list}});
}

std::vector<std::string> wanted(const std::vector<std::string>& names) {
  REQUIRE_FALSE(check_filter(events(names), kQapiEvents));
  const EventSet set = wanted_events(events(names), kQapiEvents, schema_events());
  std::vector<std::string> found;
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) {
    if (set[kind]) found.emplace_back(kQapiEvents[kind].name);
  }
  return found;
}

std::string mistake(const std::vector<std::string>& names) {
  return check_filter(events(names), kQapiEvents).value_or("");
}

TEST_CASE("without a list everything is wanted, with an empty one nothing", "[monitor]") {
  CHECK_FALSE(check_filter(Value::object(), kQapiEvents));
  CHECK(wanted_events(Value::object(), kQapiEvents, schema_events()) == schema_events());
  CHECK(wanted({}).empty());
}

TEST_CASE("a name is that event and no other, a prefix all that begin so", "[monitor]") {
  CHECK(wanted({"STOP"}) == std::vector<std::string>{"STOP"});
  CHECK(wanted({"STOP", "STOP"}) == std::vector<std::string>{"STOP"});
  const auto quorum = wanted({"QUORUM_*"});
  CHECK(quorum.size() == 2);
  for (const std::string& name : quorum) CHECK(name.rfind("QUORUM_", 0) == 0);
  CHECK(wanted({"QUORUM_*", "RESET", "QUORUM_FAILURE"}).size() == 3);
}

TEST_CASE("what no event answers to is refused, by its place", "[monitor]") {
  const std::string tail = "]' expects the name of an event, or PREFIX_*";
  for (const char* wrong :
       {"", "*", "_*", "stop", "STOP_*", "ST*", "QUORUM", "QUORUM_", "QUORUM*", "QUORUM_*_*"}) {
    CHECK(mistake({"STOP", wrong}) == "Parameter 'events[1" + tail);
  }
  CHECK(mistake({"NO_*"}) == "Parameter 'events[0" + tail);
}

TEST_CASE("a filter has up to 64 entries", "[monitor]") {
  CHECK(mistake(std::vector<std::string>(kMaxFilterEntries - 1, "STOP")).empty());
  CHECK(mistake(std::vector<std::string>(kMaxFilterEntries, "STOP")).empty());
  CHECK(mistake(std::vector<std::string>(kMaxFilterEntries + 1, "STOP")) ==
        "Parameter 'events' expects at most 64 names");
}

}  // namespace
}  // namespace qmpev
