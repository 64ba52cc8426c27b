// SPDX-License-Identifier: MIT
#include "hypervisor/quorum_triggers.hpp"

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

struct Fixture {
  test::RecordingEmitter recorder;
  ReferenceMachine machine{recorder.emitter, {}};
  Guest guest{[] { return true; }};
  std::vector<TriggerDevice> table{quorum_triggers({machine, guest})};

  /// What was done, or why not.
  std::string act(const std::string& action, const std::map<std::string, std::string>& arguments = {}) {
    const auto trigger = find_trigger(table, {"quorum", action, arguments});
    if (!trigger) return trigger.error().sentence;
    actor = trigger.value().action->actor;
    const auto done = trigger.value().action->act(trigger.value().values);
    return done ? done.value() : done.error().sentence;
  }
  std::size_t reports() const { return recorder.counters(EventKind::quorum_report_bad).emitted; }
  std::size_t failures() const { return recorder.counters(EventKind::quorum_failure).emitted; }

  Actor actor = Actor::viewer;
};

}  // namespace

TEST_CASE("the guest reads, writes, zeroes and flushes its disk", "[trigger]") {
  Fixture fixture;
  CHECK(fixture.act("read", {{"offset", "8192"}, {"bytes", "1024"}}) ==
        "read 1024 bytes at 8192 from disk0: done");
  CHECK(fixture.actor == Actor::guest);
  CHECK(fixture.act("") == "read 512 bytes at 0 from disk0: done");
  CHECK(fixture.act("write", {{"offset", "3"}, {"bytes", "5"}, {"value", "0x7f"}}) ==
        "wrote 5 bytes at 3 to disk0: done");
  std::vector<std::uint8_t> data(7);
  CHECK(fixture.machine.disk.quorum->read(2, data) == 0);
  CHECK(data == std::vector<std::uint8_t>{0, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0});
  CHECK(fixture.act("zero", {{"offset", "4"}, {"bytes", "3"}}) == "zeroed 3 bytes at 4 of disk0: done");
  CHECK(fixture.machine.disk.quorum->read(2, data) == 0);
  CHECK(data == std::vector<std::uint8_t>{0, 0x7f, 0, 0, 0, 0x7f, 0});
  CHECK(fixture.act("flush") == "flushed disk0: done");
  CHECK(fixture.act("read", {{"offset", "1M"}, {"bytes", "1"}}) ==
        "read 1 bytes at 1048576 from disk0: Input/output error");
  CHECK(fixture.act("read", {{"bytes", "4M"}}).find("Input/output error") != std::string::npos);
  CHECK(fixture.act("read", {{"bytes", "4194305"}}).find("at most 4194304") != std::string::npos);
  CHECK(fixture.act("write", {{"value", "256"}}).find("at most 255") != std::string::npos);
  CHECK(fixture.reports() == 0);
}

TEST_CASE("the host breaks one copy, by number or node name", "[trigger]") {
  Fixture fixture;
  CHECK(fixture.act("fail", {{"child", "1"}}) == "broke disk0-b: reads fail (Input/output error)");
  CHECK(fixture.actor == Actor::host);
  CHECK(fixture.act("read") == "read 512 bytes at 0 from disk0: done");
  CHECK(fixture.reports() == 1);
  CHECK(fixture.act("fail", {{"child", "disk0-c"}, {"sector", "2"}, {"count", "1"}, {"error", "enospc"}}) ==
        "broke disk0-c: reads of sector 2 fail (No space left on device)");
  CHECK(fixture.act("read", {{"offset", "1024"}}) ==
        "read 512 bytes at 1024 from disk0: No space left on device");
  CHECK(fixture.failures() == 1);
  CHECK(fixture.act("fail", {{"child", "0"}, {"op", "flush"}, {"error", "erofs"}}) ==
        "broke disk0-a: flushes fail (Read-only file system)");
  CHECK(fixture.act("fail", {{"child", "1"}, {"op", "flush"}}).find("flushes fail") != std::string::npos);
  CHECK(fixture.act("flush") == "flushed disk0: Input/output error");
  CHECK(fixture.act("fail", {{"child", "0"}, {"op", "write"}}).find("writes fail") != std::string::npos);
  CHECK(fixture.act("write") == "wrote 512 bytes at 0 to disk0: done");
  CHECK(fixture.act("fail", {{"child", "3"}}).find("use 0, 1, 2, disk0-a, disk0-b and disk0-c") !=
        std::string::npos);
  CHECK(fixture.act("fail").find("needs child=") != std::string::npos);
}

TEST_CASE("each copy rots in its own way unless it is told how", "[trigger]") {
  Fixture fixture;
  CHECK(fixture.act("rot", {{"child", "0"}, {"sector", "1"}}) == "rotted disk0-a: wrong bytes in sector 1");
  CHECK(fixture.act("rot", {{"child", "1"}, {"sector", "1"}}) == "rotted disk0-b: wrong bytes in sector 1");
  CHECK(fixture.actor == Actor::host);
  CHECK(fixture.act("read", {{"offset", "512"}}) == "read 512 bytes at 512 from disk0: Input/output error");
  CHECK(fixture.failures() == 1);
  CHECK(fixture.act("rot", {{"child", "0"}, {"sector", "1"}, {"flip", "2"}}) ==
        "rotted disk0-a: wrong bytes in sector 1");
  CHECK(fixture.act("read", {{"offset", "512"}}) == "read 512 bytes at 512 from disk0: done");
  CHECK(fixture.act("rot", {{"child", "0"}, {"sector", "2048"}}) ==
        "disk0-a has no sector 2048: it has 1048576 bytes");
}

TEST_CASE("a copy is late and heals", "[trigger]") {
  Fixture fixture;
  CHECK(fixture.act("delay", {{"child", "2"}, {"ms", "1"}}) == "delayed disk0-c by 1 ms");
  CHECK(fixture.actor == Actor::host);
  CHECK(fixture.act("read") == "read 512 bytes at 0 from disk0: done");
  CHECK(fixture.act("delay", {{"child", "2"}, {"ms", "10001"}}).find("at most 10000") != std::string::npos);
  CHECK(fixture.act("rot", {{"child", "0"}}) == "rotted disk0-a: wrong bytes in sector 0");
  CHECK(fixture.table[0].state() ==
        "disk0 (2 of 3 votes): disk0-a wrong bytes in sector 0; disk0-b ok; disk0-c 1 ms late");
  CHECK(fixture.act("heal", {{"child", "0"}}) == "healed disk0-a");
  CHECK(fixture.table[0].state() == "disk0 (2 of 3 votes): disk0-a ok; disk0-b ok; disk0-c 1 ms late");
  CHECK(fixture.act("heal") == "healed all copies of disk0");
  CHECK(fixture.actor == Actor::host);
  CHECK(fixture.table[0].state() == "disk0 (2 of 3 votes): disk0-a ok; disk0-b ok; disk0-c ok");
}
