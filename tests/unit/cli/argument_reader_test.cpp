// SPDX-License-Identifier: MIT
#include "cli/argument_reader.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("an option's value stands behind an equals sign or in the next word", "[cli]") {
  ArgumentReader arguments({"--count", "3", "--until=STOP=x", "path"});
  REQUIRE(arguments.next());
  CHECK(arguments.name() == "--count");
  CHECK(arguments.value("3").value() == "3");
  REQUIRE(arguments.next());
  CHECK(arguments.name() == "--until");
  CHECK(arguments.value("STOP").value() == "STOP=x");
  REQUIRE(arguments.next());
  CHECK_FALSE(arguments.is_option());
  CHECK(arguments.name() == "path");
  CHECK_FALSE(arguments.next());
}

TEST_CASE("a missing value is asked for with an example", "[cli]") {
  ArgumentReader arguments({"--count"});
  REQUIRE(arguments.next());
  CHECK(arguments.value("3").error().sentence == "--count needs a value: --count 3");
}

TEST_CASE("an equals sign after an option without a value is refused", "[cli]") {
  ArgumentReader arguments({"--json=yes"});
  REQUIRE(arguments.next());
  bool flag = false;
  CHECK(arguments.take_flag(flag).error().sentence == "--json takes no value: leave out `=yes`");
}

TEST_CASE("QEMU's options are refused with the verb that has them", "[cli]") {
  const std::string option = GENERATE("-qmp", "--qmp", "-mon", "-chardev");
  const Error refusal = unknown_option("watch", option);
  CHECK(refusal.code == ErrorCode::invalid_argument);
  CHECK(refusal.sentence.find(option) == 0);
  CHECK(refusal.sentence.find("qmpev serve has it") != std::string::npos);
}

TEST_CASE("a value may be there or not", "[cli]") {
  ArgumentReader arguments({"-a", "one", "--b=two", "-c", "-d"});
  REQUIRE(arguments.next());
  CHECK(arguments.optional_value() == "one");
  REQUIRE(arguments.next());
  CHECK(arguments.optional_value() == "two");
  REQUIRE(arguments.next());
  CHECK(arguments.optional_value() == std::nullopt);
  REQUIRE(arguments.next());
  CHECK(arguments.name() == "-d");
  CHECK(arguments.optional_value() == std::nullopt);
}

TEST_CASE("what comes can be asked for, what was is over", "[cli]") {
  ArgumentReader arguments({"-a", "-b"});
  CHECK(arguments.comes("-a"));
  REQUIRE(arguments.next());
  CHECK_FALSE(arguments.comes("-a"));
  CHECK(arguments.comes("-b"));
  REQUIRE(arguments.next());
  CHECK_FALSE(arguments.comes("-b"));
}

TEST_CASE("an unknown option points to the help of its verb", "[cli]") {
  CHECK(unknown_option("watch", "--jsno").sentence == "unknown option --jsno: see qmpev watch --help");
  CHECK(unknown_option("", "--jsno").sentence == "unknown option --jsno: see qmpev --help");
}
