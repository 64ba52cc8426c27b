// SPDX-License-Identifier: MIT
// Whatever one client says, to two servers: to one whole, to the other in pieces of any size. Each thing it
// says is answered once, the answers are the same however it is cut, and after the end of the input both are
// closed. The input is the bytes of the client.
#include <string>

#include <catch2/catch.hpp>

#include "fuzz/rounds.hpp"
#include "parity/near_json.hpp"
#include "unit/monitor/fake_room.hpp"
#include "wire/reader.hpp"

using namespace qmpev;
using test::below;
using test::FakeClient;
using test::FakeRoom;
using test::Random;

namespace {

/// More has no other meaning, and is slow to say byte by byte.
constexpr std::size_t kMaxInputBytes = 64 * 1024;

std::string make(Random& random) {
  return (below(random, 3) == 0 ? "" : test::kNegotiate) + test::NearJson(random).conversation();
}

std::size_t items_in(std::string_view input) {
  Reader reader;
  reader.push(input);
  std::size_t items = 0;
  while (reader.next()) ++items;
  return items;
}

void take(std::string_view input) {
  if (input.size() > kMaxInputBytes) return;
  FakeRoom room;
  FakeClient& whole = room.connect();
  whole.send(std::string(input));
  whole.half_close();
  room.run();
  FakeClient& cut = room.connect();
  Random random(std::hash<std::string_view>()(input));
  cut.max_read = 1 + below(random, below(random, 2) == 0 ? 4 : 200);
  cut.max_write = 1 + below(random, 300);
  for (std::size_t at = 0; at < input.size(); at += 97) {
    cut.send(std::string(input.substr(at, 97)));
    if (below(random, 3) == 0) room.turn();
  }
  cut.half_close();
  room.run();
  REQUIRE(whole.lines().size() == 1 + items_in(input));  // the greeting, and every item once
  REQUIRE(cut.received == whole.received);
  REQUIRE(whole.closed);
  REQUIRE(cut.closed);
}

}  // namespace

TEST_CASE("whatever is said is answered once, and the same however it is cut", "[fuzz]") {
  test::fuzz_text("conversation", 500, make, take);
}
