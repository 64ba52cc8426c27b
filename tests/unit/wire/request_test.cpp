// SPDX-License-Identifier: MIT
#include "wire/request.hpp"

#include <string>
#include <utility>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

std::string refusal(Value message, bool oob = false) {
  const auto parsed = parse_request(std::move(message), oob);
  const auto* refused = std::get_if<Refusal>(&parsed);
  REQUIRE(refused != nullptr);
  CHECK(refused->error_class == ErrorClass::generic_error);
  return refused->description;
}

TEST_CASE("A command comes with its arguments and id", "[wire]") {
  auto parsed = parse_request(
      Value::object({{"execute", "balloon"}, {"arguments", Value::object({{"value", 1}})}, {"id", "x"}}),
      false);
  const auto& request = std::get<Request>(parsed);
  CHECK(request.command == "balloon");
  CHECK(request.arguments == Value::object({{"value", 1}}));
  CHECK(request.id == Value("x"));
}

TEST_CASE("Without arguments they are an empty object, and without id there is none", "[wire]") {
  auto parsed = parse_request(Value::object({{"execute", ""}}), false);
  const auto& request = std::get<Request>(parsed);
  CHECK(request.command.empty());
  CHECK(request.arguments == Value::object());
  CHECK_FALSE(request.id.has_value());
}

TEST_CASE("An id of null is an id", "[wire]") {
  auto parsed = parse_request(Value::object({{"execute", "foo"}, {"id", nullptr}}), false);
  CHECK(std::get<Request>(parsed).id == Value(nullptr));
}

TEST_CASE("What is no object is refused without an id", "[wire]") {
  CHECK(refusal(Value::array({"id", 1})) == "QMP input must be a JSON object");
  CHECK(refusal("execute") == "QMP input must be a JSON object");
}

TEST_CASE("Each member has its type", "[wire]") {
  CHECK(refusal(Value::object({{"execute", 1}})) == "QMP input member 'execute' must be a string");
  CHECK(refusal(Value::object({{"execute", "foo"}, {"arguments", nullptr}})) ==
        "QMP input member 'arguments' must be an object");
  CHECK(refusal(Value::object({{"arguments", Value::object()}})) == "QMP input lacks member 'execute'");
  CHECK(refusal(Value::object({{"exec-oob", "foo"}, {"id", 1}})) ==
        "QMP input member 'exec-oob' is unexpected");
}

TEST_CASE("exec-oob names a command for who has the capability", "[wire]") {
  const auto parsed = parse_request(Value::object({{"exec-oob", "foo"}, {"id", 1}}), true);
  CHECK(std::get<Request>(parsed).command == "foo");
  CHECK(std::get<Request>(parsed).out_of_band);
  const auto in_band = parse_request(Value::object({{"execute", "foo"}}), true);
  CHECK_FALSE(std::get<Request>(in_band).out_of_band);
  CHECK(refusal(Value::object({{"exec-oob", 1}}), true) == "QMP input member 'exec-oob' must be a string");
  CHECK(refusal(Value::object({{"id", 1}}), true) == "QMP input lacks member 'execute'");
}

TEST_CASE("A command is named once: the later in wire order clashes", "[wire]") {
  const auto both = [](Value execute, Value exec_oob) {
    return refusal(Value::object({{"execute", std::move(execute)}, {"exec-oob", std::move(exec_oob)}}), true);
  };
  CHECK(both("foo", "foo") == "QMP input member 'execute' clashes with 'exec-oob'");
  CHECK(both(5, "foo") == "QMP input member 'execute' must be a string");
  CHECK(both("foo", 5) == "QMP input member 'exec-oob' must be a string");
}

TEST_CASE("Out of band is what has exec-oob and no execute, well-formed or not", "[wire]") {
  CHECK(is_out_of_band(Value::object({{"exec-oob", "foo"}})));
  CHECK(is_out_of_band(Value::object({{"exec-oob", 5}, {"extra", 1}})));
  CHECK_FALSE(is_out_of_band(Value::object({{"exec-oob", "foo"}, {"execute", 1}})));
  CHECK_FALSE(is_out_of_band(Value::object({{"execute", "foo"}})));
  CHECK_FALSE(is_out_of_band(Value::array({"exec-oob"})));
}

TEST_CASE("Of two unexpected members the first in wire order is named", "[wire]") {
  CHECK(refusal(Value::object({{"execute", "foo"}, {"foo", 1}, {"bar", 2}})) ==
        "QMP input member 'bar' is unexpected");
}

TEST_CASE("A refusal keeps the id of its request", "[wire]") {
  const auto parsed = parse_request(Value::object({{"id", Value::array({1})}, {"extra", 1}}), false);
  CHECK(std::get<Refusal>(parsed).id == Value::array({1}));
}

}  // namespace
}  // namespace qmpev
