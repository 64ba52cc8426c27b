// SPDX-License-Identifier: MIT
// What a device author says in C, and what clients read: translations arrive, mistakes are counted refusals.
#include <qmpev/qmpev_hooks.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <catch2/catch.hpp>

#include "capi/emitter_handle.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

struct Rig {
  test::RecordingEmitter recording;
  qmpev_emitter handle{recording.emitter};

  /// The newest line without its stamp and its end.
  std::string last() {
    const auto lines = recording.lines(WireForm::qemu);
    if (lines.empty()) return {};
    const std::string& line = lines.back();
    const std::size_t start = line.find("}, ") + 3;
    return line.substr(start, line.size() - start - 2);
  }
  /// Nothing was sent, and so many were refused.
  void check_refused(EventKind kind, std::uint64_t count) {
    CHECK(recording.lines(WireForm::qemu).empty());
    const EventCounters counters = recording.counters(kind);
    CHECK(counters.refused_invalid == count);
    CHECK(test::adds_up(counters));
  }
};

qmpev_ost_report some_report() {
  qmpev_ost_report report{};
  report.size = sizeof report;
  report.device_id = "dimm1";
  report.slot_type = QMPEV_ACPI_SLOT_TYPE_CPU;
  report.slot = 4'294'967'295;
  report.source = 3;
  report.status = 0x81;
  return report;
}

qmpev_quorum_request some_request() {
  qmpev_quorum_request request{};
  request.size = sizeof request;
  request.offset = 8191;
  request.bytes = 2;
  request.type = QMPEV_QUORUM_OP_TYPE_WRITE;
  return request;
}

}  // namespace

TEST_CASE("an _OST report: the slot's number becomes text, and no id no device", "[capi]") {
  Rig rig;
  qmpev_ost_report report = some_report();
  qmpev_hook_ost(&rig.handle, &report);
  CHECK(rig.last() ==
        R"("event": "ACPI_DEVICE_OST", "data": {"info": {"device": "dimm1", "source": 3, "status": 129, )"
        R"("slot": "4294967295", "slot-type": "CPU"}}})");
  report.device_id = GENERATE(static_cast<const char*>(nullptr), "");
  report.slot_type = QMPEV_ACPI_SLOT_TYPE_DIMM;
  qmpev_hook_ost(&rig.handle, &report);
  CHECK(rig.last() == R"("event": "ACPI_DEVICE_OST", "data": {"info": {"source": 3, "status": 129, )"
                      R"("slot": "4294967295", "slot-type": "DIMM"}}})");
}

TEST_CASE("a balloon tells what is left of the memory, also when that is less than nothing", "[capi]") {
  Rig rig;
  qmpev_hook_balloon(&rig.handle, 512U << 20, 8192);
  CHECK(rig.last() == R"("event": "BALLOON_CHANGE", "data": {"actual": 503316480}})");
  Rig other;
  qmpev_hook_balloon(&other.handle, 4096, UINT32_MAX);
  CHECK(other.last() == R"("event": "BALLOON_CHANGE", "data": {"actual": -17592186036224}})");
}

TEST_CASE("both policies make the action of a panic", "[capi]") {
  struct Row {
    qmpev_panic_policy panic;
    qmpev_shutdown_policy shutdown;
    const char* action;
  };
  const Row row = GENERATE(Row{QMPEV_PANIC_PAUSE, QMPEV_SHUTDOWN_POWEROFF, "pause"},
                           Row{QMPEV_PANIC_SHUTDOWN, QMPEV_SHUTDOWN_POWEROFF, "poweroff"},
                           Row{QMPEV_PANIC_SHUTDOWN, QMPEV_SHUTDOWN_PAUSE, "pause"},
                           Row{QMPEV_PANIC_EXIT_FAILURE, QMPEV_SHUTDOWN_PAUSE, "poweroff"},
                           Row{QMPEV_PANIC_NONE, QMPEV_SHUTDOWN_POWEROFF, "run"});
  Rig rig;
  const std::string event =
      R"("event": "GUEST_PANICKED", "data": {"action": ")" + std::string(row.action) + '"';
  qmpev_hook_panic(&rig.handle, row.panic, row.shutdown, nullptr);
  CHECK(rig.last() == event + "}}");
  const std::uint64_t registers[5] = {1, 2, 3, 4, UINT64_MAX};
  qmpev_hook_hyperv_panic(&rig.handle, row.panic, row.shutdown, registers);
  CHECK(rig.last() == event + R"(, "info": {"arg5": 18446744073709551615, "arg4": 4, "arg3": 3, "arg2": 2, )"
                              R"("arg1": 1, "type": "hyper-v"}}})");
  qmpev_guest_panic_information_s390 crash{};
  crash.size = sizeof crash;
  crash.core = 7;
  crash.psw_mask = UINT64_MAX;
  crash.psw_addr = 9;
  crash.reason = QMPEV_S390_CRASH_REASON_EXTINT_LOOP;
  qmpev_hook_s390_panic(&rig.handle, row.panic, row.shutdown, &crash);
  CHECK(rig.last().find(event + R"(, "info": {)") == 0);
  for (const char* part : {R"("type": "s390")", R"("core": 7)", R"("psw-mask": 18446744073709551615)",
                           R"("psw-addr": 9)", R"("reason": "extint-loop")"})
    CHECK_THAT(rig.last(), Catch::Contains(part));
}

