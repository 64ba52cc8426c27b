// SPDX-License-Identifier: MIT
#include "devices/quorum.hpp"

#include <catch2/catch.hpp>
#include <cerrno>

#include "devices/memory_child.hpp"
#include "support/captures.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

constexpr std::size_t kImageBytes = 256 * 1024;

/// A quorum of copies c0, c1, ... as in the captures.
struct Fixture {
  Fixture(std::size_t copies, std::size_t threshold, std::string reference = "q0") {
    std::vector<std::unique_ptr<QuorumChild>> owned;
    for (std::size_t number = 0; number < copies; ++number) {
      auto copy = std::make_unique<MemoryChild>("c" + std::to_string(number), kImageBytes);
      children.push_back(copy.get());
      owned.push_back(std::move(copy));
    }
    quorum = Quorum::create(recorder.emitter, {std::move(reference), threshold}, std::move(owned)).value();
  }
  int read(std::uint64_t offset, std::size_t bytes) {
    data.assign(bytes, 0xee);
    return quorum->read(offset, data);
  }
  int write(std::uint64_t offset, std::size_t bytes) {
    data.assign(bytes, 0x11);
    return quorum->write(offset, data);
  }
  /// Everything that was reported, windows of the rate limit over.
  std::vector<std::string> qemu_lines() {
    recorder.core->settle(recorder.sink);
    recorder.clock.advance_us(1'100'000);
    return test::without_times(recorder.lines(WireForm::qemu));
  }

  test::RecordingEmitter recorder;
  std::vector<MemoryChild*> children;
  std::unique_ptr<Quorum> quorum;
  std::vector<std::uint8_t> data;
};

}  // namespace

TEST_CASE("one copy of three that differs is reported for the whole request", "[devices]") {
  Fixture fixture(3, 2);
  fixture.children[1]->rot(0, 1);
  fixture.children[1]->rot(520, 1);
  fixture.children[1]->rot(4096, 1);
  SECTION("one sector") {
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: one of three children mismatches, 1 sector"));
  }
  SECTION("eight sectors") {
    CHECK(fixture.read(4096, 4096) == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: one mismatch, 8 sectors"));
  }
  SECTION("a read wider than the bad area") {
    CHECK(fixture.read(0, 8192) == 0);
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("sys: one mismatch, read wider than the bad area (16 sectors)"));
  }
  SECTION("bytes across two sectors") {
    CHECK(fixture.read(500, 100) == 0);
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("sys: byte-granular request 500+100 bytes spans two sectors"));
  }
  SECTION("bytes inside a sector") {
    fixture.children[1]->rot(120, 1);
    CHECK(fixture.read(100, 50) == 0);
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("sys: byte-granular request 100+50 bytes inside sector 0"));
  }
  SECTION("reads where the copies agree are silent") {
    CHECK(fixture.read(1024, 512) == 0);
    CHECK(fixture.qemu_lines().empty());
  }
}

TEST_CASE("the guest reads what won the vote", "[devices]") {
  Fixture fixture(3, 2);
  fixture.children[0]->rot(7, 9);
  REQUIRE(fixture.read(0, 8) == 0);
  CHECK(fixture.data == std::vector<std::uint8_t>(8, 0));
}

TEST_CASE("copies that agree on wrong data outvote the right one", "[devices]") {
  Fixture fixture(3, 2);
  fixture.children[1]->rot(65536, 1);
  fixture.children[2]->rot(65536, 1);
  CHECK(fixture.read(65536, 512) == 0);
  CHECK(fixture.data[0] == 1);
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: two children agree on wrong data: the correct one is reported"));
}

TEST_CASE("without a winner only the failure is reported", "[devices]") {
  Fixture fixture(3, 2);
  fixture.children[1]->rot(0, 1);
  fixture.children[2]->rot(0, 2);
  CHECK(fixture.read(0, 512) == EIO);
  CHECK(fixture.data == std::vector<std::uint8_t>(512, 0xee));
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: all three children differ: no quorum, QUORUM_FAILURE only"));
}

TEST_CASE("a threshold of all copies fails with one that differs", "[devices]") {
  Fixture fixture(3, 3);
  fixture.children[1]->rot(0, 1);
  CHECK(fixture.read(0, 512) == EIO);
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: vote-threshold=3 with one mismatch: QUORUM_FAILURE only"));
}

TEST_CASE("with a threshold of one the newest of equals wins and the others are reported", "[devices]") {
  Fixture fixture(3, 1);
  fixture.children[1]->rot(0, 1);
  fixture.children[2]->rot(0, 2);
  CHECK(fixture.read(0, 512) == 0);
  CHECK(fixture.data[0] == 2);
  CHECK(fixture.qemu_lines() ==
        test::captured_lines(
            "sys: vote-threshold=1 with three versions: last-inserted version wins, two REPORT_BAD"));
}

TEST_CASE("two copies with the same wrong content are reported highest first", "[devices]") {
  Fixture fixture(5, 3);
  fixture.children[1]->rot(65536, 1);
  fixture.children[3]->rot(65536, 1);
  CHECK(fixture.read(65536, 512) == 0);
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: five children, two mismatches (same wrong version)"));
}

