// SPDX-License-Identifier: MIT
#include "devices/spice_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <memory>
#include <set>
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
    server.initialize(number,
                      {static_cast<std::int32_t>(json_object_get_int_member(client_end, "connection-id")),
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
  fixture.server.initialize(number, fixture.main_channel);
  fixture.server.initialize(number, fixture.main_channel);
  fixture.server.close(number);
  fixture.server.close(number);
  fixture.server.initialize(number, fixture.main_channel);
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
  fixture.server.initialize(first, fixture.main_channel);
  fixture.server.initialize(third, {-1226420751, 4, 0, false});
  fixture.server.initialize(second, {-1226420751, 2, 0, false});
  std::vector<std::string> ports;
  for (const auto& channel : fixture.server.channels()) ports.emplace_back(channel.client.port());
  CHECK(ports == std::vector<std::string>{"36720", "36740", "36728"});
  fixture.server.close(third);
  CHECK(fixture.server.channels().size() == 2);
}

TEST_CASE("the events of a channel are the same in the document's form", "[devices]") {
  Fixture fixture;
  const auto number = fixture.server.accept(test::loopback(5920), test::loopback(1));
  fixture.server.initialize(number, fixture.main_channel);
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
        fixture.server.initialize(number, fixture.main_channel);
        fixture.server.close(number);
      }
    });
  for (std::thread& worker : workers) worker.join();
  CHECK(fixture.kinds().size() == 3 * kThreads * kConnections);
  CHECK(fixture.server.channels().empty());
}

// --- synthetic viewers
// -----------------------------------------------------------------------------------------

namespace {

/// A server with a ticket that draws the ids it is given, and what it says of each connection: "+5"
/// connected,
/// "=5" up, "-5" gone, where 5 is the viewer's port.
struct Room {
  explicit Room(std::vector<std::int32_t> ids = {-7, 8, 9}) : ids_(std::move(ids)) {}

  std::string said() {
    recorder.core->settle(recorder.sink);
    std::string text;
    for (; read_ < recorder.sink.records.size(); ++read_) {
      const auto& record = recorder.sink.records[read_];
      const std::string& line = record.line[static_cast<std::size_t>(WireForm::qemu)];
      const std::size_t port = line.find("\"port\": \"", line.find("\"client\"")) + 9;
      text += record.kind == EventKind::spice_connected     ? '+'
              : record.kind == EventKind::spice_initialized ? '='
                                                            : '-';
      text += line.substr(port, line.find('"', port) - port) + ' ';
    }
    return text;
  }
  SpiceServer::ConnectionNumber accept(std::uint16_t port) {
    return server.accept(test::loopback(5900), test::loopback(port));
  }
  SpiceServer::Admission open(std::uint16_t port, SpiceLink link = {}, const char* password = "secret") {
    const auto number = accept(port);
    if (const auto refusal = server.link(number, link)) return {refusal};
    return server.authenticate(number, password);
  }

  test::RecordingEmitter recorder;
  SpiceServer server{recorder.emitter, {"spice", "secret", 0, [this] { return ids_.at(drawn_++); }}};

 private:
  std::vector<std::int32_t> ids_;
  std::size_t drawn_ = 0;
  std::size_t read_ = 0;
};

SpiceLink channel(std::int32_t id, std::uint8_t type) {
  SpiceLink link;
  link.connection_id = id;
  link.channel_type = type;
  return link;
}

}  // namespace

TEST_CASE("the channels of a session share the number that was drawn for it", "[devices]") {
  Room room;
  CHECK(room.open(1).connection_id == -7);
  CHECK(room.open(2, channel(-7, kSpiceInputs)).connection_id == -7);
  CHECK(room.open(3, channel(-7, kSpiceRecord)).connection_id == -7);
  CHECK(room.said() == "+1 =1 +2 =2 +3 =3 ");
  CHECK(room.server.session() == -7);
  for (const auto& each : room.server.channels()) CHECK(each.identity.connection_id == -7);
}

TEST_CASE("a session is never numbered 0, which asks for a new one", "[devices]") {
  Room room({0});
  CHECK(room.open(1).connection_id == 1);
}

TEST_CASE("random session numbers are signed and come again with their seed", "[devices]") {
  const auto first = random_connection_ids(5), again = random_connection_ids(5),
             other = random_connection_ids(6);
  int negative = 0, different = 0;
  for (int draw = 0; draw < 100; ++draw) {
    const std::int32_t number = first();
    CHECK(number == again());
    different += number != other() ? 1 : 0;
    negative += number < 0 ? 1 : 0;
  }
  CHECK(different > 90);
  CHECK(negative > 20);
  CHECK(negative < 80);
}

