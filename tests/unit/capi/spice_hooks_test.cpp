// SPDX-License-Identifier: MIT
#include <qmpev/qmpev_spice.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstddef>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "capi/emitter_handle.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

struct Rig {
  Rig() {
    connection.size = sizeof connection;
    connection.server = reinterpret_cast<const sockaddr*>(&server);
    connection.client = reinterpret_cast<const sockaddr*>(&client);
    connection.server_length = connection.client_length = sizeof server;
    connection.auth = "sasl";
    connection.connection_id = -5;
    connection.channel_type = 255;
    connection.channel_id = 2;
    connection.tls = 1;
  }
  std::string last() {
    const auto lines = recording.lines(WireForm::qemu);
    return lines.empty() ? std::string() : lines.back().substr(lines.back().find("}, ") + 3);
  }

  test::RecordingEmitter recording;
  qmpev_emitter handle{recording.emitter};
  sockaddr_in server = loopback(5930);
  sockaddr_in client = loopback(40'001);
  qmpev_spice_connection connection{};
};

}  // namespace

TEST_CASE("a connection's life in C: connected, up, gone", "[capi]") {
  Rig rig;
  const std::string ends = R"("data": {"server": {"port": "5930", "family": "ipv4", "host": "127.0.0.1"}, )"
                           R"("client": {"port": "40001", "family": "ipv4", "host": "127.0.0.1"}}})"
                           "\r\n";
  qmpev_hook_spice_connected(&rig.handle, &rig.connection);
  CHECK(rig.last() == R"("event": "SPICE_CONNECTED", )" + ends);
  qmpev_hook_spice_initialized(&rig.handle, &rig.connection);
  CHECK(rig.last() == R"("event": "SPICE_INITIALIZED", "data": {"server": {"auth": "sasl", "port": "5930", )"
                      R"("family": "ipv4", "host": "127.0.0.1"}, "client": {"port": "40001", )"
                      R"("family": "ipv4", "channel-type": 255, "connection-id": -5, "host": "127.0.0.1", )"
                      R"("channel-id": 2, "tls": true}}})"
                      "\r\n");
  qmpev_hook_spice_disconnected(&rig.handle, &rig.connection);
  CHECK(rig.last() == R"("event": "SPICE_DISCONNECTED", )" + ends);
}

TEST_CASE("what is not said is not told", "[capi]") {
  Rig rig;
  rig.connection.auth = nullptr;
  rig.connection.tls = 0;
  rig.connection.client = nullptr;
  rig.connection.server_length = 3;
  qmpev_hook_spice_initialized(&rig.handle, &rig.connection);
  CHECK(rig.last().find("auth") == std::string::npos);
  CHECK_THAT(rig.last(), Catch::Contains(R"("tls": false)"));
  CHECK_THAT(rig.last(), Catch::Contains(R"("server": {"port": "", "family": "unknown", "host": ""})"));
  CHECK_THAT(rig.last(), Catch::Contains(R"("client": {"port": "", "family": "unknown")"));
}

TEST_CASE("the two that have only ends need only those", "[capi]") {
  Rig rig;
  rig.connection.size = offsetof(qmpev_spice_connection, auth);
  qmpev_hook_spice_connected(&rig.handle, &rig.connection);
  qmpev_hook_spice_disconnected(&rig.handle, &rig.connection);
  CHECK(rig.recording.lines(WireForm::qemu).size() == 2);
  qmpev_hook_spice_initialized(&rig.handle, &rig.connection);
  CHECK(rig.recording.lines(WireForm::qemu).size() == 2);
  CHECK(rig.recording.counters(EventKind::spice_initialized).refused_invalid == 1);
}

TEST_CASE("a channel that there cannot be, and a missing connection, are counted", "[capi]") {
  Rig rig;
  qmpev_spice_connection wrong = rig.connection;
  wrong.channel_type = 256;
  qmpev_hook_spice_initialized(&rig.handle, &wrong);
  wrong = rig.connection;
  wrong.channel_id = UINT32_MAX;
  qmpev_hook_spice_initialized(&rig.handle, &wrong);
  wrong.size = offsetof(qmpev_spice_connection, client_length);
  qmpev_hook_spice_connected(&rig.handle, &wrong);
  qmpev_hook_spice_disconnected(&rig.handle, nullptr);
  CHECK(rig.recording.lines(WireForm::qemu).empty());
  CHECK(rig.recording.counters(EventKind::spice_initialized).refused_invalid == 2);
  CHECK(rig.recording.counters(EventKind::spice_connected).refused_invalid == 1);
  CHECK(rig.recording.counters(EventKind::spice_disconnected).refused_invalid == 1);
  qmpev_hook_spice_connected(nullptr, &rig.connection);
  qmpev_hook_spice_initialized(nullptr, &rig.connection);
  qmpev_hook_spice_disconnected(nullptr, &rig.connection);
}
