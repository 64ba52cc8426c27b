// SPDX-License-Identifier: MIT
#include "emit/index_pool.hpp"

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

using qmpev::IndexPool;

TEST_CASE("a pool hands out every number once, lowest first, and then none", "[emit]") {
  const std::size_t size = GENERATE(1, 63, 64, 65, 193);
  IndexPool pool(size);
  for (std::uint32_t i = 0; i < size; ++i) REQUIRE(pool.take() == i);
  REQUIRE(pool.take() == IndexPool::kNone);
  pool.give_back(0);
  REQUIRE(pool.take() == 0);
  REQUIRE(pool.take() == IndexPool::kNone);
}

TEST_CASE("no number has two owners while threads take and give back", "[emit]") {
  constexpr std::size_t kSize = 8;
  IndexPool pool(kSize);
  std::vector<std::atomic<int>> owners(kSize);
  std::atomic<bool> shared{false};
  std::vector<int> plain(kSize);  // unsynchronised on purpose: the pool hands over what was written
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        const std::uint32_t index = pool.take();
        if (index == IndexPool::kNone) continue;
        if (owners[index].fetch_add(1) != 0) shared = true;
        ++plain[index];
        owners[index].fetch_sub(1);
        pool.give_back(index);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  REQUIRE_FALSE(shared);
  std::set<std::uint32_t> all;
  for (std::size_t i = 0; i < kSize; ++i) all.insert(pool.take());
  REQUIRE(all.size() == kSize);
}
