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
  CHECK(limited == std::set<std::string>{"BALLOON_CHANGE", "BLOCK_IO_ERROR by key",
                                         "HV_BALLOON_STATUS_REPORT", "MEMORY_DEVICE_SIZE_CHANGE by key",
                                         "QUORUM_FAILURE by key", "QUORUM_REPORT_BAD by key", "RTC_CHANGE",
                                         "VSERPORT_CHANGE by key", "WATCHDOG"});
  BlockIoError error{};
  error.qom_path = "/machine/peripheral/disk0";
  CHECK(error.*Describe<BlockIoError>::key == "/machine/peripheral/disk0");
  QuorumReportBad bad{};
  bad.node_name = "node";
  CHECK(bad.*Describe<QuorumReportBad>::key == "node");
  QuorumFailure failure{};
  failure.reference = "ref";
  CHECK(failure.*Describe<QuorumFailure>::key == "ref");
}

TEST_CASE("the events whose newest line a session is told after a gap", "[event]") {
  // What only happened, and leaves no state that a client would go on with, is not told again.
  std::set<std::string_view> passing;
  for (const EventInfo& info : kEventInfo) {
    if (!info.keep) passing.insert(info.name);
  }
  CHECK(
      passing ==
      std::set<std::string_view>{
          "BLOCK_EXPORT_DELETED", "BLOCK_IO_ERROR",     "BLOCK_JOB_ERROR",         "DEVICE_DELETED",
          "GUEST_CRASHLOADED",    "GUEST_PVSHUTDOWN",   "MEMORY_FAILURE",          "POWERDOWN",
          "QUORUM_FAILURE",       "QUORUM_REPORT_BAD",  "RDMA_GID_STATUS_CHANGED", "RESET",
          "SPICE_CONNECTED",      "SPICE_DISCONNECTED", "SPICE_INITIALIZED",       "SPICE_MIGRATE_COMPLETED",
          "SUSPEND_DISK",         "UNPLUG_PRIMARY",     "VFU_CLIENT_HANGUP",       "VNC_CONNECTED",
          "VNC_DISCONNECTED",     "VNC_INITIALIZED"});
  CHECK(std::get<0>(Describe<JobStatusChange>::keep_key) == &JobStatusChange::id);
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
