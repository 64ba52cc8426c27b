// SPDX-License-Identifier: MIT
#include "cli/reference_text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "event/event_tables.hpp"

using namespace qmpev;

namespace {

std::string explained(std::string_view name, WireForm form = WireForm::document) {
  const auto event = find_reference(name);
  REQUIRE(event);
  return reference_of(*event.value(), form);
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the reference has the events of the tables, with their rates", "[cli]") {
  REQUIRE(event_references().size() == kEventKinds);
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    const EventReference& event = event_references()[i];
    CHECK(event.name == kEventInfo[i].name);
    CHECK(event.rate_limit_ms == kEventInfo[i].rate_limit_ms);
    CHECK(event.key.empty() != kEventInfo[i].keyed);
    CHECK(event.keep == kEventInfo[i].keep);
    CHECK(event.one_form() == kEventInfo[i].one_form);
    CHECK(event.rows[1].empty() != kEventInfo[i].has_members);
  }
}

TEST_CASE("the list has one line for each event, which a wide terminal shows whole", "[cli]") {
  const std::string list = reference_list();
  CHECK(std::count(list.begin(), list.end(), '\n') == kEventKinds);
  CHECK(holds(
      list, "\nBLOCK_IO_ERROR                  1000 ms by qom-path   A disk request of the guest failed\n"));
  CHECK(holds(
      list,
      "\nSTOP                            -                     The machine's processors stand still\n"));
  for (std::size_t start = 0, end = 0; start < list.size(); start = end + 1) {
    end = list.find('\n', start);
    CHECK(end - start <= 140);
  }
}

TEST_CASE("an event is explained with members, types, units, words and an example", "[cli]") {
  const std::string text = explained("RESET");
  CHECK(text.find("RESET  (run-state.json)\n\nThe machine was reset.\n\nRate limit: none.\n") == 0);
  CHECK(holds(text, "\ndata:\n  guest (true or false)\n    Whether the guest asked for it.\n"));
  CHECK(holds(text, "\n  reason (ShutdownCause)\n"));
  CHECK(holds(text, "\n      host-signal: a signal to the process\n"));
  CHECK(holds(text, "\nexample:\n{\"timestamp\": {\"seconds\": "));
  CHECK(holds(explained("BALLOON_CHANGE"), "Rate limit: one per 1000 ms; "));
  CHECK(holds(explained("BALLOON_CHANGE"), "  actual (int, bytes)\n"));
  CHECK(holds(explained("BLOCK_IO_ERROR"), "one per 1000 ms and `qom-path`"));
  CHECK(holds(explained("BLOCK_IO_ERROR"), "  nospace (true or false; optional)\n"));
  CHECK(holds(explained("BLOCK_IO_ERROR"), "  reason (text, cut at 160 bytes)\n"));
  CHECK(holds(explained("STOP"), "\nIt has no data.\n"));
}

TEST_CASE("each wire form is explained in its own words", "[cli]") {
  CHECK(holds(explained("QUORUM_FAILURE"), "\n  sector-count (int"));
  CHECK(holds(explained("QUORUM_FAILURE", WireForm::qemu), "\n  sectors-count (int"));
  CHECK(holds(explained("QUORUM_FAILURE", WireForm::qemu),
              "\"data\": {\"reference\": \"usr1\", \"sectors-count\""));
  CHECK(holds(explained("ACPI_DEVICE_OST", WireForm::qemu), "\n  info (ACPIOSTInfo)\n"));
  CHECK_FALSE(holds(explained("ACPI_DEVICE_OST"), "info ("));
  CHECK(holds(explained("ACPI_DEVICE_OST"), "Wire form document; the other: --wire qemu.\n"));
  CHECK(explained("STOP") == explained("STOP", WireForm::qemu));
}

TEST_CASE("branches of a union, and events that QEMU dropped, are marked", "[cli]") {
  CHECK(holds(explained("NETDEV_STREAM_CONNECTED"), "\n      where type is fd\n"));
  CHECK(holds(explained("MEM_UNPLUG_ERROR"), "\nQEMU has it until 9.0; "));
  CHECK(holds(explained("MEM_UNPLUG_ERROR"), "\nMarked in introspection: deprecated.\n"));
}

TEST_CASE("no line of an explanation is longer than a terminal takes, but for the example", "[cli]") {
  for (const EventReference& event : event_references()) {
    const std::string text = reference_of(event, WireForm::qemu);
    const std::string rest = text.substr(0, text.find("\nexample:"));
    for (std::size_t start = 0, end; start < rest.size(); start = end + 1) {
      end = std::min(rest.find('\n', start), rest.size());
      CHECK(end - start <= 100);
    }
  }
}

TEST_CASE("an event that does not exist is refused with those near it", "[cli]") {
  const auto found = find_reference("balloon_change");
  REQUIRE_FALSE(found);
  CHECK(found.error().code == ErrorCode::invalid_argument);
  CHECK(found.error().sentence ==
        "there is no event 'balloon_change': did you mean BALLOON_CHANGE? `qmpev events` lists all");
  CHECK(find_reference("zzz").error().sentence == "there is no event 'zzz': `qmpev events` lists all");
}
