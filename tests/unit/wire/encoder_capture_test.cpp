// SPDX-License-Identifier: MIT
// QEMU's own lines as the judge: each is read, its values are put into our struct, and the encoder has to
// give the same bytes back.
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include <json-glib/json-glib.h>

#include "event/event_tables.hpp"
#include "support/captures.hpp"
#include "wire/encoder.hpp"

using namespace qmpev;

namespace {

struct FreeNode {
  void operator()(JsonNode* node) const noexcept { json_node_unref(node); }
};
using Node = std::unique_ptr<JsonNode, FreeNode>;

/// An object of a captured line. Every member has to be asked for: an unread one would be an untested one.
class Object {
 public:
  explicit Object(JsonObject* object) : object_(object) { REQUIRE(object != nullptr); }
  ~Object() { CHECK(json_object_get_size(object_) == asked_.size()); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  bool has(const char* name) const { return json_object_has_member(object_, name); }
  std::string_view text(const char* name) { return json_object_get_string_member(object_, asked(name)); }
  std::optional<std::string_view> optional_text(const char* name) {
    return has(name) ? std::optional<std::string_view>(text(name)) : std::nullopt;
  }
  template <class Integer = std::int64_t>
  Integer number(const char* name) {
    return static_cast<Integer>(json_object_get_int_member(object_, asked(name)));
  }
  bool truth(const char* name) { return json_object_get_boolean_member(object_, asked(name)); }
  JsonObject* object(const char* name) { return json_object_get_object_member(object_, asked(name)); }
  template <class Enum>
  Enum word(const char* name) {
    const std::string_view spelled = text(name);
    for (std::size_t i = 0; i < Describe<Enum>::names.size(); ++i) {
      if (Describe<Enum>::names[i] == spelled) return static_cast<Enum>(i);
    }
    FAIL("no such word: " << spelled);
    return Enum{};
  }

 private:
  const char* asked(const char* name) {
    INFO(name);
    REQUIRE(has(name));
    asked_.insert(name);
    return name;
  }

  JsonObject* object_;
  std::set<std::string> asked_;
};

template <class Info>
Info end_of(JsonObject* object) {
  Object read(object);
  Info info{};
  info.host = read.text("host");
  info.port = read.text("port");
  info.family = read.word<NetworkAddressFamily>("family");
  if constexpr (std::is_same_v<Info, SpiceServerInfo>) {
    info.auth = read.optional_text("auth");
  } else if constexpr (std::is_same_v<Info, SpiceChannel>) {
    info.connection_id = read.number("connection-id");
    info.channel_type = read.number("channel-type");
    info.channel_id = read.number("channel-id");
    info.tls = read.truth("tls");
  }
  return info;
}

/// What to encode of a line: one overload for each event. An event whose struct has no members takes no data.
void read_data(AcpiDeviceOst& event, Object& data) {
  Object info(data.object("info"));
  event.device = info.optional_text("device");
  event.slot = info.text("slot");
  event.slot_type = info.word<AcpiSlotType>("slot-type");
  event.source = info.number<std::uint32_t>("source");
  event.status = info.number<std::uint32_t>("status");
}

void read_data(BalloonChange& event, Object& data) {
  event.actual = data.number("actual");
}

void read_data(DeviceDeleted& event, Object& data) {
  event = {data.optional_text("device"), data.text("path")};
}

template <class Event>
requires std::is_same_v<Event, GuestPanicked> || std::is_same_v<Event, GuestCrashloaded>
void read_data(Event& event, Object& data) {
  event.action = data.word<GuestPanicAction>("action");
  if (!data.has("info")) return;
  Object info(data.object("info"));
  if (info.text("type") == "hyper-v") {
    event.info =
        GuestPanicInformationHyperV{info.number<std::uint64_t>("arg1"), info.number<std::uint64_t>("arg2"),
                                    info.number<std::uint64_t>("arg3"), info.number<std::uint64_t>("arg4"),
                                    info.number<std::uint64_t>("arg5")};
  } else {
    event.info = GuestPanicInformationS390{
        info.number<std::uint32_t>("core"), info.number<std::uint64_t>("psw-mask"),
        info.number<std::uint64_t>("psw-addr"), info.word<S390CrashReason>("reason")};
  }
}

void read_data(QuorumFailure& event, Object& data) {
  event = {data.text("reference"), data.number("sector-num"), data.number("sectors-count")};
}

void read_data(QuorumReportBad& event, Object& data) {
  event = {data.word<QuorumOpType>("type"), data.optional_text("error"), data.text("node-name"),
           data.number("sector-num"), data.number("sectors-count")};
}

template <class Event>
requires std::is_same_v<Event, SpiceConnected> || std::is_same_v<Event, SpiceDisconnected> ||
    std::is_same_v<Event, SpiceInitialized>
void read_data(Event& event, Object& data) {
  event.server = end_of<decltype(event.server)>(data.object("server"));
  event.client = end_of<decltype(event.client)>(data.object("client"));
}

template <class Event>
requires std::is_same_v<Event, Reset> || std::is_same_v<Event, Shutdown>
void read_data(Event& event, Object& data) {
  event.guest = data.truth("guest");
  event.reason = data.word<ShutdownCause>("reason");
}

template <class Event>
std::string encoded(std::int64_t wall_us, const Event& event) {
  std::string bytes(Describe<Event>::max_line_bytes, '\0');
  bytes.resize(encode(WireForm::qemu, wall_us, event, bytes.data()));
  return bytes;
}

template <class Event>
std::string encoded_again(Object& line) {
  Event event{};
  if constexpr (requires(Object & data) { read_data(event, data); }) {
    Object data(line.object("data"));
    read_data(event, data);
  } else if constexpr (kEventInfo[static_cast<std::size_t>(Describe<Event>::kind)].has_members) {
    FAIL("no captured line had this event so far: write its read_data()");
  }
  Object stamp(line.object("timestamp"));
  return encoded(stamp.number("seconds") * 1'000'000 + stamp.number("microseconds"), event);
}

TEST_CASE("the encoder repeats every captured line of QEMU byte for byte", "[wire]") {
  std::set<std::string> repeated;
  std::size_t lines = 0;
  for (const test::Capture& capture : test::captures()) {
    const Node node(json_from_string(capture.line.c_str(), nullptr));
    REQUIRE(node != nullptr);
    const auto repeat = [&](std::string (*again)(Object&)) {
      Object line(json_node_get_object(node.get()));
      CHECK(line.text("event") == capture.name);
      CHECK(again(line) == capture.line);
      repeated.insert(capture.name);
      ++lines;
    };
#define QMPEV_REPEAT(Event) \
  if (capture.name == Describe<Event>::name) repeat(encoded_again<Event>);
    QMPEV_FOR_EACH_EVENT(QMPEV_REPEAT)
#undef QMPEV_REPEAT
  }
  CHECK(lines == 259);
  CHECK(repeated == std::set<std::string>{"ACPI_DEVICE_OST", "BALLOON_CHANGE", "DEVICE_DELETED",
                                          "GUEST_CRASHLOADED", "GUEST_PANICKED", "GUEST_PVSHUTDOWN",
                                          "QUORUM_FAILURE", "QUORUM_REPORT_BAD", "RESET", "RESUME",
                                          "SHUTDOWN", "SPICE_CONNECTED", "SPICE_DISCONNECTED",
                                          "SPICE_INITIALIZED", "STOP"});
}

TEST_CASE("events that no device of ours sends look like QEMU's, too", "[wire]") {
  // Taken down from QEMU 10.0.2: a mirror job, a stream network backend, a dump in the background.
  CHECK(encoded(1'795'644'580'490'821, JobStatusChange{"j1", JobStatus::created}) ==
        R"({"timestamp": {"seconds": 1795644580, "microseconds": 490821}, "event": "JOB_STATUS_CHANGE", )"
        R"("data": {"status": "created", "id": "j1"}})"
        "\r\n");
  CHECK(encoded(1'795'644'580'496'209, BlockJobReady{JobType::mirror, "j1", 1073741824, 1073741824, 0}) ==
        R"({"timestamp": {"seconds": 1795644580, "microseconds": 496209}, "event": "BLOCK_JOB_READY", )"
        R"("data": {"device": "j1", "len": 1073741824, "offset": 1073741824, "speed": 0, "type": "mirror"}})"
        "\r\n");
  CHECK(
      encoded(1'795'644'576'903'882, NetdevStreamConnected{"n0", UnixSocketAddress{"/tmp/ns.sock"}}) ==
      R"({"timestamp": {"seconds": 1795644576, "microseconds": 903882}, "event": "NETDEV_STREAM_CONNECTED", )"
      R"("data": {"netdev-id": "n0", "addr": {"path": "/tmp/ns.sock", "type": "unix"}}})"
      "\r\n");
  InetSocketAddress inet{"127.0.0.1", "50291"};
  inet.ipv4 = true;
  CHECK(
      encoded(1'795'644'577'951'243, NetdevStreamConnected{"n1", inet}) ==
      R"({"timestamp": {"seconds": 1795644577, "microseconds": 951243}, "event": "NETDEV_STREAM_CONNECTED", )"
      R"("data": {"netdev-id": "n1", "addr": {"port": "50291", "ipv4": true, "host": "127.0.0.1", )"
      R"("type": "inet"}}})"
      "\r\n");
  const DumpCompleted dump{{DumpStatus::completed, 134479872, 134479872}, std::nullopt};
  CHECK(
      encoded(1'795'644'584'514'931, dump) ==
      R"({"timestamp": {"seconds": 1795644584, "microseconds": 514931}, "event": "DUMP_COMPLETED", "data": )"
      R"({"result": {"total": 134479872, "status": "completed", "completed": 134479872}}})"
      "\r\n");
}

}  // namespace
