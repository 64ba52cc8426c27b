// SPDX-License-Identifier: MIT
#include "wire/writer.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

std::string written(const Value& value) {
  std::string out;
  write_json(value, out);
  return out;
}

TEST_CASE("Words, strings and containers have QEMU's spacing", "[wire]") {
  CHECK(written(nullptr) == "null");
  CHECK(written(true) == "true");
  CHECK(written(false) == "false");
  CHECK(written("caf\xC3\xA9/\"") == R"("caf\u00E9/\"")");
  CHECK(written(Value::object()) == "{}");
  CHECK(written(Value::array()) == "[]");
  CHECK(written(Value::array({1, Value::array({2}), "x"})) == R"([1, [2], "x"])");
  CHECK(written(Value::object({{"b", 1}, {"a", 2}, {"c", Value::object({{"z", 1}, {"y", 2}})}})) ==
        R"({"a": 2, "b": 1, "c": {"y": 2, "z": 1}})");
}

TEST_CASE("Names are escaped like strings", "[wire]") {
  CHECK(written(Value::object({{std::string("\0\"", 2), 1}})) == R"({"\u0000\"": 1})");
}

TEST_CASE("Integers are exact", "[wire]") {
  CHECK(written(0) == "0");
  CHECK(written(INT64_MIN) == "-9223372036854775808");
  CHECK(written(INT64_MAX) == "9223372036854775807");
  CHECK(written(UINT64_MAX) == "18446744073709551615");
}

TEST_CASE("Doubles have up to 17 significant digits, as QEMU prints them", "[wire]") {
  CHECK(written(1.0) == "1");
  CHECK(written(0.1) == "0.10000000000000001");
  CHECK(written(-0.0) == "-0");
  CHECK(written(18446744073709551616.0) == "1.8446744073709552e+19");
  CHECK(written(1e40) == "1e+40");
  CHECK(written(0.0025) == "0.0025000000000000001");
  CHECK(written(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(written(9007199254740993.0) == "9007199254740992");
  CHECK(written(5e-324) == "4.9406564584124654e-324");
}

TEST_CASE("Infinity goes out as a number that is too large, NaN as null", "[wire]") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(written(infinity) == "1e+400");
  CHECK(written(-infinity) == "-1e+400");
  CHECK(written(std::nan("")) == "null");
}

}  // namespace
}  // namespace qmpev
