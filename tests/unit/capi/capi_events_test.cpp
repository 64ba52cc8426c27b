// SPDX-License-Identifier: MIT
// What C callers can get right and wrong with the generated structs: values arrive, mistakes are counted
// refusals.
#include <qmpev/qmpev_events.h>

#include <cstring>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "capi/emitter_handle.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

/// An emitter with a C handle on it; lines without their stamps.
struct Rig {
  test::RecordingEmitter recording;
  qmpev_emitter handle{recording.emitter};

  std::vector<std::string> lines(WireForm form = WireForm::qemu) {
    std::vector<std::string> lines;
    for (const std::string& line : recording.lines(form)) lines.push_back(line.substr(line.find("}, ") + 3));
    return lines;
  }
  /// How many were refused, when nothing was sent.
  std::uint64_t refused(EventKind kind) {
    CHECK(recording.lines(WireForm::qemu).empty());
    const EventCounters counters = recording.counters(kind);
    CHECK(counters.emitted == counters.refused_invalid + counters.refused_oversize);
    CHECK(test::adds_up(counters));
    return counters.refused_invalid;
  }
};

qmpev_acpi_device_ost some_ost() {
  qmpev_acpi_device_ost event{};
  event.size = sizeof event;
  event.device = "dimm1";
  event.slot = "1";
  event.slot_type = QMPEV_ACPI_SLOT_TYPE_CPU;
  event.source = 3;
  event.status = 0xFFFFFFFF;
  return event;
}

qmpev_spice_basic_info some_end(const char* host, const char* port) {
  qmpev_spice_basic_info end{};
  end.size = sizeof end;
  end.host = host;
  end.port = port;
  end.family = QMPEV_NETWORK_ADDRESS_FAMILY_UNIX;
  return end;
}

TEST_CASE("values set in C arrive on the wire", "[capi]") {
  Rig rig;
  const qmpev_acpi_device_ost ost = some_ost();
  qmpev_emit_acpi_device_ost(&rig.handle, &ost);
  CHECK(
      rig.lines().back() ==
      R"("event": "ACPI_DEVICE_OST", "data": {"info": {"device": "dimm1", "source": 3, "status": 4294967295, )"
      R"("slot": "1", "slot-type": "CPU"}}})"
      "\r\n");

  qmpev_balloon_change balloon{};
  balloon.size = sizeof balloon;
  balloon.actual = -4096;
  qmpev_emit_balloon_change(&rig.handle, &balloon);
  CHECK(rig.lines().back() == "\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": -4096}}\r\n");

  qmpev_quorum_report_bad bad{};
  bad.size = sizeof bad;
  bad.type = QMPEV_QUORUM_OP_TYPE_WRITE;
  bad.error = "No space left on device";
  bad.node_name = "c1";
  bad.sectors_count = 8;
  qmpev_emit_quorum_report_bad(&rig.handle, &bad);
  CHECK(rig.lines().back() ==
        R"("event": "QUORUM_REPORT_BAD", "data": {"node-name": "c1", "sectors-count": 8, "sector-num": 0, )"
        R"("type": "write", "error": "No space left on device"}})"
        "\r\n");

  qmpev_shutdown shutdown{};
  shutdown.size = sizeof shutdown;
  shutdown.guest = true;
  shutdown.reason = QMPEV_SHUTDOWN_CAUSE_GUEST_PANIC;
  qmpev_emit_shutdown(&rig.handle, &shutdown);
  CHECK(rig.lines().back() ==
        "\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": \"guest-panic\"}}\r\n");

  const qmpev_stop stop{sizeof stop};
  qmpev_emit_stop(&rig.handle, &stop);
  CHECK(rig.lines().back() == "\"event\": \"STOP\"}\r\n");
}

TEST_CASE("structs inside structs arrive, each by its own size", "[capi]") {
  Rig rig;
  const qmpev_spice_basic_info server = some_end("localhost", "/run/spice.sock");
  const qmpev_spice_basic_info client = some_end("localhost", "");
  qmpev_spice_connected event{};
  event.size = sizeof event;
  event.server = &server;
  event.client = &client;
  qmpev_emit_spice_connected(&rig.handle, &event);
  CHECK(rig.lines().back() ==
        R"("event": "SPICE_CONNECTED", "data": {"server": {"port": "/run/spice.sock", "family": "unix", )"
        R"("host": "localhost"}, "client": {"port": "", "family": "unix", "host": "localhost"}}})"
        "\r\n");
}

