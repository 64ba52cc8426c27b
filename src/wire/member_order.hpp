// SPDX-License-Identifier: MIT
// The order in which QEMU prints the members of an object: that of its hash table. Captures compare byte for
// byte only when we print them in the same order, so the rule is part of the wire. Any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "wire/value.hpp"

namespace qmpev {

inline constexpr std::uint32_t kMemberBuckets = 512;

/// The bucket of a member's name, 0 to kMemberBuckets - 1. U+0000 counts as the bytes C0 80.
std::uint32_t member_bucket(std::string_view name) noexcept;

/// The members in the order of the wire: by bucket, inside one bucket the latest inserted first. Borrowed
/// from `members`. n log n, whatever the names are.
std::vector<const Member*> wire_order(const Value::Members& members);

}  // namespace qmpev