TEST_CASE("copies that cannot be read are reported with the error's text", "[devices]") {
  Fixture fixture(3, 2);
  fixture.children[1]->fail_reads(EIO);
  SECTION("one, the others suffice") {
    CHECK(fixture.read(8192, 1024) == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: read error EIO on one child"));
  }
  SECTION("two, the read fails") {
    fixture.children[0]->fail_reads(EIO);
    CHECK(fixture.read(8192, 1024) == EIO);
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("sys: read error EIO on two children: 2 REPORT_BAD then QUORUM_FAILURE"));
  }
}

TEST_CASE("a read that too few copies answer fails with the first copy's error", "[devices]") {
  Fixture fixture(3, 2);
  fixture.children[0]->fail_reads(ENXIO);
  fixture.children[2]->fail_reads(EIO);
  CHECK(fixture.read(0, 512) == ENXIO);
}

TEST_CASE("an error and a mismatch: the error is reported first", "[devices]") {
  SECTION("five copies: enough agree") {
    Fixture fixture(5, 3);
    fixture.children[0]->fail_reads(EIO);
    fixture.children[1]->rot(0, 1);
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("sys: five children: one read error plus one mismatch (error event first)"));
  }
  SECTION("three copies: no quorum is left") {
    Fixture fixture(3, 2);
    fixture.children[0]->fail_reads(EIO);
    fixture.children[1]->rot(0, 1);
    CHECK(fixture.read(0, 512) == EIO);
    CHECK(fixture.qemu_lines() == test::captured_lines("qsd: one read error plus one mismatch"));
  }
}

TEST_CASE("copies that cannot be written are reported", "[devices]") {
  Fixture fixture(3, 2);
  fixture.children[1]->fail_writes(ENOSPC);
  SECTION("one, the others suffice") {
    CHECK(fixture.write(0, 1024) == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: write error ENOSPC on one child"));
  }
  SECTION("two, the write fails with the error") {
    fixture.children[0]->fail_writes(ENOSPC);
    CHECK(fixture.write(0, 1024) == ENOSPC);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: write error on two children"));
  }
  SECTION("a good write reaches every copy") {
    fixture.children[1]->fail_writes(0);
    CHECK(fixture.write(0, 512) == 0);
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.data == std::vector<std::uint8_t>(512, 0x11));
    CHECK(fixture.qemu_lines().empty());
  }
}

TEST_CASE("a flush that fails is reported without sectors and never as a failure of the quorum",
          "[devices]") {
  Fixture fixture(3, 2);
  fixture.children[1]->fail_flushes(EIO);
  SECTION("one") {
    CHECK(fixture.quorum->flush() == 0);
    CHECK(fixture.quorum->flush() == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("qsd: flush error on one child"));
  }
  SECTION("two") {
    fixture.children[0]->fail_flushes(EIO);
    CHECK(fixture.quorum->flush() == EIO);
    CHECK(fixture.quorum->flush() == EIO);
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("qsd: flush error on two of three children: no QUORUM_FAILURE event"));
  }
}

TEST_CASE("a burst on one copy is told first and last", "[devices]") {
  Fixture fixture(3, 2);
  for (const std::uint64_t offset : {0, 4096, 4608, 65536}) {
    fixture.children[1]->rot(offset, 1);
    CHECK(fixture.read(offset, 512) == 0);
  }
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: burst: 4 reads of different sectors on the same child (1 node-name key)"));
}

TEST_CASE("in the document's form there is sector-count and no type", "[devices]") {
  Fixture fixture(3, 2, "usr1");
  fixture.children[1]->fail_reads(EIO);
  CHECK(fixture.read(512, 1024) == 0);
  fixture.children[1]->fail_reads(0);
  fixture.children[1]->rot(0, 1);
  fixture.children[2]->rot(0, 2);
  CHECK(fixture.read(0, 512) == EIO);
  const std::vector<std::string> lines = fixture.recorder.lines(WireForm::document);
  REQUIRE(lines.size() == 2);
  for (const std::string member : {"\"node-name\": \"c1\"", "\"sector-num\": 1", "\"sector-count\": 2",
                                   "\"error\": \"Input/output error\""})
    CHECK(lines[0].find(member) != std::string::npos);
  CHECK(lines[0].find("type") == std::string::npos);
  CHECK(lines[0].find("sectors-count") == std::string::npos);
  for (const std::string member : {"\"reference\": \"usr1\"", "\"sector-num\": 0", "\"sector-count\": 1"})
    CHECK(lines[1].find(member) != std::string::npos);
}

TEST_CASE("a quorum that could never be is refused with the reason", "[devices]") {
  test::RecordingEmitter recorder;
  const auto refusal = [&](std::size_t threshold) {
    std::vector<std::unique_ptr<QuorumChild>> children;
    children.push_back(std::make_unique<MemoryChild>("c0", kImageBytes));
    return Quorum::create(recorder.emitter, {"q0", threshold}, std::move(children)).error().sentence;
  };
  CHECK(refusal(0) == "Parameter 'vote-threshold' expects a value >= 1");
  CHECK(refusal(2) == "threshold may not exceed children count");
}
