// SPDX-License-Identifier: MIT
#include "spice/channel_events.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include <catch2/catch.hpp>

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
  info.flags = SPICE_CHANNEL_EVENT_FLAG_ADDR_EXT;
  return info;
}

struct Rig {
  std::vector<std::string> lines() { return recorder.lines(WireForm::qemu); }
  test::RecordingEmitter recorder;
  qmpev::SpiceServer server{recorder.emitter, {"spice"}};
  ChannelEvents events{server};
};

}  // namespace

TEST_CASE("a channel's life is brought to the model", "[spice]") {
  Rig rig;
  SpiceChannelEventInfo info = channel(40'001);
  rig.events.take(SPICE_CHANNEL_EVENT_CONNECTED, &info);
  info.connection_id = -5;
  info.type = 3;
  info.id = 2;
  info.flags |= SPICE_CHANNEL_EVENT_FLAG_TLS;
  rig.events.take(SPICE_CHANNEL_EVENT_INITIALIZED, &info);
  REQUIRE(rig.server.channels().size() == 1);
  const auto identity = rig.server.channels().front().identity;
  CHECK(identity.connection_id == -5);
  CHECK(identity.channel_type == 3);
  CHECK(identity.channel_id == 2);
  CHECK(identity.tls);
  rig.events.take(SPICE_CHANNEL_EVENT_DISCONNECTED, &info);
  CHECK(rig.server.connections().empty());
  const auto lines = rig.lines();
  REQUIRE(lines.size() == 3);
  for (const std::string& line : lines) {
    CHECK(line.find(R"("port": "5930", "family": "ipv4", "host": "127.0.0.1"})") != std::string::npos);
    CHECK(line.find(R"("port": "40001")") != std::string::npos);
  }
}

TEST_CASE("an object's address names a new channel when its old one is gone", "[spice]") {
  Rig rig;
  SpiceChannelEventInfo info = channel(40'001);
  for (int life = 0; life < 2; ++life) {
    rig.events.take(SPICE_CHANNEL_EVENT_CONNECTED, &info);
    rig.events.take(SPICE_CHANNEL_EVENT_DISCONNECTED, &info);
    rig.events.take(SPICE_CHANNEL_EVENT_DISCONNECTED, &info);
    rig.events.take(SPICE_CHANNEL_EVENT_INITIALIZED, &info);
  }
  CHECK(rig.lines().size() == 4);
}

TEST_CASE("an unknown event says nothing, and after the end none does", "[spice]") {
  Rig rig;
  SpiceChannelEventInfo info = channel(40'001);
  rig.events.take(77, &info);
  CHECK(rig.lines().empty());
  rig.events.take(SPICE_CHANNEL_EVENT_CONNECTED, &info);
  rig.events.end();
  rig.events.take(SPICE_CHANNEL_EVENT_DISCONNECTED, &info);
  CHECK(rig.lines().size() == 1);
}