TEST_CASE("the branch of a union that its type names arrives", "[capi]") {
  Rig rig;
  qmpev_guest_panic_information_s390 s390{};
  s390.size = sizeof s390;
  s390.core = 2;
  s390.psw_mask = UINT64_MAX;
  s390.reason = QMPEV_S390_CRASH_REASON_PGMINT_LOOP;
  qmpev_guest_panic_information info{};
  info.size = sizeof info;
  info.type = QMPEV_GUEST_PANIC_INFORMATION_TYPE_S390;
  info.s390 = &s390;
  qmpev_guest_panicked event{};
  event.size = sizeof event;
  event.action = QMPEV_GUEST_PANIC_ACTION_RUN;
  event.info = &info;
  qmpev_emit_guest_panicked(&rig.handle, &event);
  CHECK(rig.lines().back() ==
        R"("event": "GUEST_PANICKED", "data": {"action": "run", "info": {"core": 2, "psw-addr": 0, )"
        R"("reason": "pgmint-loop", "psw-mask": 18446744073709551615, "type": "s390"}}})"
        "\r\n");
  event.info = nullptr;
  qmpev_emit_guest_panicked(&rig.handle, &event);
  CHECK(rig.lines().back() == "\"event\": \"GUEST_PANICKED\", \"data\": {\"action\": \"run\"}}\r\n");
}

TEST_CASE("each branch of a union of four arrives, its optional members by pointer", "[capi]") {
  Rig rig;
  const bool yes = true;
  const std::uint16_t last = 65535;
  const qmpev_inet_socket_address inet{sizeof inet, "::1", "47666", nullptr, &last,
                                       nullptr,     &yes,  nullptr, nullptr};
  const qmpev_unix_socket_address unix_socket{sizeof unix_socket, "vm", &yes, nullptr};
  const qmpev_vsock_socket_address vsock{sizeof vsock, "3", "1234"};
  const qmpev_fd_socket_address fd{sizeof fd, "7"};
  qmpev_socket_address addr{sizeof addr, 0, &inet, &unix_socket, &vsock, &fd};
  const qmpev_netdev_stream_connected event{sizeof event, "net0", &addr};
  const auto sent = [&](qmpev_socket_address_type type) {
    addr.type = type;
    qmpev_emit_netdev_stream_connected(&rig.handle, &event);
    const std::string line = rig.lines().back();
    return line.substr(line.find("\"addr\""));
  };
  CHECK(sent(QMPEV_SOCKET_ADDRESS_TYPE_INET) ==
        "\"addr\": {\"port\": \"47666\", \"ipv6\": true, \"host\": \"::1\", \"to\": 65535, \"type\": "
        "\"inet\"}}}\r\n");
  CHECK(sent(QMPEV_SOCKET_ADDRESS_TYPE_UNIX) ==
        "\"addr\": {\"abstract\": true, \"path\": \"vm\", \"type\": \"unix\"}}}\r\n");
  CHECK(sent(QMPEV_SOCKET_ADDRESS_TYPE_VSOCK) ==
        "\"addr\": {\"port\": \"1234\", \"cid\": \"3\", \"type\": \"vsock\"}}}\r\n");
  CHECK(sent(QMPEV_SOCKET_ADDRESS_TYPE_FD) == "\"addr\": {\"str\": \"7\", \"type\": \"fd\"}}}\r\n");
  CHECK(rig.lines().size() == 4);
  addr.type = QMPEV_SOCKET_ADDRESS_TYPE_FD + 1;
  qmpev_emit_netdev_stream_connected(&rig.handle, &event);
  CHECK(rig.lines().size() == 4);
}

TEST_CASE("members whose wire names have underscores keep them", "[capi]") {
  Rig rig;
  const qmpev_vnc_server_info server{sizeof server, "::1", "5901", QMPEV_NETWORK_ADDRESS_FAMILY_IPV6,
                                     false,         "sasl"};
  const qmpev_vnc_client_info client{sizeof client, "::1",    "4608", QMPEV_NETWORK_ADDRESS_FAMILY_IPV6,
                                     true,          "CN=ada", "ada"};
  const qmpev_vnc_initialized event{sizeof event, &server, &client};
  qmpev_emit_vnc_initialized(&rig.handle, &event);
  CHECK(rig.lines().back().find("\"x509_dname\": \"CN=ada\"") != std::string::npos);
  CHECK(rig.lines().back().find("\"sasl_username\": \"ada\"") != std::string::npos);
}

TEST_CASE("an optional member that an older struct does not reach is absent", "[capi]") {
  Rig rig;
  qmpev_guest_panicked event{};
  // Nonsense where the older caller's struct has ended already.
  std::memset(static_cast<void*>(&event), 0x5A, sizeof event);
  event.size = offsetof(qmpev_guest_panicked, info);
  event.action = QMPEV_GUEST_PANIC_ACTION_PAUSE;
  qmpev_emit_guest_panicked(&rig.handle, &event);
  CHECK(rig.lines().back() == "\"event\": \"GUEST_PANICKED\", \"data\": {\"action\": \"pause\"}}\r\n");
  event.size = sizeof event - 1;  // not all of the pointer
  qmpev_emit_guest_panicked(&rig.handle, &event);
  CHECK(rig.lines().size() == 2);
  CHECK(rig.lines().back() == rig.lines().front());
}

