// SPDX-License-Identifier: MIT
#include "cli/trigger_reply.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("the command's arguments are what was written", "[cli]") {
  CHECK(trigger_arguments({}).empty());
  TriggerOptions options;
  options.device = "pvpanic";
  CHECK(trigger_arguments(options) == R"({"device": "pvpanic"})");
  options.action = "write";
  options.arguments = {{"value", "0x1"}, {"x", "\"\n"}};
  CHECK(trigger_arguments(options) ==
        R"({"device": "pvpanic", "action": "write", "arguments": {"x": "\"\n", "value": "0x1"}})");
}

TEST_CASE("a reply says what was done and what is held back", "[cli]") {
  const auto reply =
      read_trigger_reply(R"({"return": {"cause": "guest did \"it\"\u001b", "delayed": ["STOP", 1]}})");
  REQUIRE(reply);
  CHECK(reply.value().cause == "guest did \"it\"?");
  CHECK(reply.value().delayed == std::vector<std::string>{"STOP"});
  CHECK(read_trigger_reply(R"({"return": {"cause": "x"}})").value().delayed.empty());
}

TEST_CASE("refusals are told apart", "[cli]") {
  const auto code = [](std::string_view line) { return read_trigger_reply(line).error().code; };
  const auto refused =
      read_trigger_reply(R"({"error": {"class": "GenericError", "desc": "no such\u0007 lamp"}})");
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK(refused.error().sentence == "no such? lamp");
  CHECK(code(R"({"error": {}})") == ErrorCode::invalid_argument);
  const auto unknown = read_trigger_reply(R"({"error": {"class": "CommandNotFound", "desc": "x"}})");
  CHECK(unknown.error().code == ErrorCode::not_found);
  CHECK_THAT(unknown.error().sentence, Catch::Contains("this monitor has no triggers"));
}

TEST_CASE("what is no reply is not understood", "[cli]") {
  for (const char* line : {"", "{", "[]", "1", "{}", R"({"return": {}})", R"({"return": {"cause": 1}})",
                           R"({"return": []})", R"({"retrun": {"cause": "x"}})"}) {
    INFO(line);
    const auto reply = read_trigger_reply(line);
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == ErrorCode::system);
  }
  const std::string deep = "{\"return\": " + std::string(1'000, '[') + std::string(1'000, ']') + "}";
  CHECK_FALSE(read_trigger_list(deep));
}

TEST_CASE("a list is read as far as it is one", "[cli]") {
  const auto list = read_trigger_list(R"({"return": [
      {"name": "lamp", "doc": "a lamp", "state": "dark", "example": "lamp on", "actions": [
        {"name": "on", "doc": "goes on", "actor": "guest", "arguments": [
          {"name": "level", "doc": "how far", "standard": "5", "words": ["5", "6"]}]}]},
      7]})");
  REQUIRE(list);
  REQUIRE(list.value().size() == 2);
  const ListedDevice& lamp = list.value()[0];
  CHECK(lamp.name == "lamp");
  CHECK(lamp.doc == "a lamp");
  CHECK(lamp.state == "dark");
  CHECK(lamp.example == "lamp on");
  REQUIRE(lamp.actions.size() == 1);
  CHECK(lamp.actions[0].name == "on");
  CHECK(lamp.actions[0].doc == "goes on");
  CHECK(lamp.actions[0].actor == "guest");
  REQUIRE(lamp.actions[0].arguments.size() == 1);
  CHECK(lamp.actions[0].arguments[0].name == "level");
  CHECK(lamp.actions[0].arguments[0].doc == "how far");
  CHECK(lamp.actions[0].arguments[0].standard == "5");
  CHECK(lamp.actions[0].arguments[0].words.size() == 2);
  CHECK(list.value()[1].name.empty());
  CHECK_FALSE(read_trigger_list(R"({"return": {"cause": "x"}})"));
}