TEST_CASE("a guest that takes care of its crash runs on", "[capi]") {
  Rig rig;
  qmpev_hook_crashloaded(&rig.handle);
  CHECK(rig.last() == R"("event": "GUEST_CRASHLOADED", "data": {"action": "run"}})");
}

TEST_CASE("a quorum's bytes become every sector they touch, an errno its text", "[capi]") {
  Rig rig;
  const qmpev_quorum_request request = some_request();
  qmpev_hook_quorum_mismatch(&rig.handle, "c1", &request);
  CHECK(rig.last() == R"("event": "QUORUM_REPORT_BAD", "data": {"node-name": "c1", "sectors-count": 2, )"
                      R"("sector-num": 15, "type": "write"}})");
  qmpev_hook_quorum_error(&rig.handle, "c2", &request, ENOSPC);
  CHECK(rig.last() == R"("event": "QUORUM_REPORT_BAD", "data": {"node-name": "c2", "sectors-count": 2, )"
                      R"("sector-num": 15, "type": "write", "error": "No space left on device"}})");
  qmpev_hook_quorum_error(&rig.handle, "c3", &request, -2'147'483'647 - 1);
  CHECK_THAT(rig.last(), Catch::Contains(R"("error": "Unknown error -2147483648")"));
  qmpev_hook_quorum_failure(&rig.handle, "disk0", &request);
  CHECK(rig.last() == R"("event": "QUORUM_FAILURE", "data": {"reference": "disk0", "sectors-count": 2, )"
                      R"("sector-num": 15}})");
}

TEST_CASE("a device that is gone stood at its id, or at its number", "[capi]") {
  Rig rig;
  qmpev_hook_device_deleted(&rig.handle, "dimm1", 3);
  CHECK(rig.last() ==
        R"("event": "DEVICE_DELETED", "data": {"device": "dimm1", "path": "/machine/peripheral/dimm1"}})");
  qmpev_hook_device_deleted(&rig.handle, GENERATE(static_cast<const char*>(nullptr), ""), 3);
  CHECK(rig.last() ==
        R"("event": "DEVICE_DELETED", "data": {"path": "/machine/peripheral-anon/device[3]"}})");
}

TEST_CASE("an id that no event takes is refused as such", "[capi]") {
  Rig rig;
  qmpev_hook_device_deleted(&rig.handle, std::string(5000, 'x').c_str(), 0);
  CHECK(rig.recording.lines(WireForm::qemu).empty());
  CHECK(rig.recording.counters(EventKind::device_deleted).refused_oversize == 1);
}

TEST_CASE("who asked for a reset or an end follows from its cause", "[capi]") {
  Rig rig;
  qmpev_hook_reset(&rig.handle, QMPEV_SHUTDOWN_CAUSE_GUEST_RESET);
  CHECK(rig.last() == R"("event": "RESET", "data": {"guest": true, "reason": "guest-reset"}})");
  qmpev_hook_shutdown(&rig.handle, QMPEV_SHUTDOWN_CAUSE_HOST_SIGNAL);
  CHECK(rig.last() == R"("event": "SHUTDOWN", "data": {"guest": false, "reason": "host-signal"}})");
}

TEST_CASE("a number that its enumeration does not have is counted, and nothing is sent", "[capi]") {
  Rig rig;
  const std::uint32_t beyond = GENERATE(std::uint32_t{200}, UINT32_MAX);
  qmpev_ost_report report = some_report();
  report.slot_type = beyond;
  qmpev_hook_ost(&rig.handle, &report);
  rig.check_refused(EventKind::acpi_device_ost, 1);

  const std::uint64_t registers[5] = {};
  qmpev_hook_panic(&rig.handle, QMPEV_PANIC_NONE + 1, QMPEV_SHUTDOWN_PAUSE, nullptr);
  qmpev_hook_panic(&rig.handle, QMPEV_PANIC_NONE, QMPEV_SHUTDOWN_PAUSE + 1, nullptr);
  qmpev_hook_hyperv_panic(&rig.handle, beyond, QMPEV_SHUTDOWN_PAUSE, registers);
  qmpev_guest_panic_information_s390 crash{};
  crash.size = sizeof crash;
  crash.reason = beyond;
  qmpev_hook_s390_panic(&rig.handle, QMPEV_PANIC_NONE, QMPEV_SHUTDOWN_PAUSE, &crash);
  crash.reason = 0;
  qmpev_hook_s390_panic(&rig.handle, QMPEV_PANIC_NONE, beyond, &crash);
  rig.check_refused(EventKind::guest_panicked, 5);

  qmpev_quorum_request request = some_request();
  request.type = beyond;
  qmpev_hook_quorum_mismatch(&rig.handle, "c1", &request);
  qmpev_hook_quorum_error(&rig.handle, "c1", &request, EIO);
  rig.check_refused(EventKind::quorum_report_bad, 2);

  qmpev_hook_reset(&rig.handle, beyond);
  qmpev_hook_shutdown(&rig.handle, beyond);
  rig.check_refused(EventKind::reset, 1);
  rig.check_refused(EventKind::shutdown, 1);
}

TEST_CASE("what is missing is counted, and nothing is sent", "[capi]") {
  Rig rig;
  qmpev_ost_report report = some_report();
  report.size = offsetof(qmpev_ost_report, status);
  qmpev_hook_ost(&rig.handle, &report);
  qmpev_hook_ost(&rig.handle, nullptr);
  rig.check_refused(EventKind::acpi_device_ost, 2);

  qmpev_hook_hyperv_panic(&rig.handle, QMPEV_PANIC_PAUSE, QMPEV_SHUTDOWN_PAUSE, nullptr);
  qmpev_hook_s390_panic(&rig.handle, QMPEV_PANIC_PAUSE, QMPEV_SHUTDOWN_PAUSE, nullptr);
  rig.check_refused(EventKind::guest_panicked, 2);

  qmpev_quorum_request request = some_request();
  qmpev_hook_quorum_mismatch(&rig.handle, nullptr, &request);
  qmpev_hook_quorum_mismatch(&rig.handle, "c1", nullptr);
  qmpev_hook_quorum_error(&rig.handle, nullptr, &request, EIO);
  qmpev_hook_quorum_error(&rig.handle, "c1", nullptr, EIO);
  qmpev_hook_quorum_failure(&rig.handle, nullptr, &request);
  qmpev_hook_quorum_failure(&rig.handle, "disk0", nullptr);
  request.size = offsetof(qmpev_quorum_request, type);
  qmpev_hook_quorum_mismatch(&rig.handle, "c1", &request);
  rig.check_refused(EventKind::quorum_report_bad, 5);
  rig.check_refused(EventKind::quorum_failure, 2);
}

TEST_CASE("without an emitter a hook does nothing", "[capi]") {
  const qmpev_ost_report report = some_report();
  const qmpev_quorum_request request = some_request();
  const std::uint64_t registers[5] = {};
  qmpev_hook_ost(nullptr, &report);
  qmpev_hook_balloon(nullptr, 1, 1);
  qmpev_hook_panic(nullptr, 0, 0, nullptr);
  qmpev_hook_hyperv_panic(nullptr, 0, 0, registers);
  qmpev_hook_s390_panic(nullptr, 0, 0, nullptr);
  qmpev_hook_crashloaded(nullptr);
  qmpev_hook_quorum_mismatch(nullptr, "c1", &request);
  qmpev_hook_quorum_error(nullptr, "c1", &request, EIO);
  qmpev_hook_quorum_failure(nullptr, "c1", &request);
  qmpev_hook_device_deleted(nullptr, "d", 0);
  qmpev_hook_reset(nullptr, 0);
  qmpev_hook_shutdown(nullptr, 0);
}
