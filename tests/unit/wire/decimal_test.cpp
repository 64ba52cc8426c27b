// SPDX-License-Identifier: MIT
#include "wire/decimal.hpp"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

/// The digits, and nothing behind them touched.
template <class Integer>
std::string decimal(Integer value) {
  char text[kMaxDecimalBytes + 1];
  std::memset(text, '#', sizeof text);
  char* const end = put_decimal(value, text);
  REQUIRE(*end == '#');
  return {text, end};
}

template <class Integer>
std::string judged(Integer value) {
  char text[kMaxDecimalBytes];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

template <class Integer>
bool agrees(Integer value) {
  return decimal(value) == judged(value);
}

}  // namespace

TEST_CASE("every number of up to five digits, and both ends of each length", "[wire]") {
  bool all = true;
  for (std::uint64_t value = 0; value < 100'000; ++value) all = all && agrees(value);
  CHECK(all);
  std::uint64_t power = 1;
  for (int digits = 1; digits <= 19; ++digits, power *= 10) {
    CAPTURE(power);
    CHECK(agrees(power - 1));
    CHECK(agrees(power));
    CHECK(agrees(power + 1));
  }
  CHECK(decimal(power - 1) == "9999999999999999999");
  CHECK(decimal(UINT64_MAX) == "18446744073709551615");
}

TEST_CASE(
    "where the fraction is least exact: the largest of each length, and those around each pair's change",
    "[wire]") {
  bool all = true;
  for (std::uint64_t value = 99'000'000; value < 100'000'000; value += 7) all = all && agrees(value);
  for (std::uint64_t value = 999'900; value < 1'000'100; ++value) all = all && agrees(value);
  for (std::uint64_t step = 1'000'000; step < 100'000'000; step += 1'000'000)
    all = all && agrees(step - 1) && agrees(step) && agrees(step + 1);
  CHECK(all);
}

TEST_CASE("numbers of any size and sign, by chance", "[wire]") {
  std::mt19937_64 random(1);
  bool all = true;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t value = random() >> (random() % 64);
    all = all && agrees(value) && agrees(static_cast<std::int64_t>(value)) &&
          agrees(-static_cast<std::int64_t>(value >> 1));
  }
  CHECK(all);
}

TEST_CASE("the least number has its sign and all of its digits", "[wire]") {
  CHECK(decimal(INT64_MIN) == "-9223372036854775808");
  CHECK(decimal(INT64_MAX) == "9223372036854775807");
  CHECK(decimal(std::int64_t{-1}) == "-1");
  CHECK(decimal(std::int64_t{0}) == "0");
}
