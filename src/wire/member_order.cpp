// SPDX-License-Identifier: MIT
#include "wire/member_order.hpp"

#include <algorithm>
#include <utility>

namespace qmpev {

std::uint32_t member_bucket(std::string_view name) noexcept {
  std::uint32_t length = 0;
  std::uint32_t sum = 0;
  const auto add = [&length, &sum](std::uint32_t byte) { sum += byte << (5 * length++ % 24); };
  for (const char byte : name) {
    if (byte == 0) {
      add(0xC0);
      add(0x80);
    } else {
      add(static_cast<std::uint8_t>(byte));
    }
  }
  const std::uint32_t hash = 0x238F13AFu * length + sum;
  return (1103515243u * hash + 12345u) % kMemberBuckets;
}

std::vector<const Member*> wire_order(const Value::Members& members) {
  if (members.size() == 1) return {&members.front()};
  // (bucket, how late it was inserted): distinct pairs, so that any sort gives the one order.
  std::vector<std::pair<std::uint32_t, std::size_t>> ranks;
  ranks.reserve(members.size());
  for (std::size_t at = 0; at < members.size(); ++at) {
    ranks.emplace_back(member_bucket(members[at].name), members.size() - at);
  }
  std::sort(ranks.begin(), ranks.end());

  std::vector<const Member*> order;
  order.reserve(members.size());
  for (const auto& rank : ranks) order.push_back(&members[members.size() - rank.second]);
  return order;
}

}  // namespace qmpev
