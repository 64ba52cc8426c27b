// SPDX-License-Identifier: MIT
#include "devices/quorum.hpp"

#include <catch2/catch.hpp>
#include <cerrno>

#include "support/quorum_rig.hpp"

using namespace qmpev;

namespace {

/// Copies of which two or more have to agree, and what they report.
struct Fixture {
  Fixture(std::size_t copies, std::size_t threshold, std::string reference = "q0")
      : Fixture(copies, QuorumConfig{std::move(reference), threshold}) {}
  Fixture(std::size_t copies, QuorumConfig config)
      : rig(recorder.emitter, std::move(config), test::copy_names(copies)) {}
  int read(std::uint64_t offset, std::size_t bytes) { return rig.read(offset, bytes); }
  int write(std::uint64_t offset, std::size_t bytes) { return rig.write(offset, bytes); }
  std::vector<std::string> qemu_lines() { return test::qemu_lines(recorder); }
  void rot(std::size_t child, std::uint64_t sector, std::uint8_t flip) {
    REQUIRE(children[child]->rot(sector, flip));
  }
  void fail(std::size_t child, QuorumOpType operation, int error) {
    REQUIRE(children[child]->fail(operation, error));
  }

  test::RecordingEmitter recorder;
  test::QuorumRig rig;
  std::vector<FaultyChild*>& children = rig.children;
  Quorum* quorum = rig.quorum.get();
  std::vector<std::uint8_t>& data = rig.data;
};

}  // namespace

TEST_CASE("one copy of three that differs is reported for the whole request", "[devices]") {
  Fixture fixture(3, 2);
  fixture.rot(1, 0, 1);
  fixture.rot(1, 1, 1);
  fixture.rot(1, 8, 1);
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
  fixture.rot(0, 0, 9);
  REQUIRE(fixture.read(0, 8) == 0);
  CHECK(fixture.data == std::vector<std::uint8_t>(8, 0));
}

TEST_CASE("copies that agree on wrong data outvote the right one", "[devices]") {
  Fixture fixture(3, 2);
  fixture.rot(1, 128, 1);
  fixture.rot(2, 128, 1);
  CHECK(fixture.read(65536, 512) == 0);
  CHECK(fixture.data[0] == 1);
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: two children agree on wrong data: the correct one is reported"));
}

TEST_CASE("without a winner only the failure is reported", "[devices]") {
  Fixture fixture(3, 2);
  fixture.rot(1, 0, 1);
  fixture.rot(2, 0, 2);
  CHECK(fixture.read(0, 512) == EIO);
  CHECK(fixture.data == std::vector<std::uint8_t>(512, 0xee));
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: all three children differ: no quorum, QUORUM_FAILURE only"));
}

TEST_CASE("a threshold of all copies fails with one that differs", "[devices]") {
  Fixture fixture(3, 3);
  fixture.rot(1, 0, 1);
  CHECK(fixture.read(0, 512) == EIO);
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: vote-threshold=3 with one mismatch: QUORUM_FAILURE only"));
}

TEST_CASE("with a threshold of one the newest of equals wins and the others are reported", "[devices]") {
  Fixture fixture(3, 1);
  fixture.rot(1, 0, 1);
  fixture.rot(2, 0, 2);
  CHECK(fixture.read(0, 512) == 0);
  CHECK(fixture.data[0] == 2);
  CHECK(fixture.qemu_lines() ==
        test::captured_lines(
            "sys: vote-threshold=1 with three versions: last-inserted version wins, two REPORT_BAD"));
}

TEST_CASE("two copies with the same wrong content are reported highest first", "[devices]") {
  Fixture fixture(5, 3);
  fixture.rot(1, 128, 1);
  fixture.rot(3, 128, 1);
  CHECK(fixture.read(65536, 512) == 0);
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: five children, two mismatches (same wrong version)"));
}