TEST_CASE("a viewer that is refused was connected, and is never up", "[devices]") {
  Room room;
  const auto refused = [&](SpiceLink link, const char* password = "secret") {
    const auto refusal = room.open(1, link, password).refusal;
    CHECK(room.said() == "+1 -1 ");
    CHECK(room.server.connections().empty());
    return refusal;
  };
  SpiceLink magic, version, small, large, type, id;
  magic.magic = 0x52454451;
  version.major = 9;
  small.bytes = kMinSpiceLinkBytes - 1;
  large.bytes = kMaxSpiceLinkBytes + 1;
  type.channel_type = 0;
  id.channel_id = 1;
  CHECK(refused(magic) == SpiceRefusal::bad_magic);
  CHECK(refused(version) == SpiceRefusal::bad_version);
  CHECK(refused(small) == SpiceRefusal::bad_size);
  CHECK(refused(large) == SpiceRefusal::bad_size);
  CHECK(refused(type) == SpiceRefusal::no_such_channel);
  CHECK(refused(channel(0, kSpiceRecord + 1)) == SpiceRefusal::no_such_channel);
  CHECK(refused(channel(0, 255)) == SpiceRefusal::no_such_channel);
  CHECK(refused(id) == SpiceRefusal::no_such_channel);
  CHECK(refused({}, "wrong") == SpiceRefusal::wrong_password);
  CHECK(refused({}, "") == SpiceRefusal::wrong_password);
  CHECK(refused(channel(12345, kSpiceInputs)) == SpiceRefusal::unknown_connection_id);
  CHECK(refused(channel(0, kSpiceInputs)) == SpiceRefusal::unknown_connection_id);
  CHECK(refused(channel(-7, kSpiceMain)) == SpiceRefusal::unknown_connection_id);
}

TEST_CASE("the largest and the smallest link message are taken", "[devices]") {
  for (const std::uint32_t bytes : {kMinSpiceLinkBytes, kMaxSpiceLinkBytes}) {
    Room room;
    SpiceLink link;
    link.bytes = bytes;
    CHECK_FALSE(room.open(1, link).refusal);
  }
}

TEST_CASE("where there is no password, none is wrong", "[devices]") {
  Fixture fixture;
  const auto number = fixture.server.accept(test::loopback(5920), test::loopback(1));
  CHECK_FALSE(fixture.server.link(number, {}));
  CHECK_FALSE(fixture.server.authenticate(number, "anything").refusal);
  CHECK(fixture.kinds() == Kinds{EventKind::spice_connected, EventKind::spice_initialized});
}

TEST_CASE("a channel that needs TLS is refused without", "[devices]") {
  test::RecordingEmitter recorder;
  SpiceServer server(recorder.emitter, {"none", "", 1u << kSpiceMain});
  SpiceLink link;
  CHECK(server.link(server.accept(test::loopback(1), test::loopback(2)), link) == SpiceRefusal::needs_tls);
  link.tls = true;
  const auto number = server.accept(test::loopback(1), test::loopback(3));
  CHECK_FALSE(server.link(number, link));
  CHECK_FALSE(server.authenticate(number, "").refusal);
  CHECK(server.channels().at(0).identity.tls);
}

TEST_CASE("a channel that a session has is not given twice", "[devices]") {
  Room room;
  room.open(1);
  room.open(2, channel(-7, kSpiceInputs));
  CHECK(room.open(3, channel(-7, kSpiceInputs)).refusal == SpiceRefusal::channel_in_use);
  CHECK(room.said() == "+1 =1 +2 =2 +3 -3 ");
}

TEST_CASE("a new main channel kicks the session, the newest channel first, before it is up", "[devices]") {
  Room room;
  room.open(1);
  room.open(2, channel(-7, kSpiceDisplay));
  room.open(3, channel(-7, kSpiceInputs));
  const auto waiting = room.accept(4);  // not of the session: it stays
  room.said();
  CHECK(room.open(5).connection_id == 8);
  CHECK(room.said() == "+5 -3 -2 -1 =5 ");
  CHECK(room.server.session() == 8);
  CHECK(room.open(6, channel(-7, kSpiceInputs)).refusal == SpiceRefusal::unknown_connection_id);
  CHECK(room.server.link(waiting, channel(8, kSpiceInputs)) == std::nullopt);
  CHECK_FALSE(room.server.authenticate(waiting, "secret").refusal);
}

TEST_CASE("a viewer with a wrong password kicks nobody", "[devices]") {
  Room room;
  room.open(1);
  CHECK(room.open(2, {}, "wrong").refusal == SpiceRefusal::wrong_password);
  CHECK(room.said() == "+1 =1 +2 -2 ");
  CHECK(room.server.session() == -7);
}

