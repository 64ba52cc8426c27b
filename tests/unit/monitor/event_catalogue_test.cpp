// SPDX-License-Identifier: MIT
#include "monitor/event_catalogue.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "monitor/event_filter.hpp"

namespace qmpev {
namespace {

EventCatalogue with(std::initializer_list<const char*> names) {
  EventCatalogue catalogue;
  for (const char* name : names) catalogue.add(EventShape::build({name}).value());
  return catalogue;
}

Value filter(std::initializer_list<const char*> names) {
  Value list = Value::array();
  for (const char* name : names) list.append(name);
  return Value::object({{"events", std::move(list)}});
}

TEST_CASE("registered events stand behind those of the schema, by kind", "[monitor]") {
  const EventCatalogue catalogue = with({"X_B", "X_A"});
  CHECK(catalogue.of_schema().size() == kEventKinds);
  REQUIRE(catalogue.all().size() == kEventKinds + 2);
  CHECK(catalogue.all()[kEventKinds].name == "X_B");
  CHECK(catalogue.all()[kEventKinds + 1].name == "X_A");
  for (const char* name : {"STOP", "X_A"}) CHECK(catalogue.has(name));
  CHECK_FALSE(catalogue.has("X_C"));
}

TEST_CASE("a filter names registered events alone, or by what they begin with", "[monitor]") {
  const EventCatalogue catalogue = with({"X_LAMP_ON", "X_LAMP_OFF", "__org.example_DOOR"});
  const auto wanted = [&catalogue](std::initializer_list<const char*> names) {
    REQUIRE_FALSE(check_filter(filter(names), catalogue.all()));
    return wanted_events(filter(names), catalogue.all(), schema_events());
  };
  CHECK(wanted({"X_LAMP_OFF"}) == EventSet().set(kEventKinds + 1));
  CHECK(wanted({"X_LAMP_*"}) == EventSet().set(kEventKinds).set(kEventKinds + 1));
  CHECK(wanted({"__org.example_*"}) == EventSet().set(kEventKinds + 2));
  CHECK(check_filter(filter({"X_LAMP_OFF"}), catalogue.of_schema()));
}

TEST_CASE("who asks for nothing wants the schema's events and no others", "[monitor]") {
  CHECK(schema_events().count() == kEventKinds);
  for (std::size_t kind = 0; kind < kEventSlots; ++kind) CHECK(schema_events()[kind] == (kind < kEventKinds));
}

}  // namespace
}  // namespace qmpev
