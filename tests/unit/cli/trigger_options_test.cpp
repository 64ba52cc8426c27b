// SPDX-License-Identifier: MIT
#include "cli/trigger_options.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

TriggerOptions parse(std::vector<std::string> words) {
  auto options = parse_trigger_options(std::move(words));
  INFO((options ? "" : options.error().sentence));
  REQUIRE(options);
  return std::move(options).value();
}

std::string refusal(std::vector<std::string> words) {
  const auto options = parse_trigger_options(std::move(words));
  REQUIRE_FALSE(options);
  CHECK(options.error().code == ErrorCode::invalid_argument);
  return options.error().sentence;
}

}  // namespace

TEST_CASE("nothing lists the triggers of the default socket", "[cli]") {
  const TriggerOptions options = parse({});
  CHECK(options.path.empty());
  CHECK(options.device.empty());
}

TEST_CASE("a first word with a slash, unix: or .sock is the socket", "[cli]") {
  CHECK(parse({"/tmp/vm.sock"}).path == "/tmp/vm.sock");
  CHECK(parse({"vm.sock", "pvpanic"}).path == "vm.sock");
  CHECK(parse({"pvpanic", "vm.sock"}).path.empty());
  CHECK(parse({".sock"}).device == ".sock");
  CHECK(parse({"./vm.sock", "pvpanic"}).path == "./vm.sock");
  const TriggerOptions options = parse({"--json", "unix:vm.sock", "pvpanic"});
  CHECK(options.path == "vm.sock");
  CHECK(options.device == "pvpanic");
  CHECK(options.json);
  CHECK(parse({"tcp:[::1]:4444", "pvpanic"}).path == "tcp:[::1]:4444");
  CHECK(refusal({"unix:"}).find("socket") != std::string::npos);
}

TEST_CASE("device, action and arguments are words behind each other", "[cli]") {
  const TriggerOptions options = parse({"memory", "refuse", "slot=1", "path=/a=b"});
  CHECK(options.path.empty());
  CHECK(options.device == "memory");
  CHECK(options.action == "refuse");
  CHECK(options.arguments == std::map<std::string, std::string>{{"slot", "1"}, {"path", "/a=b"}});
  const TriggerOptions first = parse({"memory", "slot=1"});
  CHECK(first.action.empty());
  CHECK(first.arguments.size() == 1);
}

TEST_CASE("words that cannot be meant are refused", "[cli]") {
  CHECK_THAT(refusal({"slot=1"}), Catch::Contains("name a device before 'slot=1'"));
  CHECK_THAT(refusal({"memory", "=1"}), Catch::Contains("no name"));
  CHECK_THAT(refusal({"memory", "a=1", "a=2"}), Catch::Contains("given twice"));
  CHECK_THAT(refusal({"memory", "refuse", "now"}), Catch::Contains("'now' is one word too many"));
  CHECK_THAT(refusal({"memory", "slot=1", "refuse"}), Catch::Contains("one word too many"));
  CHECK_THAT(refusal({""}), Catch::Contains("one word too many"));
  CHECK_THAT(refusal({"--fast"}), Catch::Contains("qmpev trigger --help"));
  CHECK_THAT(refusal({"--list", "memory", "unplug"}), Catch::Contains("triggers nothing"));
  CHECK_THAT(refusal({"--list", "memory", "slot=1"}), Catch::Contains("triggers nothing"));
  CHECK_THAT(refusal({"--json=1"}), Catch::Contains("takes no value"));
}

TEST_CASE("a device's list is asked for wherever the option stands", "[cli]") {
  CHECK(parse_trigger_options({"memory", "--list"}).value().list);
  CHECK(parse_trigger_options({"--list", "memory"}).value().device == "memory");
  CHECK_FALSE(parse_trigger_options({"memory"}).value().list);
}