TEST_CASE("a struct of a newer caller is read as far as it is known", "[capi]") {
  Rig rig;
  struct {
    qmpev_balloon_change known;
    std::uint64_t added;
  } newer{};
  newer.known.size = sizeof newer;
  newer.known.actual = 1;
  qmpev_emit_balloon_change(&rig.handle, &newer.known);
  CHECK(rig.lines().back() == "\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": 1}}\r\n");
}

TEST_CASE("no event at all is a counted refusal", "[capi]") {
  Rig rig;
  qmpev_emit_stop(&rig.handle, nullptr);
  CHECK(rig.refused(EventKind::stop) == 1);
  qmpev_emit_spice_initialized(&rig.handle, nullptr);
  CHECK(rig.refused(EventKind::spice_initialized) == 1);
}

TEST_CASE("a required member that is not there is a counted refusal", "[capi]") {
  Rig rig;
  qmpev_balloon_change balloon{};  // size forgotten: a level of 0 would be a lie
  qmpev_emit_balloon_change(&rig.handle, &balloon);
  CHECK(rig.refused(EventKind::balloon_change) == 1);

  qmpev_acpi_device_ost ost = some_ost();
  ost.slot = nullptr;
  qmpev_emit_acpi_device_ost(&rig.handle, &ost);
  ost = some_ost();
  ost.size = offsetof(qmpev_acpi_device_ost, status);
  qmpev_emit_acpi_device_ost(&rig.handle, &ost);
  CHECK(rig.refused(EventKind::acpi_device_ost) == 2);

  qmpev_spice_basic_info end = some_end("::1", "5900");
  qmpev_spice_connected connected{};
  connected.size = sizeof connected;
  connected.server = &end;
  qmpev_emit_spice_connected(&rig.handle, &connected);  // no client
  end.host = nullptr;
  connected.client = &end;
  qmpev_emit_spice_connected(&rig.handle, &connected);  // no host
  end = some_end("::1", "5900");
  end.size = 0;
  qmpev_emit_spice_connected(&rig.handle, &connected);  // no size
  CHECK(rig.refused(EventKind::spice_connected) == 3);
}

TEST_CASE("a number that is no value of its enum is a counted refusal", "[capi]") {
  Rig rig;
  for (const std::uint32_t wrong : {std::uint32_t{2}, std::uint32_t{256}, std::uint32_t{0xFFFFFFFF}}) {
    qmpev_acpi_device_ost ost = some_ost();
    ost.slot_type = wrong;
    qmpev_emit_acpi_device_ost(&rig.handle, &ost);
    qmpev_guest_panic_information info{};
    info.size = sizeof info;
    info.type = wrong;
    qmpev_guest_panicked panicked{};
    panicked.size = sizeof panicked;
    panicked.info = &info;
    qmpev_emit_guest_panicked(&rig.handle, &panicked);
  }
  CHECK(rig.refused(EventKind::acpi_device_ost) == 3);
  CHECK(rig.refused(EventKind::guest_panicked) == 3);
}

TEST_CASE("a union whose branch is not there is a counted refusal", "[capi]") {
  Rig rig;
  qmpev_guest_panic_information_s390 s390{};
  s390.size = sizeof s390;
  qmpev_guest_panic_information info{};
  info.size = sizeof info;
  info.type = QMPEV_GUEST_PANIC_INFORMATION_TYPE_HYPER_V;
  info.s390 = &s390;
  qmpev_guest_panicked event{};
  event.size = sizeof event;
  event.info = &info;
  qmpev_emit_guest_panicked(&rig.handle, &event);
  CHECK(rig.refused(EventKind::guest_panicked) == 1);
}

TEST_CASE("an identifier over its limit is counted as oversize", "[capi]") {
  Rig rig;
  const std::string name(256, 'n');
  qmpev_quorum_failure event{};
  event.size = sizeof event;
  event.reference = name.c_str();
  qmpev_emit_quorum_failure(&rig.handle, &event);
  CHECK(rig.refused(EventKind::quorum_failure) == 0);
  CHECK(rig.recording.counters(EventKind::quorum_failure).refused_oversize == 1);
}

TEST_CASE("without an emitter there is nobody to tell", "[capi]") {
  const qmpev_stop stop{sizeof stop};
  qmpev_emit_stop(nullptr, &stop);
  qmpev_emit_stop(nullptr, nullptr);
}

}  // namespace
