// SPDX-License-Identifier: MIT
// Two digits for each multiplication, from the first on. A value of 2 + k digits at most becomes a
// fixed-point fraction of 10^k, with 32 bits behind the point: what stands before it is the first pair, and
// times 100 the next one comes there.
//
// Why that is exact: the factor is rounded up, so that the fraction is too large by less than value / 2^16 of
// its last bits, and one more for the one that is added where the bits below were cut off. For value < 10^8
// that is under 1,528; times 10^k, which is at most 10^6, that stays below 2^32, the worth of one digit in
// the last place. And it is never too small.
#include "wire/decimal.hpp"

#include <array>
#include <cstring>

namespace qmpev {
namespace {

constexpr std::uint32_t kEightDigits = 100'000'000;
constexpr unsigned kCutBits = 16;

constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

/// 2^48 / 10^k, rounded up.
constexpr std::uint64_t factor(std::uint64_t power_of_ten) {
  return ((std::uint64_t{1} << (32 + kCutBits)) + power_of_ten - 1) / power_of_ten;
}

char* put_pair(std::uint64_t pair, char* out) noexcept {
  std::memcpy(out, &kPairs[2 * pair], 2);
  return out + 2;
}

/// The pairs behind the first of a fraction with 32 bits behind the point.
template <int count>
char* put_pairs(std::uint64_t fraction, char* out) noexcept {
  for (int i = 0; i < count; ++i) {
    fraction = (fraction & 0xffffffffu) * 100;
    out = put_pair(fraction >> 32, out);
  }
  return out;
}

template <int pairs_behind, std::uint64_t power_of_ten>
std::uint64_t fraction_of(std::uint32_t value) noexcept {
  if constexpr (pairs_behind == 0) return std::uint64_t{value} << 32;
  return (value * factor(power_of_ten) >> kCutBits) + 1;
}

/// All eight digits of `value` < 10^8.
char* put_eight(std::uint32_t value, char* out) noexcept {
  const std::uint64_t fraction = fraction_of<3, 1'000'000>(value);
  return put_pairs<3>(fraction, put_pair(fraction >> 32, out));
}

/// Without zeros in front, of a value that has one or two digits more than the pairs behind.
template <int pairs_behind, std::uint64_t power_of_ten>
char* put_from(std::uint32_t value, char* out) noexcept {
  const std::uint64_t fraction = fraction_of<pairs_behind, power_of_ten>(value);
  const std::uint64_t first = fraction >> 32;
  if (first < 10) {
    *out++ = static_cast<char>('0' + first);
  } else {
    out = put_pair(first, out);
  }
  return put_pairs<pairs_behind>(fraction, out);
}

/// `value` < 10^8, without zeros in front.
char* put_up_to_eight(std::uint32_t value, char* out) noexcept {
  if (value < 100) return put_from<0, 1>(value, out);
  if (value < 10'000) return put_from<1, 100>(value, out);
  if (value < 1'000'000) return put_from<2, 10'000>(value, out);
  return put_from<3, 1'000'000>(value, out);
}

}  // namespace

char* put_decimal(std::uint64_t value, char* out) noexcept {
  if (value < kEightDigits) return put_up_to_eight(static_cast<std::uint32_t>(value), out);
  const std::uint64_t front = value / kEightDigits;  // at most twelve digits
  const auto back = static_cast<std::uint32_t>(value % kEightDigits);
  if (front < kEightDigits) return put_eight(back, put_up_to_eight(static_cast<std::uint32_t>(front), out));
  out = put_up_to_eight(static_cast<std::uint32_t>(front / kEightDigits), out);
  return put_eight(back, put_eight(static_cast<std::uint32_t>(front % kEightDigits), out));
}

char* put_decimal(std::int64_t value, char* out) noexcept {
  if (value >= 0) return put_decimal(static_cast<std::uint64_t>(value), out);
  *out++ = '-';
  return put_decimal(~static_cast<std::uint64_t>(value) + 1, out);
}

}  // namespace qmpev
