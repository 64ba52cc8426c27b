// SPDX-License-Identifier: MIT
// What is counted, set by name and flushed, through the C interface.
#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include <qmpev/qmpev.h>

#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

using qmpev::test::UnixClient;

namespace {

struct House {
  House() {
    REQUIRE(qmpev_server_listen_unix(server, path.c_str(), QMPEV_WIRE_QEMU) == 0);
    client.emplace(path);
    REQUIRE(client->send(R"({"execute":"qmp_capabilities"})"));
    for (int turn = 0; turn < 1000 && statistics().sessions_in_command == 0; ++turn)
      qmpev_server_dispatch(server);
    REQUIRE(statistics().sessions_in_command == 1);
  }
  ~House() {
    qmpev_emitter_unref(emitter);
    qmpev_server_free(server);
  }
  qmpev_statistics statistics() const {
    qmpev_statistics statistics{};
    statistics.size = sizeof statistics;
    REQUIRE(qmpev_server_get_statistics(server, &statistics) == 0);
    return statistics;
  }
  qmpev_event_counters counters(const char* event) const {
    qmpev_event_counters counters{};
    counters.size = sizeof counters;
    REQUIRE(qmpev_server_get_event_counters(server, event, &counters) == 0);
    return counters;
  }
  void balloon(std::int64_t actual) const {
    qmpev_balloon_change event{};
    event.size = sizeof event;
    event.actual = actual;
    qmpev_emit_balloon_change(emitter, &event);
  }

  qmpev::test::TemporaryDirectory folder;
  std::string path = folder / "s";
  qmpev_server* server = qmpev_server_new(nullptr);
  qmpev_emitter* emitter = qmpev_server_get_emitter(server);
  std::optional<UnixClient> client;
};

bool says(const char* part) {
  INFO(qmpev_last_error());
  return std::strstr(qmpev_last_error(), part) != nullptr;
}

}  // namespace

TEST_CASE("what becomes of an event is counted by its name", "[capi]") {
  House house;
  for (std::int64_t i = 0; i < 3; ++i) house.balloon(i);
  while (qmpev_server_dispatch(house.server) == 1) {
  }
  const qmpev_event_counters limited = house.counters("BALLOON_CHANGE");
  CHECK(limited.emitted == 3);
  CHECK(limited.published == 1);
  CHECK(limited.merged == 1);
  CHECK(limited.pending == 1);
  CHECK(limited.delivered == 1);
  qmpev_server_discard_delayed(house.server);
  CHECK(house.counters("BALLOON_CHANGE").discarded == 1);
  CHECK(house.statistics().delivered == 1);
  CHECK(house.statistics().accepted == 1);
  CHECK(house.statistics().bytes_written > 100);
}

TEST_CASE("a rate limit is set by name, and switched off", "[capi]") {
  House house;
  REQUIRE(qmpev_server_set_rate_limit(house.server, "BALLOON_CHANGE", 0) == 0);
  for (std::int64_t i = 0; i < 3; ++i) house.balloon(i);
  while (qmpev_server_dispatch(house.server) == 1) {
  }
  CHECK(house.counters("BALLOON_CHANGE").published == 3);
  CHECK(qmpev_server_set_rate_limit(house.server, "BALLOON_CHANGE", 3'600'000) == 0);
  CHECK(qmpev_server_set_rate_limit(house.server, "BALLOON_CHANGE", 3'600'001) == -EINVAL);
  CHECK(qmpev_server_set_rate_limit(house.server, "BALLOON", 1) == -ENOENT);
  CHECK(says("there is no event BALLOON:"));
}

TEST_CASE("an older caller's structure is filled as far as it goes", "[capi]") {
  House house;
  house.balloon(1);
  qmpev_event_counters counters{};
  std::memset(&counters, 0x55, sizeof counters);
  counters.size = offsetof(qmpev_event_counters, published);
  REQUIRE(qmpev_server_get_event_counters(house.server, "BALLOON_CHANGE", &counters) == 0);
  CHECK(counters.size == offsetof(qmpev_event_counters, published));
  CHECK(counters.emitted == 1);
  CHECK(counters.published == 0x5555555555555555);
  counters.size = 0;
  CHECK(qmpev_server_get_event_counters(house.server, "BALLOON_CHANGE", &counters) == -EINVAL);
  qmpev_statistics statistics{};
  statistics.size = sizeof statistics + 64;  // a newer caller's: what is not known stays
  CHECK(qmpev_server_get_statistics(house.server, &statistics) == 0);
}

TEST_CASE("a flush says what became of it, on the loop's thread and on a device's", "[capi]") {
  House house;
  house.balloon(1);
  house.balloon(2);  // which its rate limit holds back
  CHECK(qmpev_server_flush_within(house.server, 20'000) == QMPEV_FLUSH_DONE);
  CHECK(house.counters("BALLOON_CHANGE").delivered == 2);
  house.balloon(3);
  std::atomic<int> told = -1;
  std::thread device([&] { told = qmpev_emitter_flush(house.emitter, 20'000); });
  while (house.counters("BALLOON_CHANGE").delivered != 3) qmpev_server_dispatch(house.server);
  for (int turn = 0; turn < 1'000'000 && told < 0; ++turn) qmpev_server_dispatch(house.server);
  device.join();
  CHECK(told == QMPEV_FLUSH_DONE);
  CHECK(qmpev_emitter_flush(house.emitter, 0) == QMPEV_FLUSH_TIMED_OUT);
  qmpev_server_free(house.server);
  house.server = nullptr;
  CHECK(qmpev_emitter_flush(house.emitter, 20'000) == QMPEV_FLUSH_LOOP_GONE);
}

TEST_CASE("no server, nothing counted", "[capi]") {
  qmpev_event_counters counters{};
  qmpev_statistics statistics{};
  CHECK(qmpev_server_get_event_counters(nullptr, "STOP", &counters) == -EINVAL);
  CHECK(qmpev_server_get_statistics(nullptr, &statistics) == -EINVAL);
  CHECK(qmpev_server_set_rate_limit(nullptr, "STOP", 1) == -EINVAL);
  CHECK(qmpev_server_flush_within(nullptr, 1) == -EINVAL);
  CHECK(qmpev_emitter_flush(nullptr, 1) == -EINVAL);
  qmpev_server_discard_delayed(nullptr);
  qmpev_server_detach(nullptr);
}
