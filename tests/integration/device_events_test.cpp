// SPDX-License-Identifier: MIT
// Each event in each form, from the entry a guest would use to a real socket: in `qemu` the line is QEMU's
// captured one but for its time, in `document` the members and values are the document's.
#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <json-glib/json-glib.h>

#include <catch2/catch.hpp>

#include "devices/faulty_child.hpp"
#include "devices/machine.hpp"
#include "devices/memory_child.hpp"
#include "devices/memory_hotplug.hpp"
#include "devices/pvpanic.hpp"
#include "devices/quorum.hpp"
#include "devices/spice_server.hpp"
#include "devices/virtio_balloon.hpp"
#include "support/captures.hpp"
#include "support/loopback.hpp"
#include "support/qmp_client.hpp"
#include "support/served.hpp"

using namespace qmpev;
using test::captured_lines;
using test::loopback;
using test::QmpClient;
using test::Served;

namespace {

using Lines = std::vector<std::string>;

/// What the two monitors of one server receive while `guest` acts on a thread of its own.
struct Received {
  Lines document;
  Lines qemu;
};

QmpClient in_command_mode(const std::string& path) {
  auto client = QmpClient::connect(path);
  REQUIRE(client);
  REQUIRE(client->send("{\"execute\":\"qmp_capabilities\"}"));
  REQUIRE(client->line());
  REQUIRE(client->line() == "{\"return\": {}}");
  return std::move(*client);
}

template <class Guest>
Received receive(std::size_t count, Guest guest) {
  Served served;
  QmpClient document = in_command_mode(served.path(WireForm::document));
  QmpClient qemu = in_command_mode(served.path(WireForm::qemu));
  std::thread([&] { guest(served.emitter()); }).join();
  Received received;
  for (std::size_t i = 0; i < count; ++i) {
    const auto line = qemu.line();
    REQUIRE(line);
    received.qemu.push_back(test::without_time(*line + "\r\n"));
    const auto same = document.line();
    REQUIRE(same);
    received.document.push_back(*same);
  }
  return received;
}

struct FreeNode {
  void operator()(JsonNode* node) const { json_node_unref(node); }
};
using Node = std::unique_ptr<JsonNode, FreeNode>;

/// Equal as JSON: the same members with the same values, no more and no fewer; the time is only looked for.
void check_document(const std::string& line, const std::string& expected) {
  INFO(line);
  const Node got(json_from_string(line.c_str(), nullptr)), want(json_from_string(expected.c_str(), nullptr));
  REQUIRE((got && want));
  JsonObject* event = json_node_get_object(got.get());
  JsonObject* stamp = json_object_get_object_member(event, "timestamp");
  REQUIRE(stamp != nullptr);
  CHECK(json_object_get_int_member(stamp, "seconds") > 1'000'000'000);
  CHECK(json_object_has_member(stamp, "microseconds"));
  json_object_remove_member(event, "timestamp");
  CHECK(json_node_equal(got.get(), want.get()));
}

template <class Write>
void write_pages(Write write, std::uint32_t pages) {
  const std::array<std::uint8_t, 4> bytes{
      static_cast<std::uint8_t>(pages), static_cast<std::uint8_t>(pages >> 8),
      static_cast<std::uint8_t>(pages >> 16), static_cast<std::uint8_t>(pages >> 24)};
  write(bytes);
}

/// Three copies of which the middle one differs, or all, or two cannot be read.
std::unique_ptr<Quorum> quorum(const Emitter& emitter, bool all_differ) {
  std::vector<std::unique_ptr<QuorumChild>> children;
  for (int i = 0; i < 3; ++i) {
    auto child =
        std::make_unique<FaultyChild>(std::make_unique<MemoryChild>("c" + std::to_string(i), 65'536));
    if (all_differ || i == 1) REQUIRE(child->rot(0, static_cast<std::uint8_t>(i + 1)));
    children.push_back(std::move(child));
  }
  auto made = Quorum::create(emitter, {"q0", 2}, std::move(children));
  REQUIRE(made);
  return std::move(made).value();
}

Lines first(Lines lines, std::size_t count) {
  lines.resize(count);
  return lines;
}

Lines without_first(Lines lines) {
  lines.erase(lines.begin());
  return lines;
}

}  // namespace

TEST_CASE("ACPI_DEVICE_OST: the guest writes selector, source and status", "[integration]") {
  const Received received = receive(1, [](const Emitter& emitter) {
    MemoryHotplug hotplug(emitter, 4);
    hotplug.plug(1, {"dimm0"});
    hotplug.out(kMemoryHotplugSelectorPort, 1);
    hotplug.out(kMemoryHotplugOstEventPort, 0x7fffffff);
    hotplug.out(kMemoryHotplugOstStatusPort, 0xfffffffe);
  });
  CHECK(received.qemu ==
        first(captured_lines("q35: source 0x7fffffff status 0xffffffff", "ACPI_DEVICE_OST"), 1));
  check_document(received.document[0],
                 R"({"event": "ACPI_DEVICE_OST", "data": {"device": "dimm0", "slot": "1", "slot-type": "DIMM",
                     "source": 2147483647, "status": 4294967294}})");
}

TEST_CASE("ACPI_DEVICE_OST of a slot whose device has no id has no `device`", "[integration]") {
  const Received received = receive(1, [](const Emitter& emitter) {
    MemoryHotplug hotplug(emitter, 4);
    hotplug.plug(2, {""});
    hotplug.out(kMemoryHotplugSelectorPort, 2);
    hotplug.out(kMemoryHotplugOstEventPort, 0x103);
    hotplug.out(kMemoryHotplugOstStatusPort, 0x84);
  });
  CHECK(received.qemu == first(captured_lines("q35: dimm without id in slot 2", "ACPI_DEVICE_OST"), 1));
  check_document(
      received.document[0],
      R"({"event": "ACPI_DEVICE_OST", "data": {"slot": "2", "slot-type": "DIMM", "source": 259, "status": 132}})");
}

TEST_CASE("BALLOON_CHANGE: the driver writes `actual`", "[integration]") {
  const Received received = receive(1, [](const Emitter& emitter) {
    VirtioBalloon balloon(emitter, std::uint64_t{256} << 20);
    write_pages([&](const auto& bytes) { balloon.write_config(VirtioBalloon::kActualOffset, bytes); },
                0x1000);
  });
  CHECK(received.qemu == captured_lines("legacy: single change"));
  check_document(received.document[0], R"({"event": "BALLOON_CHANGE", "data": {"actual": 251658240}})");
}

TEST_CASE("GUEST_PANICKED and STOP: the guest writes the panic port of a machine that pauses",
          "[integration]") {
  const Received received = receive(2, [](const Emitter& emitter) {
    Machine machine(emitter, {}, {});
    Pvpanic(machine).out(kPvpanicPanicked);
  });
  CHECK(received.qemu == without_first(captured_lines("vcpu writes 1, -no-shutdown")));
  check_document(received.document[0], R"({"event": "GUEST_PANICKED", "data": {"action": "pause"}})");
  check_document(received.document[1], R"({"event": "STOP"})");
}

TEST_CASE("GUEST_PANICKED and SHUTDOWN: the same on a machine that powers off", "[integration]") {
  const Received received = receive(2, [](const Emitter& emitter) {
    Machine machine(emitter, {{.panic = PanicPolicy::shutdown}}, {});
    Pvpanic(machine).out(kPvpanicPanicked);
  });
  CHECK(received.qemu == without_first(captured_lines("vcpu writes 1, default action")));
  check_document(received.document[0], R"({"event": "GUEST_PANICKED", "data": {"action": "poweroff"}})");
  check_document(received.document[1],
                 R"({"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-panic"}})");
}

TEST_CASE("RESET, RESUME and POWERDOWN: the machine's own", "[integration]") {
  const std::string scenario = "qtest, running, -no-shutdown (=-action shutdown=pause) default panic";
  const Received received = receive(5, [](const Emitter& emitter) {
    Machine machine(emitter, {}, {});
    Pvpanic(machine).out(kPvpanicPanicked);
    machine.reset(ShutdownCause::host_qmp_system_reset);
    machine.cont();
    machine.powerdown();
  });
  Lines expected = captured_lines(scenario);
  expected.push_back("{\"timestamp\": {\"seconds\": 0, \"microseconds\": 0}, \"event\": \"POWERDOWN\"}\r\n");
  CHECK(received.qemu == expected);
  check_document(received.document[2],
                 R"({"event": "RESET", "data": {"guest": false, "reason": "host-qmp-system-reset"}})");
  check_document(received.document[3], R"({"event": "RESUME"})");
  check_document(received.document[4], R"({"event": "POWERDOWN"})");
}

TEST_CASE("QUORUM_REPORT_BAD: a read finds a copy that differs", "[integration]") {
  const Received received = receive(1, [](const Emitter& emitter) {
    std::array<std::uint8_t, 512> data;
    CHECK(quorum(emitter, false)->read(0, data) == 0);
  });
  CHECK(received.qemu == captured_lines("sys: one of three children mismatches, 1 sector"));
  check_document(
      received.document[0],
      R"({"event": "QUORUM_REPORT_BAD", "data": {"node-name": "c1", "sector-num": 0, "sector-count": 1}})");
}

TEST_CASE("QUORUM_FAILURE: a read finds no two copies alike", "[integration]") {
  const Received received = receive(1, [](const Emitter& emitter) {
    std::array<std::uint8_t, 512> data;
    CHECK(quorum(emitter, true)->read(0, data) == EIO);
  });
  CHECK(received.qemu == captured_lines("sys: all three children differ: no quorum, QUORUM_FAILURE only"));
  check_document(
      received.document[0],
      R"({"event": "QUORUM_FAILURE", "data": {"reference": "q0", "sector-num": 0, "sector-count": 1}})");
}

TEST_CASE("SPICE_CONNECTED, SPICE_INITIALIZED and SPICE_DISCONNECTED: a channel's life", "[integration]") {
  const Received received = receive(3, [](const Emitter& emitter) {
    SpiceServer spice(emitter, {"none"});
    const auto channel = spice.accept(loopback(35'815), loopback(52'780));
    spice.initialize(channel, {-363126518, 1, 0, false});
    spice.close(channel);
  });
  Lines expected = captured_lines("link main channel, ticketing disabled");
  expected.push_back(captured_lines("main channel closed", "SPICE_DISCONNECTED").at(0));
  CHECK(received.qemu == expected);
  const std::string ends = R"("server": {"host": "127.0.0.1", "port": "35815", "family": "ipv4"},
                              "client": {"host": "127.0.0.1", "port": "52780", "family": "ipv4"})";
  check_document(received.document[0], "{\"event\": \"SPICE_CONNECTED\", \"data\": {" + ends + "}}");
  check_document(received.document[1], R"({"event": "SPICE_INITIALIZED", "data": {
      "server": {"host": "127.0.0.1", "port": "35815", "family": "ipv4", "auth": "none"},
      "client": {"host": "127.0.0.1", "port": "52780", "family": "ipv4", "connection-id": -363126518,
                 "channel-type": 1, "channel-id": 0, "tls": false}}})");
  check_document(received.document[2], "{\"event\": \"SPICE_DISCONNECTED\", \"data\": {" + ends + "}}");
}