TEST_CASE("copies that cannot be read are reported with the error's text", "[devices]") {
  Fixture fixture(3, 2);
  fixture.fail(1, QuorumOpType::read, EIO);
  SECTION("one, the others suffice") {
    CHECK(fixture.read(8192, 1024) == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: read error EIO on one child"));
  }
  SECTION("two, the read fails") {
    fixture.fail(0, QuorumOpType::read, EIO);
    CHECK(fixture.read(8192, 1024) == EIO);
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("sys: read error EIO on two children: 2 REPORT_BAD then QUORUM_FAILURE"));
  }
}

TEST_CASE("a request that too few copies answer fails with the error of most, the newest of equals",
          "[devices]") {
  Fixture fixture(5, 4);
  fixture.fail(0, QuorumOpType::read, ENXIO);
  fixture.fail(2, QuorumOpType::read, EIO);
  CHECK(fixture.read(0, 512) == EIO);
  fixture.fail(3, QuorumOpType::read, ENXIO);
  CHECK(fixture.read(0, 512) == ENXIO);
  for (const std::size_t child : {0, 1, 4}) fixture.fail(child, QuorumOpType::write, EROFS);
  fixture.fail(3, QuorumOpType::write, ENOSPC);
  CHECK(fixture.write(0, 512) == EROFS);
  fixture.fail(1, QuorumOpType::flush, EIO);
  fixture.fail(2, QuorumOpType::flush, ENOSPC);
  CHECK(fixture.quorum->flush() == ENOSPC);
}

TEST_CASE("an error and a mismatch: the error is reported first", "[devices]") {
  SECTION("five copies: enough agree") {
    Fixture fixture(5, 3);
    fixture.fail(0, QuorumOpType::read, EIO);
    fixture.rot(1, 0, 1);
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("sys: five children: one read error plus one mismatch (error event first)"));
  }
  SECTION("three copies: no quorum is left") {
    Fixture fixture(3, 2);
    fixture.fail(0, QuorumOpType::read, EIO);
    fixture.rot(1, 0, 1);
    CHECK(fixture.read(0, 512) == EIO);
    CHECK(fixture.qemu_lines() == test::captured_lines("qsd: one read error plus one mismatch"));
  }
}

TEST_CASE("copies that cannot be written are reported", "[devices]") {
  Fixture fixture(3, 2);
  fixture.fail(1, QuorumOpType::write, ENOSPC);
  SECTION("one, the others suffice") {
    CHECK(fixture.write(0, 1024) == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: write error ENOSPC on one child"));
  }
  SECTION("two, the write fails with the error") {
    fixture.fail(0, QuorumOpType::write, ENOSPC);
    CHECK(fixture.write(0, 1024) == ENOSPC);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: write error on two children"));
  }
  SECTION("a good write reaches every copy") {
    fixture.children[1]->heal();
    CHECK(fixture.write(0, 512) == 0);
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.data == std::vector<std::uint8_t>(512, 0x11));
    CHECK(fixture.qemu_lines().empty());
  }
}

TEST_CASE("a flush that fails is reported without sectors and never as a failure of the quorum",
          "[devices]") {
  Fixture fixture(3, 2);
  fixture.fail(1, QuorumOpType::flush, EIO);
  SECTION("one") {
    CHECK(fixture.quorum->flush() == 0);
    CHECK(fixture.quorum->flush() == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("qsd: flush error on one child"));
  }
  SECTION("two") {
    fixture.fail(0, QuorumOpType::flush, EIO);
    CHECK(fixture.quorum->flush() == EIO);
    CHECK(fixture.quorum->flush() == EIO);
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("qsd: flush error on two of three children: no QUORUM_FAILURE event"));
  }
}

TEST_CASE("a burst on one copy is told first and last", "[devices]") {
  Fixture fixture(3, 2);
  for (const std::uint64_t offset : {0, 4096, 4608, 65536}) {
    fixture.rot(1, offset / 512, 1);
    CHECK(fixture.read(offset, 512) == 0);
  }
  CHECK(fixture.qemu_lines() ==
        test::captured_lines("sys: burst: 4 reads of different sectors on the same child (1 node-name key)"));
}

