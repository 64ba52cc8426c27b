// SPDX-License-Identifier: MIT
#include "capi/sized.hpp"

#include <cstring>

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

struct Old {
  std::size_t size;
  std::size_t first;
};
struct Now {
  std::size_t size;
  std::size_t first;
  std::size_t second;
};
struct Newer {
  Now now;
  long third;
};

}  // namespace

TEST_CASE("an older caller's structure is made whole with zeros", "[capi]") {
  Now from{sizeof(Old), 1, 2};  // what stands behind an old structure is not its
  CHECK(known_size(from, sizeof(Old)));
  const Now all = whole(from);
  CHECK(all.first == 1);
  CHECK(all.second == 0);
  from.size = sizeof(Old) - 1;
  CHECK_FALSE(known_size(from, sizeof(Old)));
}

TEST_CASE("a newer caller's is taken when it sets nothing that is not known", "[capi]") {
  Newer from{{sizeof(Newer), 1, 2}, 0};
  CHECK(known_size(from.now, sizeof(Old)));
  CHECK(whole(from.now).second == 2);
  from.third = 1;
  CHECK_FALSE(known_size(from.now, sizeof(Old)));
}

TEST_CASE("a size that was never set is none", "[capi]") {
  struct Long {
    Now now;
    char rest[kMaxStructBytes];
  };
  static Long from{};
  from.now.size = kMaxStructBytes;
  CHECK(known_size(from.now, sizeof(Old)));
  from.now.size = kMaxStructBytes + 1;
  CHECK_FALSE(known_size(from.now, sizeof(Old)));
}
