// SPDX-License-Identifier: MIT
// Events that an embedder in C declares.
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/qmpev.h>

#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

using qmpev::test::UnixClient;

namespace {

const char* const kWords[] = {"on", "off"};

struct House {
  House() {
    qmpev_monitor_options options{};
    options.size = sizeof options;
    options.path = path.c_str();
    options.registered_events = QMPEV_REGISTERED_ALWAYS;
    REQUIRE(qmpev_server_listen(server, QMPEV_WIRE_QEMU, &options) == 0);
  }
  ~House() { qmpev_server_free(server); }
  std::string received(UnixClient& client, const std::string& part) {
    std::string all;
    for (int turn = 0; turn < 1000 && all.find(part) == std::string::npos; ++turn) {
      qmpev_server_dispatch(server);
      all += client.take().value_or("");
    }
    return all;
  }
  std::uint64_t invalid(const char* event) {
    qmpev_event_counters counters{};
    counters.size = sizeof counters;
    REQUIRE(qmpev_server_get_event_counters(server, event, &counters) == 0);
    return counters.refused_invalid;
  }

  qmpev::test::TemporaryDirectory folder;
  std::string path = folder / "s";
  qmpev_server* server = qmpev_server_new(nullptr);
};

qmpev_event_declaration declaration(const std::vector<qmpev_event_member>& members) {
  qmpev_event_declaration made{};
  made.size = sizeof made;
  made.name = "X_LAMP";
  made.members = members.data();
  made.member_count = members.size();
  return made;
}

qmpev_event_member member(const char* name, qmpev_member_type type, std::uint32_t flags = 0) {
  qmpev_event_member made{};
  made.name = name;
  made.type = type;
  made.flags = flags;
  return made;
}

bool says(const char* part) {
  INFO(qmpev_last_error());
  return std::strstr(qmpev_last_error(), part) != nullptr;
}

}  // namespace

TEST_CASE("an event in C says what was put in, of every type", "[capi]") {
  House house;
  std::vector<qmpev_event_member> members = {
      member("state", QMPEV_MEMBER_TEXT),
      member("lit", QMPEV_MEMBER_BOOLEAN),
      member("level", QMPEV_MEMBER_INTEGER),
      member("hours", QMPEV_MEMBER_UNSIGNED),
      member("power", QMPEV_MEMBER_NUMBER),
      member("note", QMPEV_MEMBER_TEXT, QMPEV_MEMBER_OPTIONAL | QMPEV_MEMBER_PROSE)};
  members[0].values = kWords;
  members[0].value_count = 2;
  members[5].max_bytes = 4;
  const qmpev_event_declaration lamp = declaration(members);
  qmpev_event* const event = qmpev_server_add_event(house.server, &lamp);
  REQUIRE(event != nullptr);
  UnixClient client(house.path);
  REQUIRE(client.send(R"({"execute":"qmp_capabilities"})"));
  house.received(client, "return");
  qmpev_value values[] = {qmpev_text("on"),           qmpev_boolean(1),  qmpev_integer(-3),
                          qmpev_unsigned(1ull << 63), qmpev_number(0.5), qmpev_text("longer")};
  qmpev_event_emit(event, values, 6);
  const std::string line = house.received(client, "X_LAMP");
  for (const char* part : {R"("state": "on")", R"("lit": true)", R"("level": -3)",
                           R"("hours": 9223372036854775808)", R"("power": 0.5)", R"("note": "long")"})
    CHECK_THAT(line, Catch::Contains(part));
  values[5] = qmpev_text(nullptr);
  qmpev_event_emit(qmpev_event_ref(event), values, 6);
  CHECK(house.received(client, "X_LAMP").find("note") == std::string::npos);
  qmpev_event_unref(event);

  values[0] = qmpev_text("dim");
  qmpev_event_emit(event, values, 6);
  qmpev_event_emit(event, values, 5);
  qmpev_event_emit(event, nullptr, 6);
  const std::vector<qmpev_value> many(QMPEV_MAX_EVENT_VALUES + 10, qmpev_absent());
  qmpev_event_emit(event, many.data(), many.size());
  values[0] = qmpev_absent();
  values[0].kind = 99;
  qmpev_event_emit(event, values, 6);
  CHECK(house.invalid("X_LAMP") == 5);
  qmpev_server_free(house.server);
  house.server = nullptr;
  qmpev_event_emit(event, values, 6);  // after the end
  qmpev_event_unref(event);
}

TEST_CASE("a declaration that cannot be is refused", "[capi]") {
  House house;
  std::vector<qmpev_event_member> members = {member("a", QMPEV_MEMBER_TEXT)};
  qmpev_event_declaration lamp = declaration(members);
  CHECK(qmpev_server_add_event(nullptr, &lamp) == nullptr);
  CHECK(qmpev_server_add_event(house.server, nullptr) == nullptr);
  lamp.size -= 1;
  CHECK(qmpev_server_add_event(house.server, &lamp) == nullptr);
  CHECK(says("sizeof(qmpev_event_declaration)"));
  lamp = declaration(members);
  lamp.name = nullptr;
  CHECK(qmpev_server_add_event(house.server, &lamp) == nullptr);
  CHECK(says("needs a name"));
  lamp.name = "STOP";
  CHECK(qmpev_server_add_event(house.server, &lamp) == nullptr);
  CHECK(says("X_"));
  lamp = declaration(members);
  lamp.members = nullptr;
  CHECK(qmpev_server_add_event(house.server, &lamp) == nullptr);
  CHECK(says("members is NULL"));
  lamp = declaration(members);
  lamp.rate_limit_ms = std::size_t{UINT32_MAX} + 1;
  CHECK(qmpev_server_add_event(house.server, &lamp) == nullptr);
  CHECK(says("3,600,000"));
  members[0].value_count = 1;
  lamp = declaration(members);
  CHECK(qmpev_server_add_event(house.server, &lamp) == nullptr);
  CHECK(says("values[0] is NULL"));
  members[0] = member(nullptr, QMPEV_MEMBER_TEXT);
  CHECK(qmpev_server_add_event(house.server, &lamp) == nullptr);
  members[0] = member("a", 5);
  CHECK(qmpev_server_add_event(house.server, &lamp) == nullptr);
  CHECK(says("of no type"));
  qmpev_event_emit(nullptr, nullptr, 0);
  qmpev_event_unref(nullptr);
  CHECK(qmpev_event_ref(nullptr) == nullptr);
}
