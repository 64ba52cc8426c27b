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

TEST_CASE("a place taken over by another key forgets the first", "[emit]") {
  StoredKey key;
  key.write(KeyWords(std::string(200, 'x')));
  key.write(KeyWords("short"));
  CHECK(key.equals(KeyWords("short")));
  CHECK_FALSE(key.equals(KeyWords(std::string(200, 'x'))));
}
