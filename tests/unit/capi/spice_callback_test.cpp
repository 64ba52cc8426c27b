// SPDX-License-Identifier: MIT
// The callback as libspice-server calls it. A real server and a real viewer are in
// tests/embed/spice_c99_test.cpp.
#include <qmpev/qmpev_spice.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <spice.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/qmpev.h>

#include "capi/emitter_handle.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

SpiceChannelEventInfo channel(std::uint16_t port) {
  SpiceChannelEventInfo info{};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(5930);
  std::memcpy(&info.laddr_ext, &address, sizeof address);
  address.sin_port = htons(port);
  std::memcpy(&info.paddr_ext, &address, sizeof address);
  info.llen_ext = info.plen_ext = sizeof address;
  info.flags = SPICE_CHANNEL_EVENT_FLAG_ADDR_EXT | SPICE_CHANNEL_EVENT_FLAG_TLS;
  info.connection_id = -7;
  info.type = 3;
  info.id = 1;
  return info;
}

/// Gone from the process when the test is over. Its handle lives as long as there is a reference.
struct Rig {
  ~Rig() {
    qmpev_spice_set_emitter(nullptr, nullptr);
    qmpev_emitter_unref(handle);
  }
  std::vector<std::string> lines() { return recording.lines(WireForm::qemu); }

  test::RecordingEmitter recording;
  qmpev_emitter* handle = new qmpev_emitter{recording.emitter};
};

}  // namespace

TEST_CASE("it is what a core interface has as its callback", "[capi]") {
  SpiceCoreInterface table{};
  table.channel_event = qmpev_spice_channel_event;
  CHECK(table.channel_event != nullptr);
  CHECK(qmpev_spice_is_supported() == 1);
}

TEST_CASE("a channel's life becomes its three events", "[capi]") {
  Rig rig;
  REQUIRE(qmpev_spice_set_emitter(rig.handle, "spice") == 0);
  SpiceChannelEventInfo info = channel(40'001);
  qmpev_spice_channel_event(SPICE_CHANNEL_EVENT_CONNECTED, &info);
  qmpev_spice_channel_event(SPICE_CHANNEL_EVENT_INITIALIZED, &info);
  qmpev_spice_channel_event(SPICE_CHANNEL_EVENT_DISCONNECTED, &info);
  qmpev_spice_channel_event(77, &info);
  qmpev_spice_channel_event(SPICE_CHANNEL_EVENT_CONNECTED, nullptr);
  const auto lines = rig.lines();
  REQUIRE(lines.size() == 3);
  CHECK_THAT(lines[0], Catch::Contains("SPICE_CONNECTED") && Catch::Contains(R"("port": "40001")"));
  CHECK_THAT(lines[1], Catch::Contains("SPICE_INITIALIZED") && Catch::Contains(R"("auth": "spice")") &&
                           Catch::Contains(R"("connection-id": -7)") &&
                           Catch::Contains(R"("channel-type": 3)") && Catch::Contains(R"("channel-id": 1)") &&
                           Catch::Contains(R"("tls": true)"));
  CHECK_THAT(lines[2], Catch::Contains("SPICE_DISCONNECTED") && Catch::Contains(R"("port": "5930")"));
}

TEST_CASE("addresses that the library does not vouch for are unknown", "[capi]") {
  Rig rig;
  REQUIRE(qmpev_spice_set_emitter(rig.handle, nullptr) == 0);
  SpiceChannelEventInfo info = channel(40'001);
  info.flags = 0;
  qmpev_spice_channel_event(SPICE_CHANNEL_EVENT_INITIALIZED, &info);
  REQUIRE(rig.lines().size() == 1);
  CHECK_THAT(rig.lines()[0], Catch::Contains(R"("family": "unknown")") && !Catch::Contains("40001") &&
                                 !Catch::Contains("auth") && Catch::Contains(R"("tls": false)"));
}

TEST_CASE("who is set is held, and let go when another takes its place", "[capi]") {
  Rig one, two;
  REQUIRE(qmpev_spice_set_emitter(one.handle, "none") == 0);
  CHECK(one.handle->references == 2);
  REQUIRE(qmpev_spice_set_emitter(two.handle, "sasl") == 0);
  CHECK(one.handle->references == 1);
  CHECK(qmpev_spice_set_emitter(one.handle, std::string(33, 'x').c_str()) == -EINVAL);
  CHECK_THAT(qmpev_last_error(), Catch::Contains("32 bytes"));
  CHECK(one.handle->references == 1);
  SpiceChannelEventInfo info = channel(40'001);
  qmpev_spice_channel_event(SPICE_CHANNEL_EVENT_INITIALIZED, &info);
  CHECK(one.lines().empty());
  REQUIRE(two.lines().size() == 1);
  CHECK_THAT(two.lines()[0], Catch::Contains(R"("auth": "sasl")"));
  REQUIRE(qmpev_spice_set_emitter(nullptr, nullptr) == 0);
  CHECK(two.handle->references == 1);
  qmpev_spice_channel_event(SPICE_CHANNEL_EVENT_DISCONNECTED, &info);
  CHECK(two.lines().size() == 1);
}

TEST_CASE("once set returns, nothing goes to the one before, whatever SPICE's threads do",
          "[capi][threads]") {
  Rig one, two;
  std::atomic<bool> ended{false};
  std::atomic<int> calls{0};
  const auto call = [&] {
    SpiceChannelEventInfo info = channel(40'001);
    while (!ended) {
      qmpev_spice_channel_event(SPICE_CHANNEL_EVENT_CONNECTED, &info);
      ++calls;
    }
  };
  std::thread worker(call), other(call);
  std::uint64_t before = 0;
  for (int round = 0; round < 100; ++round) {
    REQUIRE(qmpev_spice_set_emitter(one.handle, nullptr) == 0);
    const int seen = calls;
    while (calls < seen + 4) std::this_thread::yield();
    REQUIRE(qmpev_spice_set_emitter(two.handle, nullptr) == 0);
    const std::uint64_t emitted = one.recording.counters(EventKind::spice_connected).emitted;
    CHECK(emitted > before);
    const int later = calls;
    while (calls < later + 4) std::this_thread::yield();
    CHECK(one.recording.counters(EventKind::spice_connected).emitted == emitted);
    before = emitted;
  }
  ended = true;
  worker.join();
  other.join();
}
