// SPDX-License-Identifier: MIT
#include "wire/argument_shape.hpp"

#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "wire/arguments.hpp"

namespace qmpev {
namespace {

TEST_CASE("A shape without arguments is the empty object", "[wire]") {
  CHECK(&ArgumentShape().type() == &qapi::empty);
  CHECK(&ArgumentShape(std::vector<Argument>{}).type() == &qapi::empty);
}

TEST_CASE("A shape outlives the arguments it was built from, and its copies share it", "[wire]") {
  std::optional<std::vector<Argument>> arguments{
      {{"mode", Argument::Type::string, false, {"fast", "slow"}}, {"list", Argument::Type::array, true}}};
  std::optional<ArgumentShape> shape(*arguments);
  arguments.reset();
  const ArgumentShape copy = *shape;
  shape.reset();
  REQUIRE(copy.type().members.size() == 2);
  CHECK(copy.type().members[0].name == "mode");
  CHECK(copy.type().members[0].type->meta == QapiMeta::enumeration);
  CHECK(copy.type().members[1].optional);
  CHECK(check_arguments(copy, Value::object({{"mode", "slow"}})) == std::nullopt);
  CHECK(check_arguments(copy, Value::object({{"mode", "Slow"}})) ==
        "Parameter 'mode' does not accept value 'Slow'");
}

TEST_CASE("Each kind of argument is a type", "[wire]") {
  const auto type = [](Argument::Type kind) { return ArgumentShape({{"x", kind}}).type().members[0].type; };
  CHECK(type(Argument::Type::integer) == &qapi::integer);
  CHECK(type(Argument::Type::string) == &qapi::string);
  CHECK(type(Argument::Type::boolean) == &qapi::boolean);
  CHECK(type(Argument::Type::array) == &qapi::any_array);
  CHECK(type(Argument::Type::object) == &qapi::any_object);
  CHECK(type(Argument::Type::any) == &qapi::any);
}

}  // namespace
}  // namespace qmpev
