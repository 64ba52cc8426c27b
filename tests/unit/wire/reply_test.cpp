// SPDX-License-Identifier: MIT
#include "wire/reply.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("The greeting names the version and offers out-of-band execution", "[wire]") {
  CHECK(greeting_line({10, 0, 2, "Debian 1:10.0.2"}) ==
        "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 2, \"minor\": 0, \"major\": 10}, "
        "\"package\": \"Debian 1:10.0.2\"}, \"capabilities\": [\"oob\"]}}\r\n");
}

TEST_CASE("An empty package is this software's name and version", "[wire]") {
  CHECK(greeting_line({}).find("\"package\": \"qmpev 0.") != std::string::npos);
  CHECK(version_value({}).find("package")->as_string().rfind("qmpev ", 0) == 0);
}

TEST_CASE("Success carries the id behind the result, and none when there was none", "[wire]") {
  CHECK(success_line(Value::object(), std::nullopt) == "{\"return\": {}}\r\n");
  CHECK(success_line(Value::object({{"running", true}}), Value("ok")) ==
        "{\"return\": {\"running\": true}, \"id\": \"ok\"}\r\n");
  CHECK(success_line(Value::array(), Value(nullptr)) == "{\"return\": [], \"id\": null}\r\n");
}

TEST_CASE("An error carries the id before the error", "[wire]") {
  CHECK(error_line(ErrorClass::command_not_found, "The command foo has not been found", Value(1)) ==
        "{\"id\": 1, \"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command foo has not been "
        "found\"}}\r\n");
  CHECK(error_line(ErrorClass::generic_error, "stray '\xFF'", std::nullopt) ==
        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"stray '\\uFFFD'\"}}\r\n");
}

TEST_CASE("Every error class has QEMU's word", "[wire]") {
  CHECK(error_class_name(ErrorClass::generic_error) == "GenericError");
  CHECK(error_class_name(ErrorClass::command_not_found) == "CommandNotFound");
  CHECK(error_class_name(ErrorClass::device_not_active) == "DeviceNotActive");
  CHECK(error_class_name(ErrorClass::device_not_found) == "DeviceNotFound");
  CHECK(error_class_name(ErrorClass::kvm_missing_cap) == "KVMMissingCap");
}

}  // namespace
}  // namespace qmpev
