// SPDX-License-Identifier: MIT
#include "monitor/negotiation.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "wire/arguments.hpp"
#include "wire/qapi_tables.hpp"

namespace qmpev {
namespace {

Value enable(Value::Items items) {
  Value arguments = Value::object();
  arguments.set("enable", Value::array(std::move(items)));
  return arguments;
}

std::string refusal(const Value& arguments, bool negotiated = false) {
  if (const auto mistake = check_arguments(*find_qapi_command(kNegotiationCommand)->arguments, arguments)) {
    return *mistake;  // as the dispatcher does
  }
  const CommandResult result = negotiate(negotiated);
  const CommandError* error = std::get_if<CommandError>(&result);
  if (error == nullptr) return "";
  return (error->error_class == ErrorClass::command_not_found ? "CommandNotFound: " : "") +
         error->description;
}

TEST_CASE("nothing enabled is fine, in every spelling", "[monitor]") {
  CHECK(refusal(Value::object()).empty());
  CHECK(refusal(enable({})).empty());
}

TEST_CASE("the one capability there is may be enabled, also twice", "[monitor]") {
  CHECK_FALSE(enables_oob(Value::object()));
  CHECK_FALSE(enables_oob(enable({})));
  for (const Value& arguments : {enable({"oob"}), enable({"oob", "oob"})}) {
    CHECK(refusal(arguments).empty());
    CHECK(enables_oob(arguments));
  }
}

TEST_CASE("a capability that is not known is refused", "[monitor]") {
  CHECK(refusal(enable({"bad"})) == "Parameter 'null' does not accept value 'bad'");
  CHECK(refusal(enable({"oob", "bad"})) == "Parameter 'null' does not accept value 'bad'");
  CHECK(refusal(enable({"OOB"})) == "Parameter 'null' does not accept value 'OOB'");
}

TEST_CASE("types are checked, of the list and of its items, in order", "[monitor]") {
  CHECK(refusal(Value::object({{"enable", "oob"}})) ==
        "Invalid parameter type for 'enable', expected: array");
  CHECK(refusal(Value::object({{"enable", nullptr}})) ==
        "Invalid parameter type for 'enable', expected: array");
  CHECK(refusal(enable({1})) == "Invalid parameter type for 'enable[0]', expected: string");
  CHECK(refusal(enable({"oob", Value::array()})) ==
        "Invalid parameter type for 'enable[1]', expected: string");
  CHECK(refusal(enable({"bad", 1})) == "Parameter 'null' does not accept value 'bad'");
}

TEST_CASE("a mistake in the list comes before a member that has no business here", "[monitor]") {
  CHECK(refusal(Value::object({{"foo", 1}})) == "Parameter 'foo' is unexpected");
  Value both = enable({1});
  both.set("foo", 1);
  CHECK(refusal(both) == "Invalid parameter type for 'enable[0]', expected: string");
}

TEST_CASE("the second time it is refused, but its arguments are judged first", "[monitor]") {
  CHECK(refusal(Value::object(), true) ==
        "CommandNotFound: Capabilities negotiation is already complete, command ignored");
  CHECK(refusal(enable({"oob"}), true) ==
        "CommandNotFound: Capabilities negotiation is already complete, command ignored");
  CHECK(refusal(enable({"bad"}), true) == "Parameter 'null' does not accept value 'bad'");
}

}  // namespace
}  // namespace qmpev
