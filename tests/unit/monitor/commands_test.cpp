// SPDX-License-Identifier: MIT
#include "monitor/commands.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

struct Bench {
  explicit Bench(RunControl run_state = {}, const std::string& name = "") {
    add_server_commands(dispatcher, {name, {10, 0, 2, "p"}}, std::move(run_state));
  }
  std::string run(const std::string& command, const std::string& arguments = "{}") {
    Reader reader;
    reader.push(R"({"execute":")" + command + R"(","arguments":)" + arguments + "}");
    const std::string line = dispatcher.answer(*reader.next(), true).line;
    return line.substr(0, line.size() - 2);
  }
  Dispatcher dispatcher{{10, 0, 2, "p"}};
};

TEST_CASE("version, name and commands are told", "[monitor]") {
  Bench bench({}, "guest-1");
  CHECK(bench.run("query-version") ==
        R"({"return": {"qemu": {"micro": 2, "minor": 0, "major": 10}, "package": "p"}})");
  CHECK(bench.run("query-name") == R"({"return": {"name": "guest-1"}})");
  CHECK(Bench().run("query-name") == R"({"return": {}})");
  CHECK(bench.run("query-commands") ==
        R"({"return": [{"name": "qmp_capabilities"}, {"name": "query-commands"}, {"name": "query-name"}, )"
        R"({"name": "query-version"}]})");
  CHECK(
      bench.dispatcher.greeting() ==
      R"({"QMP": {"version": {"qemu": {"micro": 2, "minor": 0, "major": 10}, "package": "p"}, "capabilities": []}})"
      "\r\n");
}

TEST_CASE("a command of the embedder is not called with an object wider than json-glib can bear",
          "[monitor]") {
  Bench bench;
  std::size_t seen = 0;
  REQUIRE(add_embedder_command(bench.dispatcher,
                               {"take", {{"it", Argument::Type::object}}, [&](JsonObject* arguments) {
                                  seen = json_object_get_size(json_object_get_object_member(arguments, "it"));
                                  return Answer::empty();
                                }}));
  const auto wide = [](std::size_t members) {
    std::string text = R"({"it":{)";
    for (std::size_t i = 0; i < members; ++i) text += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":1";
    return text + "}}";
  };
  CHECK(bench.run("take", wide(1024)) == R"({"return": {}})");
  CHECK(seen == 1024);
  CHECK(
      bench.run("take", wide(1025)) ==
      R"({"error": {"class": "GenericError", "desc": "an object in the arguments has more than 1024 members"}})");
  CHECK(seen == 1024);
}

TEST_CASE("run state commands exist only with their function", "[monitor]") {
  std::string called;
  const auto note = [&](const char* name) {
    return [&called, name] {
      called += name;
      return Answer::empty();
    };
  };
  RunControl run_state;
  run_state.status = [] { return RunStatus{"guest-panicked", false}; };
  run_state.stop = note("stop,");
  run_state.cont = note("cont,");
  run_state.reset = note("reset,");
  run_state.powerdown = note("powerdown,");
  run_state.quit = note("quit,");
  Bench whole(run_state);
  CHECK(whole.run("query-status") == R"({"return": {"status": "guest-panicked", "running": false}})");
  for (const char* name : {"stop", "cont", "system_reset", "system_powerdown", "quit"}) {
    CHECK(whole.run(name) == R"({"return": {}})");
    CHECK(whole.run(name, R"({"x":1})").find("Parameter 'x' is unexpected") != std::string::npos);
    CHECK(whole.run("query-commands").find(name) != std::string::npos);
    CHECK(Bench().run(name) == R"({"error": {"class": "CommandNotFound", "desc": "The command )" +
                                   std::string(name) + R"( has not been found"}})");
  }
  CHECK(called == "stop,cont,reset,powerdown,quit,");
  CHECK(Bench().run("query-status").find("CommandNotFound") != std::string::npos);
}

TEST_CASE("an embedder's command takes and gives json-glib values", "[monitor]") {
  Bench bench;
  REQUIRE(add_embedder_command(
      bench.dispatcher,
      {"join",
       {{"a", Argument::Type::string}, {"list", Argument::Type::array, true}},
       [](JsonObject* arguments) {
         if (!json_object_has_member(arguments, "list")) {
           return Answer::error(ErrorClass::device_not_found, "no list");
         }
         JsonNode* node = json_node_new(JSON_NODE_OBJECT);
         JsonObject* object = json_object_new();
         json_object_set_string_member(object, "a", json_object_get_string_member(arguments, "a"));
         json_object_set_int_member(object, "length",
                                    json_array_get_length(json_object_get_array_member(arguments, "list")));
         json_node_take_object(node, object);
         return Answer::value(node);
       }}));
  CHECK(bench.run("join", R"({"a":"x","list":[1,2]})") == R"({"return": {"length": 2, "a": "x"}})");
  CHECK(bench.run("join", R"({"a":"x"})") == R"({"error": {"class": "DeviceNotFound", "desc": "no list"}})");
  CHECK(bench.run("join", R"({"a":1})").find("expected: string") != std::string::npos);
  CHECK(bench.run("query-commands").find("\"join\"") != std::string::npos);
}

TEST_CASE("an embedder's command without arguments gets an empty object, and an empty answer is {}",
          "[monitor]") {
  Bench bench;
  guint members = 99;
  REQUIRE(add_embedder_command(bench.dispatcher, {"plain", {}, [&](JsonObject* arguments) {
                                                    members = json_object_get_size(arguments);
                                                    return Answer::empty();
                                                  }}));
  CHECK(bench.run("plain") == R"({"return": {}})");
  CHECK(members == 0);
}

TEST_CASE("an embedder's command is refused as any other", "[monitor]") {
  Bench bench;
  CHECK_FALSE(add_embedder_command(bench.dispatcher, {"no-handler", {}, {}}));
  CHECK_FALSE(add_embedder_command(bench.dispatcher,
                                   {"query-name", {}, [](JsonObject*) { return Answer::empty(); }}));
  CHECK_FALSE(
      add_embedder_command(bench.dispatcher, {"no name", {}, [](JsonObject*) { return Answer::empty(); }}));
}

}  // namespace
}  // namespace qmpev
