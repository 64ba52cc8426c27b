// SPDX-License-Identifier: MIT
// Every captured quorum scenario, played again through our quorum: children that hold what QEMU's images
// held and fail as its blkdebug nodes did, the same requests, and then the same lines in the same order, byte
// for byte but for the time. The table is made by hand from the scenarios' texts and from the blockdev-add
// commands in transcripts.jsonl; a captured scenario without a row fails.
#include <catch2/catch.hpp>
#include <cerrno>
#include <functional>
#include <map>
#include <set>

#include "support/quorum_rig.hpp"

using namespace qmpev;
using test::QuorumRig;
using Lines = std::vector<std::string>;
using Pattern = QuorumConfig::ReadPattern;

namespace {

/// What an image held. The good ones are alike; the bad ones differ from them in some sectors, where two bad
/// ones are alike in sector 128 only.
enum class Image { good, bad1, bad2 };

/// A node of the table, as in blockdev-add.
struct Node {
  Node(Image its_image, std::string its_name = "") : image(its_image), name(std::move(its_name)) {}
  Node(std::vector<std::pair<QuorumOpType, int>> inject) : failures(std::move(inject)) {}

  Image image = Image::good;
  std::string name;  ///< empty: c and its number
  std::vector<std::pair<QuorumOpType, int>> failures;
};

const Node good(Image::good), bad1(Image::bad1), bad2(Image::bad2);
const Node no_read({{QuorumOpType::read, EIO}}), no_write({{QuorumOpType::write, ENOSPC}}),
    no_flush({{QuorumOpType::flush, EIO}}),
    nothing({{QuorumOpType::read, EIO}, {QuorumOpType::write, ENOSPC}, {QuorumOpType::flush, EIO}});

/// One line of qemu-io.
struct Request {
  enum class Kind { read, write, write_zeroes, flush } kind;
  std::uint64_t offset = 0;
  std::size_t bytes = 0;
  std::size_t quorum = 0;  ///< q0 or q1
};

Request read(std::uint64_t offset, std::size_t bytes, std::size_t quorum = 0) {
  return {Request::Kind::read, offset, bytes, quorum};
}
Request write(std::uint64_t offset, std::size_t bytes) {
  return {Request::Kind::write, offset, bytes};
}
Request write_zeroes(std::uint64_t offset, std::size_t bytes) {
  return {Request::Kind::write_zeroes, offset, bytes};
}
Request flush() {
  return {Request::Kind::flush};
}

struct Scenario {
  std::vector<Node> nodes;
  std::size_t threshold;
  std::vector<Request> requests;
  Pattern pattern = Pattern::quorum;
  bool rewrite = false;
};

/// Rows for what ran in qemu-system as well as in qemu-storage-daemon.
struct Row {
  std::string name;  ///< without its "sys: " or "qsd: "
  Scenario scenario;
};

const std::vector<Node> kOneBad{good, bad1, good}, kAllDiffer{good, bad1, bad2},
    kFive{good, bad1, good, bad2, good}, kFiveErrors{no_read, bad1, good, good, good};

/// An NBD client flushes once more when it ends.
const Request kLastFlush = flush();

const std::vector<Row> kRows = {
    {"one of three children mismatches, 1 sector", {kOneBad, 2, {read(0, 512)}}},
    {"one mismatch, 8 sectors", {kOneBad, 2, {read(4096, 4096)}}},
    {"one mismatch, read wider than the bad area (16 sectors)", {kOneBad, 2, {read(0, 8192)}}},
    {"byte-granular request 500+100 bytes spans two sectors", {kOneBad, 2, {read(500, 100)}}},
    {"byte-granular request 100+50 bytes inside sector 0", {kOneBad, 2, {read(100, 50)}}},
    {"burst: 4 reads of different sectors on the same child (1 node-name key)",
     {kOneBad, 2, {read(0, 512), read(4096, 512), read(4608, 512), read(65536, 512)}}},
    {"all three children differ: no quorum, QUORUM_FAILURE only", {kAllDiffer, 2, {read(0, 512)}}},
    {"two children agree on wrong data: the correct one is reported", {kAllDiffer, 2, {read(65536, 512)}}},
    {"vote-threshold=3 with one mismatch: QUORUM_FAILURE only", {kOneBad, 3, {read(0, 512)}}},
    {"vote-threshold=1 with three versions: last-inserted version wins, two REPORT_BAD",
     {kAllDiffer, 1, {read(0, 512)}}},
    {"five children, two mismatches (same wrong version)", {kFive, 3, {read(65536, 512)}}},
    {"read error EIO on one child", {{good, no_read, good}, 2, {read(8192, 1024)}}},
    {"read error EIO on two children: 2 REPORT_BAD then QUORUM_FAILURE",
     {{no_read, no_read, good}, 2, {read(8192, 1024)}}},
    {"one read error plus one mismatch", {{no_read, bad1, good}, 2, {read(0, 512)}}},
    {"five children: one read error plus one mismatch (error event first)", {kFiveErrors, 3, {read(0, 512)}}},
    {"write error ENOSPC on one child", {{good, no_write, good}, 2, {write(0, 1024)}}},
    {"write_zeroes error on one child (type is write)",
     {{good, no_write, good}, 2, {write_zeroes(200'704, 4096)}}},
    {"write error on two children", {{no_write, no_write, good}, 2, {write(0, 1024)}}},
    {"flush error on one child", {{good, no_flush, good}, 2, {write(0, 512), flush(), kLastFlush}}},
    {"flush error on two of three children: no QUORUM_FAILURE event",
     {{no_flush, no_flush, good}, 2, {write(0, 512), flush(), kLastFlush}}},
    {"read-pattern=fifo, error on the first child",
     {{no_read, good, good}, 1, {read(0, 512)}, Pattern::fifo}},
    {"read-pattern=fifo, all children fail: three REPORT_BAD and no QUORUM_FAILURE",
     {{no_read, no_read, no_read}, 1, {read(0, 512)}, Pattern::fifo}},
    // Its second read reported nothing, in QEMU as here.
    {"rewrite-corrupted: first read reports",
     {kOneBad, 2, {read(0, 512), read(0, 512)}, Pattern::quorum, true}},
    {"burst on one child mixing types read, write, read: key is node-name only, the last one wins",
     {{good, nothing, good}, 2, {read(0, 512), write(4096, 512), read(8192, 512)}}},
    {"burst on one child: read then flush",
     {{good, nothing, good}, 2, {read(0, 512), write(4096, 512), flush(), kLastFlush}}},
    {"quorum as -blockdev q0 used by -device virtio-blk-pci,id=vd0: reference is the node name",
     {kAllDiffer, 2, {read(0, 512)}}},
};

std::string without_binary(const std::string& scenario) {
  const bool prefixed = scenario.rfind("sys: ", 0) == 0 || scenario.rfind("qsd: ", 0) == 0;
  return prefixed ? scenario.substr(5) : scenario;
}

void set_up(FaultyChild& child, const Node& node) {
  for (const auto& [operation, error] : node.failures) REQUIRE(child.fail(operation, error));
  if (node.image == Image::good) return;
  const std::uint8_t flip = node.image == Image::bad1 ? 1 : 2;
  for (const std::uint64_t sector : {0, 8, 9}) REQUIRE(child.rot(sector, flip));
  REQUIRE(child.rot(128, 1));
}

/// QEMU's nodes are deleted while events of theirs are still limited: so are ours.
struct Played {
  explicit Played(const Scenario& scenario) {
    for (const char* reference : {"q0", "q1"}) {
      std::vector<std::string> names;
      for (std::size_t number = 0; number < scenario.nodes.size(); ++number) {
        const std::string& name = scenario.nodes[number].name;
        names.push_back(name.empty() ? "c" + std::to_string(number) : name);
      }
      QuorumConfig config{reference, scenario.threshold, scenario.pattern, scenario.rewrite};
      rigs.push_back(std::make_unique<QuorumRig>(recorder.emitter, config, names));
      for (std::size_t number = 0; number < scenario.nodes.size(); ++number)
        set_up(*rigs.back()->children[number], scenario.nodes[number]);
    }
    for (const Request& request : scenario.requests) put(request);
    before_window_ends = test::without_times(recorder.lines(WireForm::qemu));
    rigs.clear();
    lines = test::qemu_lines(recorder);
    lines = test::qemu_lines(recorder);
  }

  void put(const Request& request) {
    QuorumRig& rig = *rigs[request.quorum];
    switch (request.kind) {
      case Request::Kind::read:
        rig.read(request.offset, request.bytes);
        return;
      case Request::Kind::write:
        rig.write(request.offset, request.bytes);
        return;
      case Request::Kind::write_zeroes:
        rig.quorum->write_zeroes(request.offset, request.bytes);
        return;
      case Request::Kind::flush:
        rig.quorum->flush();
        return;
    }
  }

  test::RecordingEmitter recorder;
  std::vector<std::unique_ptr<QuorumRig>> rigs;
  Lines before_window_ends;
  Lines lines;
};

// Scenarios that need a test of their own below.
const std::string kUnnamed = "children without explicit node-name: auto generated name";
const std::string kDeletedFirst =
    "two reads; quorum node and children deleted before the window ends (1st part)";
const std::string kDeletedSecond =
    "two reads; quorum node and children deleted before the window ends: delayed event still delivered";
const std::string kTwoFailures =
    "QUORUM_FAILURE on two different quorum nodes back to back: single global key, second one is delayed 1 s";
const std::string kThreeFailures =
    "QUORUM_FAILURE q0 then q1 then q0 again within 1 s: q1 report is lost (replaced)";

std::set<std::string> captured_scenarios() {
  std::set<std::string> names;
  for (const test::Capture& capture : test::captures())
    if (capture.group == "quorum" || capture.group == "quorum2") names.insert(capture.scenario);
  return names;
}

/// The line of a QUORUM_FAILURE in QEMU's form without its time.
std::string failure_line(const std::string& reference, int sector, int count) {
  return R"({"timestamp": {"seconds": 0, "microseconds": 0}, "event": "QUORUM_FAILURE", "data": {"reference": ")" +
         reference + "\", \"sectors-count\": " + std::to_string(count) +
         ", \"sector-num\": " + std::to_string(sector) + "}}\r\n";
}

}  // namespace

TEST_CASE("every captured quorum scenario gives QEMU's lines in QEMU's order", "[conformance]") {
  std::map<std::string, const Scenario*> table;
  for (const Row& row : kRows) table[row.name] = &row.scenario;
  const std::set<std::string> elsewhere{kUnnamed, kDeletedFirst, kDeletedSecond, kTwoFailures,
                                        kThreeFailures};
  std::set<std::string> played;
  for (const std::string& name : captured_scenarios()) {
    INFO(name);
    const std::string key = without_binary(name);
    played.insert(key);
    if (elsewhere.count(key) != 0) continue;
    const auto row = table.find(key);
    REQUIRE(row != table.end());
    CHECK(Played(*row->second).lines == test::captured_lines(name));
  }
  for (const Row& row : kRows) {
    INFO(row.name);
    CHECK(played.count(row.name) == 1);
  }
  CHECK(captured_scenarios().size() == 43);
}

TEST_CASE("an unnamed child is told by the name that its graph gave it", "[conformance]") {
  for (const auto& [binary, name] : {std::pair("sys: ", "#block9590"), {"qsd: ", "#block8605"}})
    CHECK(Played({{good, Node(Image::bad1, name), good}, 2, {read(0, 512)}}).lines ==
          test::captured_lines(binary + kUnnamed));
}

TEST_CASE("a limited report is delivered after its quorum is gone", "[conformance]") {
  Lines expected = test::captured_lines("qsd: " + kDeletedFirst);
  for (const std::string& line : test::captured_lines("qsd: " + kDeletedSecond)) expected.push_back(line);
  const Played played({kOneBad, 2, {read(0, 512), read(4096, 512)}});
  CHECK(played.before_window_ends == test::captured_lines("qsd: " + kDeletedFirst));
  CHECK(played.lines == expected);
}

// QEMU has one rate limit for all QUORUM_FAILUREs, so that a second quorum's report waits or is lost. Here
// each `reference` has its own, on purpose: the report of one disk must not hide that of another.
TEST_CASE("failures of two quorums are both told at once, which QEMU does not do", "[conformance]") {
  const Played two({kAllDiffer, 2, {read(0, 512), read(4096, 512, 1)}});
  CHECK(two.lines == test::captured_lines("sys: " + kTwoFailures));
  CHECK(two.before_window_ends == two.lines);

  const Played three({kAllDiffer, 2, {read(0, 512), read(4096, 512, 1), read(4608, 512)}});
  const Lines captured = test::captured_lines("sys: " + kThreeFailures);
  CHECK(three.before_window_ends == Lines{captured.at(0), failure_line("q1", 8, 1)});
  CHECK(three.lines == Lines{captured.at(0), failure_line("q1", 8, 1), captured.at(1)});
}

// From transcripts.jsonl, "qsd: whole quorum session" and "sys: -drive id=drive0".
TEST_CASE("three different errors are told in the order of the children, then the failure", "[conformance]") {
  const Node denied({{QuorumOpType::read, EACCES}}), full({{QuorumOpType::read, ENOSPC}});
  const auto report = [](const std::string& child, const std::string& error) {
    return R"({"timestamp": {"seconds": 0, "microseconds": 0}, "event": "QUORUM_REPORT_BAD", "data": {"node-name": ")" +
           child + R"(", "sectors-count": 128, "sector-num": 0, "type": "read", "error": ")" + error +
           "\"}}\r\n";
  };
  CHECK(Played({{no_read, full, denied}, 2, {read(0, 65'536)}}).lines ==
        Lines{report("c0", "Input/output error"), report("c1", "No space left on device"),
              report("c2", "Permission denied"), failure_line("q0", 0, 128)});
}

TEST_CASE("a quorum that a drive named is told by the drive's id", "[conformance]") {
  test::RecordingEmitter recorder;
  QuorumRig rig(recorder.emitter, {"drive0", 2}, {"n0", "n1", "n2"});
  set_up(*rig.children[1], bad1);
  set_up(*rig.children[2], bad2);
  CHECK(rig.read(0, 512) == EIO);
  CHECK(test::qemu_lines(recorder) == Lines{failure_line("drive0", 0, 1)});
}
