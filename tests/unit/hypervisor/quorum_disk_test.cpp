// SPDX-License-Identifier: MIT
#include "hypervisor/quorum_disk.hpp"

#include <catch2/catch.hpp>

#include "support/image_files.hpp"
#include "support/recording_sink.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;
using test::make_image;

namespace {

QuorumOption option_of(const std::vector<std::string>& paths) {
  std::string text = "vda";
  for (const std::string& path : paths) text += ",file=" + path;
  return parse_quorum_option(text).value();
}

}  // namespace

TEST_CASE("without files the disk is three copies in memory", "[hypervisor]") {
  test::RecordingEmitter recorder;
  const QuorumDisk disk = make_memory_disk(recorder.emitter);
  CHECK(disk.quorum->bytes() == QuorumDisk::kMemoryBytes);
  CHECK(disk.quorum->config().reference == "disk0");
  CHECK(disk.quorum->config().vote_threshold == 2);
  REQUIRE(disk.copies.size() == 3);
  CHECK(disk.copies[0]->node_name() == "disk0-a");
  CHECK(disk.copies[2]->node_name() == "disk0-c");
}

TEST_CASE("a disk on files votes over what the files hold", "[hypervisor]") {
  const test::TemporaryDirectory folder;
  test::RecordingEmitter recorder;
  const auto opened = open_disk(
      recorder.emitter, option_of({make_image(folder / "a", 1024, 'x'), make_image(folder / "b", 1024, 'y'),
                                   make_image(folder / "c", 1024, 'x')}));
  REQUIRE(opened);
  const QuorumDisk& disk = opened.value();
  CHECK(disk.quorum->bytes() == 1024);
  std::vector<std::uint8_t> data(512);
  CHECK(disk.quorum->read(512, data) == 0);
  CHECK(data[0] == 'x');
  const auto lines = recorder.lines(WireForm::document);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("{\"node-name\": \"vda-1\", \"sector-num\": 1, \"sector-count\": 1}") !=
        std::string::npos);
  REQUIRE(disk.copies.size() == 3);
  REQUIRE(disk.copies[0]->fail(QuorumOpType::read, EIO));
  CHECK(disk.quorum->read(512, data) == EIO);
}

TEST_CASE("a disk on files takes its options", "[hypervisor]") {
  const test::TemporaryDirectory folder;
  test::RecordingEmitter recorder;
  auto option = option_of({make_image(folder / "a", 512, 'x'), make_image(folder / "b", 512, 'y')});
  option.vote_threshold = 1;
  option.rewrite = true;
  option.read_pattern = QuorumConfig::ReadPattern::fifo;
  const auto disk = open_disk(recorder.emitter, option).value();
  CHECK(disk.quorum->config().vote_threshold == 1);
  CHECK(disk.quorum->config().rewrite);
  std::vector<std::uint8_t> data(1);
  CHECK(disk.quorum->read(0, data) == 0);
  CHECK(data[0] == 'x');
}

TEST_CASE("files that cannot be copies of one disk are refused", "[hypervisor]") {
  const test::TemporaryDirectory folder;
  test::RecordingEmitter recorder;
  const std::string path = make_image(folder / "a", 512), other = make_image(folder / "b", 512);
  const auto refusal = [&](const std::vector<std::string>& paths) {
    const auto opened = open_disk(recorder.emitter, option_of(paths));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code != ErrorCode::invalid_argument);  // the outside, not the usage
    return opened.error().sentence;
  };
  CHECK(refusal({path, folder / "missing"}).find("there is no image") == 0);
  CHECK(refusal({path, other, path}).find(path + " and " + path + " are the same file") == 0);
  CHECK(refusal({path, other, make_image(folder / "c", 1024)}).find("equally long") != std::string::npos);
}
