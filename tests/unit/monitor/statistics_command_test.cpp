// SPDX-License-Identifier: MIT
#include "monitor/statistics_command.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "unit/monitor/fake_room.hpp"
#include "wire/arguments.hpp"
#include "wire/qapi_tables.hpp"
#include "wire/writer.hpp"

namespace qmpev::test {
namespace {

std::size_t bytes_of(const Value& value) {
  std::string text;
  write_json(value, text);
  return text.size();
}

const std::optional<PeerCredentials> kSameUser = PeerCredentials{1000, 1};

SessionStatistics client(std::uint64_t id) {
  SessionStatistics session;
  session.id = id;
  session.listener = "unix:/run/" + std::string(100, 'x');
  session.peer = PeerCredentials{1000, 4711};
  return session;
}

TEST_CASE("an answer is of the type that the schema declares", "[monitor]") {
  Statistics statistics;
  statistics.events[0].emitted = 3;
  statistics.each_session = {client(1), client(2)};
  statistics.each_session[1].peer.reset();
  const Value answer = describe_statistics(statistics, 0, kSameUser);
  const QapiCommand* command = find_qapi_command(kStatisticsCommand);
  REQUIRE(command != nullptr);
  CHECK_FALSE(check_arguments(*command->returns, answer));
  CHECK(answer.find("events")->items().size() == 1);  // those that were emitted
  CHECK(answer.find("sessions")->items()[0].find("peer")->find("pid")->as_int64() == 4711);
  CHECK(answer.find("sessions")->items()[1].find("peer") == nullptr);
  CHECK_FALSE(answer.find("more")->as_bool());
}

TEST_CASE("who a client is, is told to the same user and to root", "[monitor]") {
  Statistics statistics;
  statistics.each_session = {client(1)};
  const auto told = [&](std::optional<PeerCredentials> asker) {
    return describe_statistics(statistics, 0, asker).find("sessions")->items()[0].find("peer") != nullptr;
  };
  CHECK(told(PeerCredentials{1000, 1}));
  CHECK(told(PeerCredentials{0, 1}));
  CHECK_FALSE(told(PeerCredentials{1001, 4711}));
  CHECK_FALSE(told(std::nullopt));
}

TEST_CASE("an answer has at most 64 KiB, and says when there is more", "[monitor]") {
  Statistics statistics;
  for (EventCounters& event : statistics.events) {
    event.emitted = event.published = event.delivered = event.merged = event.skipped = UINT64_MAX;
    event.refused_ring_full = event.refused_ring_share = event.refused_oversize = UINT64_MAX;
  }
  for (std::uint64_t id = 1; id <= 300; ++id) statistics.each_session.push_back(client(id));
  std::uint64_t seen = 0;
  int pages = 0;
  for (bool more = true; more; ++pages) {
    const Value answer = describe_statistics(statistics, seen + 1, kSameUser);
    CHECK(bytes_of(answer) <= kMaxStatisticsBytes);
    CHECK(answer.find("events")->items().size() == kEventKinds);
    REQUIRE_FALSE(answer.find("sessions")->items().empty());
    for (const Value& session : answer.find("sessions")->items())
      REQUIRE(session.find("id")->as_uint64() == ++seen);
    more = answer.find("more")->as_bool();
  }
  CHECK(seen == 300);
  CHECK(pages > 1);
  CHECK(describe_statistics(statistics, 301, kSameUser).find("sessions")->items().empty());
}

TEST_CASE("sessions tell where they stand, and each kind how often it went out", "[monitor]") {
  FakeRoom room;
  FakeClient& slow = room.connect_negotiated();
  FakeClient& picky = room.connect_negotiated(WireForm::qemu);
  picky.send(R"({"execute":"x-qmpev-filter","arguments":{"events":["RESUME"]}})");
  room.run();
  slow.room = FakeRoom::line_of("1", "d").size() + 5;  // a line, and a part of the next
  for (const char* name : {"1", "2", "3"}) room.emit(name);
  room.run();
  Statistics now = room.statistics();
  REQUIRE(now.each_session.size() == 2);
  CHECK(now.log_position == 3);
  CHECK((now.each_session[0].id == 1 && now.each_session[0].listener == "unix:test"));
  CHECK((now.each_session[0].delivered == 1 && now.each_session[0].unsent == 2));
  CHECK((now.each_session[1].delivered == 1 && now.each_session[1].filtered == 2));
  CHECK(now.each_session[1].position == 3);
  CHECK(now.each_session[1].state == SessionState::command);
  const auto delivered = [&now](EventKind kind) {
    return now.events[static_cast<std::size_t>(kind)].delivered;
  };
  CHECK((delivered(EventKind::stop) == 1 && delivered(EventKind::resume) == 1));
  slow.room = SIZE_MAX;
  room.run();
  now = room.statistics();
  CHECK((delivered(EventKind::stop) == 2 && delivered(EventKind::resume) == 2));
}

}  // namespace
}  // namespace qmpev::test
