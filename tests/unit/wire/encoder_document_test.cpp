// SPDX-License-Identifier: MIT
// The examples of the QMP event document of 2014, in its own words, and json-glib as the judge of every line.
#include <cstring>
#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include <json-glib/json-glib.h>

#include "event/event_tables.hpp"
#include "support/hostile_events.hpp"
#include "wire/encoder.hpp"
#include "wire/utf8.hpp"

using namespace qmpev;

namespace {

struct FreeNode {
  void operator()(JsonNode* node) const noexcept { json_node_unref(node); }
};
using Node = std::unique_ptr<JsonNode, FreeNode>;

Node parsed(std::string_view text) {
  GError* error = nullptr;
  Node node(json_from_string(std::string(text).c_str(), &error));
  INFO((error != nullptr ? error->message : "nothing to read"));
  g_clear_error(&error);
  REQUIRE(node != nullptr);
  return node;
}

template <class Event>
std::string line_of(WireForm form, std::int64_t wall_us, const Event& event) {
  std::string line(Describe<Event>::max_line_bytes, '\0');
  line.resize(encode(form, wall_us, event, line.data()));
  return line;
}

/// The line, read as JSON, is the document's example; where that has no stamp, but for the stamp.
template <class Event>
void check_example(const char* example, std::int64_t wall_us, const Event& event) {
  const Node expected = parsed(example);
  const std::string line = line_of(WireForm::document, wall_us, event);
  const Node got = parsed(line);
  if (!json_object_has_member(json_node_get_object(expected.get()), "timestamp")) {
    json_object_remove_member(json_node_get_object(got.get()), "timestamp");
  }
  INFO(line);
  CHECK(json_node_equal(got.get(), expected.get()));
}

TEST_CASE("form document reproduces every example of the document", "[wire]") {
  AcpiDeviceOst ost{};
  ost.device = "d1";
  ost.slot = "0";
  ost.source = 1;
  check_example(R"({ "event": "ACPI_DEVICE_OST",
    "data": { "device": "d1", "slot": "0", "slot-type": "DIMM", "source": 1, "status": 0 } })",
                0, ost);

  check_example(R"({ "event": "BALLOON_CHANGE", "data": { "actual": 944766976 },
    "timestamp": { "seconds": 1267020223, "microseconds": 435656 } })",
                1'267'020'223'435'656, BalloonChange{944766976});

  check_example(R"({ "event": "GUEST_PANICKED", "data": { "action": "pause" } })", 0, GuestPanicked{});

  check_example(
      R"({ "event": "QUORUM_FAILURE", "data": { "reference": "usr1", "sector-num": 345435, "sector-count": 5 },
    "timestamp": { "seconds": 1344522075, "microseconds": 745528 } })",
      1'344'522'075'745'528, QuorumFailure{"usr1", 345435, 5});

  QuorumReportBad report{};
  report.node_name = "1.raw";
  report.sector_num = 345435;
  report.sectors_count = 5;
  check_example(R"({ "event": "QUORUM_REPORT_BAD",
    "data": { "node-name": "1.raw", "sector-num": 345435, "sector-count": 5 },
    "timestamp": { "seconds": 1344522075, "microseconds": 745528 } })",
                1'344'522'075'745'528, report);

  SpiceConnected connected{};
  connected.server = {"127.0.0.1", "5920", NetworkAddressFamily::ipv4};
  connected.client = {"127.0.0.1", "52873", NetworkAddressFamily::ipv4};
  check_example(R"({ "timestamp": {"seconds": 1290688046, "microseconds": 388707}, "event": "SPICE_CONNECTED",
    "data": { "server": { "port": "5920", "family": "ipv4", "host": "127.0.0.1"},
              "client": {"port": "52873", "family": "ipv4", "host": "127.0.0.1"} }})",
                1'290'688'046'388'707, connected);

  SpiceInitialized initialized{};
  initialized.server = {"127.0.0.1", "5921", NetworkAddressFamily::ipv4, "spice"};
  initialized.client = {"127.0.0.1", "49004", NetworkAddressFamily::ipv4, 1804289383, 3, 0, true};
  check_example(
      R"({ "timestamp": {"seconds": 1290688046, "microseconds": 417172}, "event": "SPICE_INITIALIZED",
    "data": { "server": {"auth": "spice", "port": "5921", "family": "ipv4", "host": "127.0.0.1"},
              "client": {"port": "49004", "family": "ipv4", "channel-type": 3, "connection-id": 1804289383,
                         "host": "127.0.0.1", "channel-id": 0, "tls": true} }})",
      1'290'688'046'417'172, initialized);
}

// --- json-glib as judge
// -----------------------------------------------------------------------------------------

/// A text as json-glib gives it back: characters, U+FFFD for what is none, nothing from U+0000 on.
std::string as_read(std::string_view text, std::size_t limit) {
  std::string read;
  for (std::size_t used = 0; !text.empty();) {
    const Character character = decode_character(text);
    used += character.bytes;
    if (used > limit) break;
    char bytes[kMaxCharacterBytes];
    read.append(bytes, encode_character(character.valid ? character.code_point : U'\uFFFD', bytes));
    text.remove_prefix(character.bytes);
  }
  return read.c_str();
}