TEST_CASE("in the document's form there is sector-count and no type", "[devices]") {
  Fixture fixture(3, 2, "usr1");
  fixture.fail(1, QuorumOpType::read, EIO);
  CHECK(fixture.read(512, 1024) == 0);
  fixture.children[1]->heal();
  fixture.rot(1, 0, 1);
  fixture.rot(2, 0, 2);
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

TEST_CASE("zeros are written to every copy, and a copy that cannot is reported as a write", "[devices]") {
  Fixture fixture(3, 2);
  REQUIRE(fixture.write(200'704, 8192) == 0);
  fixture.fail(1, QuorumOpType::write, ENOSPC);
  CHECK(fixture.quorum->write_zeroes(200'704, 4096) == 0);
  CHECK(fixture.read(200'704, 4096) == 0);
  CHECK(fixture.data == std::vector<std::uint8_t>(4096, 0));
  CHECK(fixture.read(204'800, 1) == 0);
  CHECK(fixture.data[0] == 0x11);
  CHECK(fixture.qemu_lines().at(0) ==
        test::captured_lines("sys: write_zeroes error on one child (type is write)").at(0));
}

TEST_CASE("in fifo pattern the next copy is asked when one fails, and nobody votes", "[devices]") {
  Fixture fixture(3, QuorumConfig{"q0", 1, QuorumConfig::ReadPattern::fifo});
  fixture.rot(1, 0, 1);
  fixture.rot(2, 0, 2);
  CHECK(fixture.read(0, 512) == 0);
  CHECK(fixture.data[0] == 0);
  CHECK(fixture.qemu_lines().empty());
  fixture.fail(0, QuorumOpType::read, EIO);
  SECTION("one") {
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.data[0] == 1);
    CHECK(fixture.qemu_lines() == test::captured_lines("qsd: read-pattern=fifo, error on the first child"));
  }
  SECTION("all: the last copy's error") {
    fixture.fail(1, QuorumOpType::read, EIO);
    fixture.fail(2, QuorumOpType::read, ENXIO);
    CHECK(fixture.read(0, 512) == ENXIO);
    CHECK(fixture.data == std::vector<std::uint8_t>(512, 0xee));
    CHECK(fixture.recorder.counters(EventKind::quorum_report_bad).emitted == 3);
    CHECK(fixture.recorder.counters(EventKind::quorum_failure).emitted == 0);
  }
  SECTION("a write without a quorum still says so") {
    for (const std::size_t child : {0, 1, 2}) fixture.fail(child, QuorumOpType::write, EIO);
    CHECK(fixture.write(0, 512) == EIO);
    CHECK(fixture.recorder.counters(EventKind::quorum_failure).emitted == 1);
  }
}

TEST_CASE("a copy that lost is rewritten when the quorum is told to", "[devices]") {
  QuorumConfig config{"q0", 2};
  config.rewrite = true;
  Fixture fixture(3, config);
  fixture.rot(1, 0, 1);
  SECTION("the second read finds all alike") {
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: rewrite-corrupted: first read reports"));
    CHECK(fixture.children[1]->faults().empty());
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.qemu_lines().size() == 1);
  }
  SECTION("that it cannot be written is not told, and the read succeeds") {
    fixture.fail(1, QuorumOpType::write, ENOSPC);
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.qemu_lines() == test::captured_lines("sys: rewrite-corrupted: first read reports"));
    CHECK(fixture.read(0, 512) == 0);
    CHECK(fixture.qemu_lines().size() == 2);
  }
  SECTION("nothing is rewritten without a winner") {
    fixture.rot(2, 0, 2);
    CHECK(fixture.read(0, 512) == EIO);
    CHECK(fixture.children[1]->faults() == "wrong bytes in sector 0");
  }
}

TEST_CASE("two copies that have to be equal: a difference fails the read without an event", "[devices]") {
  QuorumConfig config{"q0", 2};
  config.blkverify = true;
  Fixture fixture(2, config);
  CHECK(fixture.read(0, 512) == 0);
  fixture.rot(1, 0, 1);
  CHECK(fixture.read(0, 512) == EIO);
  CHECK(fixture.qemu_lines().empty());
  fixture.fail(1, QuorumOpType::read, EIO);
  CHECK(fixture.read(0, 512) == EIO);
  CHECK(fixture.qemu_lines().size() == 2);
}

TEST_CASE("requests for nothing succeed and those beyond the end fail, without asking a copy", "[devices]") {
  Fixture fixture(3, 2);
  for (const std::size_t child : {0, 1, 2})
    for (const auto operation : {QuorumOpType::read, QuorumOpType::write})
      fixture.fail(child, operation, ENXIO);
  const std::uint64_t end = fixture.quorum->bytes();
  const std::uint64_t last = ~std::uint64_t{0};
  CHECK(end == test::kImageBytes);
  for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{1}, end}) {
    CHECK(fixture.read(offset, 0) == 0);
    CHECK(fixture.write(offset, 0) == 0);
    CHECK(fixture.quorum->write_zeroes(offset, 0) == 0);
  }
  for (const std::uint64_t offset : {end, end + 1, last}) {
    CHECK(fixture.read(offset, 1) == EIO);
    CHECK(fixture.write(offset, 1) == EIO);
    CHECK(fixture.quorum->write_zeroes(offset, last) == EIO);
  }
  CHECK(fixture.read(end + 1, 0) == EIO);
  CHECK(fixture.read(end - 1, 2) == EIO);
  CHECK(fixture.quorum->write_zeroes(1, last) == EIO);  // offset + bytes wraps to 0
  CHECK(fixture.qemu_lines().empty());
  CHECK(fixture.read(end - 1, 1) == ENXIO);
}

TEST_CASE("a quorum that could never be is refused with the reason", "[devices]") {
  test::RecordingEmitter recorder;
  const auto refusal = [&](std::size_t copies, const QuorumConfig& config) {
    std::vector<std::unique_ptr<QuorumChild>> children;
    for (const std::string& name : test::copy_names(copies))
      children.push_back(std::make_unique<MemoryChild>(name, test::kImageBytes));
    const auto made = Quorum::create(recorder.emitter, config, std::move(children));
    return made ? std::string() : made.error().sentence;
  };
  QuorumConfig verifying{"q0", 2}, both{"q0", 2};
  verifying.blkverify = true;
  both.blkverify = both.rewrite = true;
  CHECK(refusal(1, {"q0", 0}) == "Parameter 'vote-threshold' expects a value >= 1");
  CHECK(refusal(1, {"q0", 2}) == "threshold may not exceed children count");
  CHECK(refusal(0, {"q0", 1}) == "threshold may not exceed children count");
  CHECK(refusal(1, {"q0", 1}).empty());
  CHECK(refusal(3, verifying) ==
        "blkverify=on can only be set if there are exactly two files and vote-threshold is 2");
  CHECK(refusal(2, verifying).empty());
  CHECK_FALSE(refusal(2, both).empty());
  CHECK(refusal(kMaxQuorumChildren, {"q0", 1}).empty());
  CHECK(refusal(kMaxQuorumChildren + 1, {"q0", 1}) == "a quorum has at most 32 children");
}

TEST_CASE("copies of different lengths are refused with both lengths", "[devices]") {
  test::RecordingEmitter recorder;
  std::vector<std::unique_ptr<QuorumChild>> children;
  children.push_back(std::make_unique<MemoryChild>("c0", 1024));
  children.push_back(std::make_unique<MemoryChild>("c1", 1024));
  children.push_back(std::make_unique<MemoryChild>("c2", 512));
  const auto made = Quorum::create(recorder.emitter, {"q0", 1}, std::move(children));
  REQUIRE_FALSE(made);
  CHECK(made.error().sentence ==
        "the copies of a quorum are equally long, but c0 has 1024 bytes and c2 has 512 bytes");
}
