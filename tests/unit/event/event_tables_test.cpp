// SPDX-License-Identifier: MIT
// The generated tables say what the schema says: kinds, rates, keys, forms, words.
#include "event/event_tables.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

namespace {

using namespace qmpev;

TEST_CASE("every kind stands at its own place in the tables", "[event]") {
  std::size_t seen = 0;
  std::set<std::string_view> names;
#define QMPEV_CHECK_KIND(Type)                                                                          \
  CHECK(static_cast<std::size_t>(Describe<Type>::kind) == seen);                                        \
  CHECK(kEventInfo[seen].name == Describe<Type>::name);                                                 \
  CHECK(wire_name(Describe<Type>::kind) == Describe<Type>::name);                                       \
  CHECK(std::is_same_v<std::tuple_element_t<static_cast<std::size_t>(Describe<Type>::kind), AllEvents>, \
                       Type>);                                                                          \
  names.insert(Describe<Type>::name);                                                                   \
  ++seen;
  QMPEV_FOR_EACH_EVENT(QMPEV_CHECK_KIND)
#undef QMPEV_CHECK_KIND
  CHECK(seen == kEventKinds);
  CHECK(names.size() == kEventKinds);
}

const EventInfo& info_of(EventKind kind) {
  return kEventInfo[static_cast<std::size_t>(kind)];
}

TEST_CASE("rate limits and their keys are QEMU's, with our key for QUORUM_FAILURE", "[event]") {
  std::set<std::string> limited;
  for (const EventInfo& info : kEventInfo) {
    if (info.rate_limit_ms == 0) continue;
    CHECK(info.rate_limit_ms == 1000);
    limited.insert(std::string(info.name) + (info.keyed ? " by key" : ""));
  }
  CHECK(limited ==
        std::set<std::string>{"BALLOON_CHANGE", "QUORUM_FAILURE by key", "QUORUM_REPORT_BAD by key"});
  QuorumReportBad bad{};
  bad.node_name = "node";
  CHECK(bad.*Describe<QuorumReportBad>::key == "node");
  QuorumFailure failure{};
  failure.reference = "ref";
  CHECK(failure.*Describe<QuorumFailure>::key == "ref");
}

TEST_CASE("the events whose newest line a session is told after a gap", "[event]") {
  std::set<std::string_view> kept;
  for (const EventInfo& info : kEventInfo) {
    if (info.keep) kept.insert(info.name);
  }
  CHECK(kept == std::set<std::string_view>{"ACPI_DEVICE_OST", "BALLOON_CHANGE", "GUEST_PANICKED", "RESUME",
                                           "SHUTDOWN", "STOP"});
  CHECK(std::get<0>(Describe<AcpiDeviceOst>::keep_key) == &AcpiDeviceOst::slot_type);
  CHECK(std::get<1>(Describe<AcpiDeviceOst>::keep_key) == &AcpiDeviceOst::slot);
}

TEST_CASE("forms differ exactly where the document and QEMU's schema do", "[event]") {
  std::set<std::string_view> differing;
  for (const EventInfo& info : kEventInfo) {
    if (!info.one_form) differing.insert(info.name);
  }
  CHECK(differing == std::set<std::string_view>{"ACPI_DEVICE_OST", "GUEST_PANICKED", "QUORUM_FAILURE",
                                                "QUORUM_REPORT_BAD"});
}

TEST_CASE("an event has data exactly when it has members", "[event]") {
  CHECK(info_of(EventKind::balloon_change).has_members);
  CHECK(info_of(EventKind::shutdown).has_members);
  CHECK_FALSE(info_of(EventKind::stop).has_members);
  CHECK_FALSE(info_of(EventKind::powerdown).has_members);
}

TEST_CASE("enum values have their words, other numbers have none", "[event]") {
  CHECK(wire_name(AcpiSlotType::dimm) == "DIMM");
  CHECK(wire_name(NetworkAddressFamily::unix_socket) == "unix");
  CHECK(wire_name(ShutdownCause::host_qmp_system_reset) == "host-qmp-system-reset");
  CHECK(wire_name(S390CrashReason::disabled_wait) == "disabled-wait");
  CHECK(wire_name(static_cast<AcpiSlotType>(2)).empty());
  CHECK(wire_name(static_cast<AcpiSlotType>(255)).empty());
}

}  // namespace
