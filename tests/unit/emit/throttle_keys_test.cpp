// SPDX-License-Identifier: MIT
#include "emit/throttle_keys.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using qmpev::KeyWords;
using qmpev::StoredKey;

TEST_CASE("a stored key equals its own text and no other", "[emit]") {
  std::vector<std::string> texts;
  for (std::size_t length = 0; length <= qmpev::kMaxKeyBytes; ++length) texts.emplace_back(length, 'a');
  texts.emplace_back("a\0", 2);
  texts.emplace_back("b");
  for (const auto& mine : texts) {
    StoredKey key;
    key.write(KeyWords(mine));
    for (const auto& other : texts) REQUIRE(key.equals(KeyWords(other)) == (mine == other));
  }
}

TEST_CASE("keys that collide in hash and length are still told apart", "[emit]") {
  // The state after the first word, as KeyWords computes it; the second word then undoes the difference.
  const auto after = [](std::uint64_t word) {
    const std::uint64_t hash = (0x9e3779b97f4a7c15u ^ word) * 0xff51afd7ed558ccdu;
    return hash ^ (hash >> 32);
  };
  const std::uint64_t mine[] = {1, 2};
  const std::uint64_t other[] = {3, 2 ^ after(1) ^ after(3)};
  const KeyWords a({reinterpret_cast<const char*>(mine), sizeof mine});
  const KeyWords b({reinterpret_cast<const char*>(other), sizeof other});
  REQUIRE(a.tag == b.tag);
  StoredKey key;
  key.write(a);
  CHECK(key.equals(a));
  CHECK_FALSE(key.equals(b));
}

TEST_CASE("a place taken over by another key forgets the first", "[emit]") {
  StoredKey key;
  key.write(KeyWords(std::string(200, 'x')));
  key.write(KeyWords("short"));
  CHECK(key.equals(KeyWords("short")));
  CHECK_FALSE(key.equals(KeyWords(std::string(200, 'x'))));
}
