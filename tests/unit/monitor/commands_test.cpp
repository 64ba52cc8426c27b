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
  std::string run(const std::string& command, const std::string& arguments = "{}",
                  ListenerRole role = ListenerRole::full) {
    Reader reader;
    reader.push(R"({"execute":")" + command + R"(","arguments":)" + arguments + "}");
    const std::string line = dispatcher.answer(*reader.next(), {true, role}).line;
    return line.substr(0, line.size() - 2);
  }
  /// The reply of a command that has answered through its call.
  std::string later(const std::string& request) {
    Reader reader;
    reader.push(request);
    const std::string line = dispatcher.answer(*reader.next(), {true}).call->take().value();
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
  CHECK(
      bench.run("query-commands") ==
      R"({"return": [{"name": "qmp_capabilities"}, {"name": "query-commands"}, {"name": "query-events"}, )"
      R"({"name": "query-name"}, {"name": "query-qmp-schema"}, {"name": "query-version"}, {"name": "x-qmpev-filter"}, {"name": "x-qmpev-gap-notice"}]})");
  CHECK(
      bench.dispatcher.greeting() ==
      R"({"QMP": {"version": {"qemu": {"micro": 2, "minor": 0, "major": 10}, "package": "p"}, "capabilities": ["oob"]}})"
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

TEST_CASE("an embedder's command may answer later", "[monitor]") {
  Bench bench;
  std::string seen;
  REQUIRE(add_embedder_command(bench.dispatcher, {.name = "wait",
                                                  .arguments = {{"a", Argument::Type::object}},
                                                  .later = [&](JsonObject* arguments, Call call) {
                                                    JsonObject* a =
                                                        json_object_get_object_member(arguments, "a");
                                                    seen = json_object_get_string_member(a, "b");
                                                    call.answer(Answer::empty());
                                                  }}));
  CHECK(bench.later(R"({"execute":"wait","arguments":{"a":{"b":"c"}}})") == R"({"return": {}})");
  CHECK(seen == "c");
  seen.clear();
  std::string wide = R"({"execute":"wait","arguments":{"a":{"b":"c")";
  for (int i = 0; i < 1024; ++i) wide += ",\"" + std::to_string(i) + "\":1";
  CHECK(bench.later(wide + "}}}").find("more than 1024 members") != std::string::npos);
  CHECK(seen.empty());
}

TEST_CASE("an embedder's command has exactly one of handler and later", "[monitor]") {
  Bench bench;
  Command command{.name = "c", .later = [](JsonObject*, Call) {}};
  command.handler = [](JsonObject*) { return Answer::empty(); };
  const auto both = add_embedder_command(bench.dispatcher, command);
  REQUIRE_FALSE(both);
  CHECK(both.error().code == ErrorCode::invalid_argument);
  command.later = nullptr;
  CHECK(add_embedder_command(bench.dispatcher, command));
}

TEST_CASE("on a listener for events only there is what asks and nothing that acts", "[monitor]") {
  RunControl run_state;
  run_state.status = [] { return RunStatus{"running", true}; };
  bool acted = false;
  const auto act = [&acted] {
    acted = true;
    return Answer::empty();
  };
  run_state.stop = run_state.cont = run_state.reset = run_state.powerdown = run_state.quit = act;
  Bench bench(run_state);
  const auto embedders = [](JsonObject*) { return Answer::empty(); };
  REQUIRE(add_embedder_command(bench.dispatcher, {"balloon", {}, embedders}));
  REQUIRE(add_embedder_command(bench.dispatcher,
                               {.name = "query-balloon", .handler = embedders, .events_only = true}));
  const ListenerRole role = ListenerRole::events_only;
  CHECK(
      bench.run("query-commands", "{}", role) ==
      R"({"return": [{"name": "qmp_capabilities"}, {"name": "query-balloon"}, {"name": "query-commands"}, {"name": "query-events"}, )"
      R"({"name": "query-name"}, {"name": "query-qmp-schema"}, {"name": "query-status"}, {"name": "query-version"}, {"name": "x-qmpev-filter"}, {"name": "x-qmpev-gap-notice"}]})");
  for (const std::string name : {"stop", "cont", "system_reset", "system_powerdown", "quit", "balloon"}) {
    CHECK(bench.run(name, "{}", role) ==
          R"({"error": {"class": "CommandNotFound", "desc": "The command )" + name +
              R"( is not available on this monitor, which is for events only"}})");
  }
  CHECK_FALSE(acted);
  CHECK(bench.run("query-status", "{}", role) == R"({"return": {"status": "running", "running": true}})");
  CHECK(bench.run("query-balloon", "{}", role) == R"({"return": {}})");
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

TEST_CASE("arguments that are too wide never get to an embedder's command, and are told", "[monitor]") {
  Bench bench;
  int told = 0;
  int run = 0;
  REQUIRE(add_embedder_command(bench.dispatcher,
                               {"take",
                                {{"some", Argument::Type::any}},
                                [&](JsonObject*) {
                                  ++run;
                                  return Answer::empty();
                                }},
                               {3, [&] { ++told; }}));
  const auto with = [&](int members) {
    std::string object;
    for (int i = 0; i < members; ++i) object += (i != 0 ? "," : "") + ("\"m" + std::to_string(i) + "\":0");
    return bench.run("take", R"({"some":{)" + object + "}}");
  };
  CHECK(with(2) == R"({"return": {}})");
  CHECK(with(3) == R"({"return": {}})");
  CHECK(told == 0);
  CHECK(with(4).find("an object in the arguments has more than 3 members") != std::string::npos);
  CHECK(told == 1);
  CHECK(run == 2);
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
