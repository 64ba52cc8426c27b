// SPDX-License-Identifier: MIT
#include "hooks/quorum.hpp"

#include <catch2/catch.hpp>
#include <cerrno>
#include <limits>
#include <random>

using namespace qmpev;

TEST_CASE("a quorum report counts every sector that the request touches", "[hooks]") {
  struct Row {
    ByteRange request;
    std::int64_t sector_num;
    std::int64_t sectors_count;
  };
  const auto row =
      GENERATE(Row{{0, 512}, 0, 1}, Row{{4096, 4096}, 8, 8}, Row{{500, 100}, 0, 2}, Row{{100, 50}, 0, 1},
               Row{{511, 2}, 0, 2}, Row{{512, 513}, 1, 2}, Row{{0, 0}, 0, 0});
  const QuorumFailure failure = quorum_failure("q0", row.request);
  CHECK(failure.sector_num == row.sector_num);
  CHECK(failure.sectors_count == row.sectors_count);
  const QuorumReportBad report = quorum_mismatch(QuorumOpType::read, "c1", row.request);
  CHECK(report.sector_num == row.sector_num);
  CHECK(report.sectors_count == row.sectors_count);
}

TEST_CASE("sector arithmetic does not wrap at the end of the number range", "[hooks]") {
  const std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  const QuorumFailure failure = quorum_failure("q0", {last, 1});
  CHECK(failure.sector_num == static_cast<std::int64_t>(last / kSectorBytes));
  CHECK(failure.sectors_count == 1);
}

TEST_CASE("sector arithmetic is that of numbers without an end", "[hooks]") {
  __extension__ using Wide = unsigned __int128;
  std::mt19937_64 random(1);
  const std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  for (int turn = 0; turn < 100'000; ++turn) {
    // Numbers of every size, near both ends and near sectors' borders.
    const auto any = [&] {
      const std::uint64_t number = random() >> (random() % 64);
      return random() % 4 == 0 ? last - number % 2000 : random() % 4 == 0 ? number / 512 * 512 : number;
    };
    const std::uint64_t offset = any(), bytes = any();
    const Wide end = Wide{offset} + bytes;
    const QuorumFailure failure = quorum_failure("q0", {offset, bytes});
    INFO(offset << " + " << bytes);
    REQUIRE(failure.sector_num == static_cast<std::int64_t>(offset / 512));
    const Wide after = (end + 511) / 512;
    REQUIRE(failure.sectors_count == static_cast<std::int64_t>(after - offset / 512));
  }
}

TEST_CASE("a mismatch has no error, a failed child says the errno's text", "[hooks]") {
  CHECK_FALSE(quorum_mismatch(QuorumOpType::read, "c1", {0, 512}).error.has_value());
  const ErrnoText text(ENOSPC);
  const QuorumReportBad report = quorum_child_error(QuorumOpType::write, "c1", {0, 1024}, text);
  CHECK(report.type == QuorumOpType::write);
  CHECK(report.node_name == "c1");
  CHECK(report.error == std::string_view("No space left on device"));
}

TEST_CASE("an errno without a name still has a text", "[hooks]") {
  CHECK(ErrnoText(99999).view() == "Unknown error 99999");
  CHECK(ErrnoText(std::numeric_limits<int>::min()).view() == "Unknown error -2147483648");
}

TEST_CASE("a quorum failure names whom it was asked through", "[hooks]") {
  CHECK(quorum_failure("drive0", {0, 512}).reference == "drive0");
}