void check_members_of(JsonObject* object, std::size_t expected) {
  CHECK(json_object_get_size(object) == expected);
}

template <WireForm form, class T>
void check_value(JsonNode* node, const T& value, TextLimit limit);

/// Holds an object against a struct; returns how many members it has to have.
template <WireForm form, class Members, class T>
guint check_object(JsonObject* object, const Members& members, const T& value) {
  guint present = 0;
  const auto check_entry = [&](const auto& entry) {
    if constexpr (std::is_same_v<std::decay_t<decltype(entry)>, Constant>) {
      ++present;
    } else {
      const std::string name(entry.label.substr(3, entry.label.size() - 6));
      JsonNode* node = json_object_get_member(object, name.c_str());
      if constexpr (is_optional_v<std::decay_t<decltype(value.*entry.pointer)>>) {
        CHECK((node != nullptr) == (value.*entry.pointer).has_value());
        if (node != nullptr) check_value<form>(node, *(value.*entry.pointer), entry.limit);
      } else {
        REQUIRE(node != nullptr);
        check_value<form>(node, value.*entry.pointer, entry.limit);
      }
      present += node != nullptr ? 1 : 0;
    }
  };
  std::apply([&](const auto&... entry) { (check_entry(entry), ...); }, members);
  return present;
}

template <WireForm form, std::size_t index = 0, class... T>
guint check_branch(JsonObject* object, const std::variant<T...>& value) {
  if constexpr (index < sizeof...(T)) {
    if (value.index() != index) return check_branch<form, index + 1>(object, value);
    return check_object<form>(object, std::get<index>(FormOf<std::variant<T...>, form>::branches),
                              std::get<index>(value));
  } else {
    return 0;
  }
}

template <WireForm form, class T>
void check_value(JsonNode* node, const T& value, TextLimit limit) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    CHECK(json_node_get_string(node) == as_read(value, limit.bytes));
  } else if constexpr (std::is_same_v<T, bool>) {
    CHECK(json_node_get_boolean(node) == value);
  } else if constexpr (std::is_enum_v<T>) {
    CHECK(json_node_get_string(node) == wire_name(value));
  } else if constexpr (std::is_integral_v<T>) {
    // json-glib has no unsigned 64 bits: what is above the largest int64 is lost in it.
    if (std::in_range<std::int64_t>(value))
      CHECK(json_node_get_int(node) == static_cast<std::int64_t>(value));
  } else if constexpr (is_variant_v<T>) {
    JsonObject* object = json_node_get_object(node);
    check_members_of(object, check_branch<form>(object, value));
  } else {
    JsonObject* object = json_node_get_object(node);
    check_members_of(object, check_object<form>(object, FormOf<T, form>::members, value));
  }
}

template <WireForm form, class Event>
bool check_line(std::int64_t wall_us, const Event& event) {
  const std::string line = line_of(form, wall_us, event);
  if (line.empty()) return false;
  INFO(line);
  const Node node = parsed(line);
  JsonObject* object = json_node_get_object(node.get());
  CHECK(json_object_get_string_member(object, "event") == Describe<Event>::name);
  constexpr bool has_members = kEventInfo[static_cast<std::size_t>(Describe<Event>::kind)].has_members;
  CHECK(json_object_get_size(object) == (has_members ? 3 : 2));
  if constexpr (has_members) {
    JsonObject* data = json_object_get_object_member(object, "data");
    const bool wrapped = json_object_get_size(data) == 1 && json_object_has_member(data, "info");
    if (wrapped) data = json_object_get_object_member(data, "info");
    check_members_of(data, check_object<form>(data, FormOf<Event, form>::members, event));
  }
  return true;
}

template <class Event>
void judge(test::HostileEvents& source) {
  int lines = 0;
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    const Event event = source.next<Event>();
    const std::int64_t wall_us = source.wall_us();
    lines += check_line<WireForm::document>(wall_us, event) ? 1 : 0;
    lines += check_line<WireForm::qemu>(wall_us, event) ? 1 : 0;
  }
  INFO(Describe<Event>::name);
  CHECK(lines >= kRounds / 10);
}

TEST_CASE("json-glib reads every line of hostile events and gives the values back", "[wire]") {
  test::HostileEvents source(1267020223);
#define QMPEV_JUDGE(Event) judge<Event>(source);
  QMPEV_FOR_EACH_EVENT(QMPEV_JUDGE)
#undef QMPEV_JUDGE
}

TEST_CASE("json-glib alone could not be our judge of U+0000 and of large unsigned numbers", "[wire]") {
  CHECK(json_node_get_string(parsed(R"("a\u0000b")").get()) == std::string("a"));
  CHECK(json_node_get_int(parsed("18446744073709551615").get()) == -1);
}

}  // namespace
