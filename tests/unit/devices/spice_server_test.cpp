// SPDX-License-Identifier: MIT
#include "devices/spice_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <memory>
#include <thread>

#include <json-glib/json-glib.h>

#include "support/captures.hpp"
#include "support/loopback.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

/// The socket address that a captured line shows as text.
SpiceAddress address_of(JsonObject* end) {
  const std::string family = json_object_get_string_member(end, "family");
  const std::string host = json_object_get_string_member(end, "host");
  const std::string port = json_object_get_string_member(end, "port");
  if (family == "unix") {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, port.data(), port.size());
    const std::size_t length = offsetof(sockaddr_un, sun_path) + (port.empty() ? 0 : port.size() + 1);
    return {reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)};
  }
  const auto number = htons(static_cast<std::uint16_t>(std::stoul(port)));
  if (family == "ipv6") {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = number;
    REQUIRE(::inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) == 1);
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = number;
  REQUIRE(::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1);
  return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

/// Leads a server through what a captured line says happened, and returns the line it sends for that.
std::string replay(const std::string& line) {
  const std::unique_ptr<JsonNode, decltype(&json_node_unref)> node(json_from_string(line.c_str(), nullptr),
                                                                   json_node_unref);
  JsonObject* event = json_node_get_object(node.get());
  JsonObject* data = json_object_get_object_member(event, "data");
  JsonObject* server_end = json_object_get_object_member(data, "server");
  JsonObject* client_end = json_object_get_object_member(data, "client");
  SpiceConfig config;
  if (json_object_has_member(server_end, "auth"))
    config.auth = json_object_get_string_member(server_end, "auth");

  test::RecordingEmitter recorder;
  SpiceServer server(recorder.emitter, config);
  const auto number = server.accept(address_of(server_end), address_of(client_end));
  const std::string name = json_object_get_string_member(event, "event");
  if (name == "SPICE_INITIALIZED")
    server.link(number, {static_cast<std::int32_t>(json_object_get_int_member(client_end, "connection-id")),
                         static_cast<std::uint8_t>(json_object_get_int_member(client_end, "channel-type")),
                         static_cast<std::uint8_t>(json_object_get_int_member(client_end, "channel-id")),
                         json_object_get_boolean_member(client_end, "tls") != FALSE});
  if (name == "SPICE_DISCONNECTED") server.close(number);
  return test::without_time(recorder.lines(WireForm::qemu).back());
}

using Kinds = std::vector<EventKind>;

struct Fixture {
  Kinds kinds() {
    recorder.core->settle(recorder.sink);
    Kinds kinds;
    for (const auto& record : recorder.sink.records) kinds.push_back(record.kind);
    return kinds;
  }
  test::RecordingEmitter recorder;
  SpiceServer server{recorder.emitter, {"none"}};
  const SpiceChannelIdentity main_channel{-1226420751, 1, 0, false};
};

}  // namespace

TEST_CASE("every captured life of a SPICE connection gives the captured lines", "[devices]") {
  int lines = 0;
  for (const test::Capture& capture : test::captures()) {
    if (capture.name.rfind("SPICE_", 0) != 0) continue;
    INFO(capture.scenario);
    CHECK(replay(capture.line) == test::without_time(capture.line));
    ++lines;
  }
  CHECK(lines >= 70);
}

TEST_CASE("a connection that is accepted, linked and closed says each once", "[devices]") {
  Fixture fixture;
  const auto number = fixture.server.accept(test::loopback(5920), test::loopback(1));
  fixture.server.link(number, fixture.main_channel);
  fixture.server.link(number, fixture.main_channel);
  fixture.server.close(number);
  fixture.server.close(number);
  fixture.server.link(number, fixture.main_channel);
  CHECK(fixture.kinds() ==
        Kinds{EventKind::spice_connected, EventKind::spice_initialized, EventKind::spice_disconnected});
}

TEST_CASE("a connection that never got through authentication is disconnected all the same", "[devices]") {
  Fixture fixture;
  fixture.server.close(fixture.server.accept(test::loopback(5920), test::loopback(1)));
  CHECK(fixture.kinds() == Kinds{EventKind::spice_connected, EventKind::spice_disconnected});
}

TEST_CASE("linked channels are listed in the order in which they were linked", "[devices]") {
  Fixture fixture;
  const auto first = fixture.server.accept(test::loopback(5920), test::loopback(36720));
  const auto second = fixture.server.accept(test::loopback(5920), test::loopback(36728));
  const auto third = fixture.server.accept(test::loopback(5920), test::loopback(36740));
  fixture.server.link(first, fixture.main_channel);
  fixture.server.link(third, {-1226420751, 4, 0, false});
  fixture.server.link(second, {-1226420751, 2, 0, false});
  std::vector<std::string> ports;
  for (const auto& channel : fixture.server.channels()) ports.emplace_back(channel.client.port());
  CHECK(ports == std::vector<std::string>{"36720", "36740", "36728"});
  fixture.server.close(third);
  CHECK(fixture.server.channels().size() == 2);
}

TEST_CASE("the events of a channel are the same in the document's form", "[devices]") {
  Fixture fixture;
  const auto number = fixture.server.accept(test::loopback(5920), test::loopback(1));
  fixture.server.link(number, fixture.main_channel);
  fixture.server.close(number);
  CHECK(fixture.recorder.lines(WireForm::document).size() == 3);
  CHECK(fixture.recorder.lines(WireForm::document) == fixture.recorder.lines(WireForm::qemu));
}

TEST_CASE("channels live and die on foreign threads", "[devices][threads]") {
  constexpr int kThreads = 4;
  constexpr int kConnections = 100;
  Fixture fixture;
  std::vector<std::thread> workers;
  for (int worker = 0; worker < kThreads; ++worker)
    workers.emplace_back([&] {
      for (int connection = 0; connection < kConnections; ++connection) {
        const auto number = fixture.server.accept(test::loopback(5920), test::loopback(1));
        fixture.server.link(number, fixture.main_channel);
        fixture.server.close(number);
      }
    });
  for (std::thread& worker : workers) worker.join();
  CHECK(fixture.kinds().size() == 3 * kThreads * kConnections);
  CHECK(fixture.server.channels().empty());
}