TEST_CASE("with its main channel a session is gone, with another channel it is not", "[devices]") {
  Room room;
  room.open(1);
  room.open(2, channel(-7, kSpiceDisplay));
  room.open(3, channel(-7, kSpiceInputs));
  const auto open = room.server.connections();
  room.said();
  room.server.close(open.at(2));
  CHECK(room.said() == "-3 ");
  CHECK(room.server.session() == -7);
  room.server.close(open.at(0));
  CHECK(room.said() == "-2 -1 ");
  CHECK_FALSE(room.server.session());
  CHECK(room.server.connections().empty());
}

TEST_CASE("what a real server says of its channels is not second-guessed", "[devices]") {
  Room room;
  const auto main = room.accept(1), inputs = room.accept(2);
  room.server.initialize(main, {5, kSpiceMain, 0, false});
  room.server.initialize(inputs, {5, kSpiceInputs, 0, false});
  room.open(3);  // a synthetic viewer beside it
  room.server.close(main);
  CHECK(room.said() == "+1 +2 =1 =2 +3 =3 -1 ");
  CHECK(room.server.connections().size() == 2);
}

TEST_CASE("steps out of their order are refused and change nothing", "[devices]") {
  Room room;
  const auto number = room.accept(1);
  CHECK(room.server.authenticate(number, "secret").refusal == SpiceRefusal::not_open);
  CHECK_FALSE(room.server.link(number, {}));
  CHECK(room.server.link(number, {}) == SpiceRefusal::not_open);
  CHECK_FALSE(room.server.authenticate(number, "secret").refusal);
  CHECK(room.server.authenticate(number, "secret").refusal == SpiceRefusal::not_open);
  CHECK(room.server.link(number, {}) == SpiceRefusal::not_open);
  CHECK(room.server.link(99, {}) == SpiceRefusal::not_open);
  CHECK(room.server.authenticate(SpiceServer::kNoConnection, "secret").refusal == SpiceRefusal::not_open);
  CHECK(room.said() == "+1 =1 ");
}

TEST_CASE("connections are bounded, and who is turned away is counted, not told", "[devices]") {
  Room room;
  for (std::size_t count = 1; count < SpiceServer::kMaxConnections; ++count) room.accept(1);
  CHECK(room.server.has_room());
  const auto last = room.accept(2);
  CHECK(last != SpiceServer::kNoConnection);
  CHECK_FALSE(room.server.has_room());
  room.said();
  CHECK(room.accept(3) == SpiceServer::kNoConnection);
  CHECK(room.said().empty());
  CHECK(room.server.refused() == 1);
  room.server.count_refused();
  CHECK(room.server.refused() == 2);
  room.server.close(last);
  CHECK(room.accept(4) != SpiceServer::kNoConnection);
}

TEST_CASE("a machine without a SPICE server accepts nobody", "[devices]") {
  test::RecordingEmitter recorder;
  SpiceConfig config;
  config.enabled = false;
  SpiceServer server(recorder.emitter, config);
  CHECK(server.accept(test::loopback(1), test::loopback(2)) == SpiceServer::kNoConnection);
  CHECK(server.refused() == 0);
  CHECK(recorder.lines(WireForm::qemu).empty());
}

TEST_CASE("every refusal has words of its own", "[devices]") {
  std::set<std::string_view> words;
  for (int refusal = 0; refusal <= static_cast<int>(SpiceRefusal::channel_in_use); ++refusal) {
    CHECK_FALSE(words_of(static_cast<SpiceRefusal>(refusal)).empty());
    CHECK(words.insert(words_of(static_cast<SpiceRefusal>(refusal))).second);
  }
}

TEST_CASE("viewers kick one another from foreign threads, and every connection ends as it should",
          "[devices][threads]") {
  constexpr int kThreads = 4;
  constexpr int kSessions = 100;
  test::RecordingEmitter recorder;
  SpiceServer server(recorder.emitter, {"none"});
  std::vector<std::thread> viewers;
  for (int viewer = 0; viewer < kThreads; ++viewer)
    viewers.emplace_back([&] {
      for (int session = 0; session < kSessions; ++session) {
        const auto number = server.accept(test::loopback(5900), test::loopback(1));
        server.link(number, {});
        server.authenticate(number, "");
      }
    });
  for (std::thread& viewer : viewers) viewer.join();
  recorder.core->settle(recorder.sink);
  std::map<EventKind, int> kinds;
  int up = 0;
  for (const auto& record : recorder.sink.records) {
    ++kinds[record.kind];
    if (record.kind == EventKind::spice_initialized) ++up;
    if (record.kind == EventKind::spice_disconnected) --up;
    REQUIRE(up <= 1);
  }
  CHECK(kinds[EventKind::spice_initialized] == kThreads * kSessions);
  CHECK(kinds[EventKind::spice_disconnected] == kThreads * kSessions - 1);
  CHECK(server.connections().size() == 1);
}
