// SPDX-License-Identifier: MIT
#include "devices/sector_rot.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

using namespace qmpev;

namespace {

/// What `bytes` zeros at `offset` read back as.
std::vector<std::uint8_t> zeros_read(const SectorRot& rot, std::uint64_t offset, std::size_t bytes) {
  std::vector<std::uint8_t> data(bytes);
  rot.spoil(offset, data);
  return data;
}

}  // namespace

TEST_CASE("every byte of a rotten sector reads back wrong, and no other", "[devices]") {
  SectorRot rot;
  CHECK(rot.empty());
  REQUIRE(rot.add(1, 0x80));
  CHECK_FALSE(rot.empty());
  const auto data = zeros_read(rot, 500, 600);
  for (std::size_t place = 0; place < data.size(); ++place) {
    INFO("byte " << 500 + place);
    REQUIRE(data[place] == (place >= 12 && place < 524 ? 0x80 : 0));
  }
  CHECK(zeros_read(rot, 0, 512) == std::vector<std::uint8_t>(512));
  CHECK(zeros_read(rot, 1024, 512) == std::vector<std::uint8_t>(512));
  CHECK(zeros_read(rot, 600, 1) == std::vector<std::uint8_t>{0x80});
  std::vector<std::uint8_t> full(1, 0xff);
  rot.spoil(512, full);
  CHECK(full[0] == 0x7f);
}

TEST_CASE("what is written anew is whole again, byte for byte", "[devices]") {
  SectorRot rot;
  REQUIRE(rot.add(0, 1));
  REQUIRE(rot.add(1, 2));
  rot.overwrite({100, 512});
  const auto data = zeros_read(rot, 0, 1024);
  CHECK(std::count(data.begin(), data.end(), 1) == 100);
  CHECK(std::count(data.begin(), data.end(), 2) == 412);
  CHECK(data[99] == 1);
  CHECK(data[100] == 0);
  CHECK(data[611] == 0);
  CHECK(data[612] == 2);
  CHECK(rot.text() == "0, 1");
  rot.overwrite({0, 100});
  CHECK(rot.text() == "1");
  rot.overwrite({0, ~std::uint64_t{0}});
  CHECK(rot.empty());
}

TEST_CASE("only so many sectors are rotten at a time", "[devices]") {
  SectorRot rot;
  for (std::uint64_t sector = 0; sector < kMaxRottenSectors; ++sector) REQUIRE(rot.add(sector, 1));
  CHECK_FALSE(rot.add(kMaxRottenSectors, 1));
  CHECK(rot.add(0, 3));
  CHECK(zeros_read(rot, 0, 1) == std::vector<std::uint8_t>{3});
  rot.clear();
  CHECK(rot.add(kMaxRottenSectors, 1));
}
