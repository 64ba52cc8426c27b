// SPDX-License-Identifier: MIT
#include "monitor/dispatcher.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "wire/qapi_name.hpp"

namespace qmpev {
namespace {

Dispatcher::Handler returning(Value value) {
  return [value](const Value&) -> CommandResult { return value; };
}

/// The line that answers `input`, without its CR LF.
std::string answer(const Dispatcher& dispatcher, const std::string& input, bool negotiated = true,
                   Effect* effect = nullptr) {
  Reader reader;
  reader.push(input);
  auto item = reader.next();
  REQUIRE(item);
  Dispatcher::Reply reply = dispatcher.answer(std::move(*item), {negotiated});
  if (effect != nullptr) *effect = reply.effect;
  REQUIRE(reply.line.substr(reply.line.size() - 2) == "\r\n");
  return reply.line.substr(0, reply.line.size() - 2);
}

std::string error(const std::string& error_class, const std::string& description) {
  return R"({"error": {"class": ")" + error_class + R"(", "desc": ")" + description + R"("}})";
}

std::vector<std::string> names(const Dispatcher& dispatcher, ListenerRole role) {
  std::vector<std::string> names;
  for (const QapiCommand& command : dispatcher.commands({.role = role})) names.emplace_back(command.name);
  return names;
}

TEST_CASE("checks come in QEMU's order: shape, negotiation, name, arguments", "[monitor]") {
  Dispatcher dispatcher({});
  REQUIRE(dispatcher.add("twice", {{"n", Argument::Type::integer}}, returning(2)));
  const auto expecting =
      error("CommandNotFound", "Expecting capabilities negotiation with 'qmp_capabilities'");

  CHECK(answer(dispatcher, "[]") == error("GenericError", "QMP input must be a JSON object"));
  CHECK(answer(dispatcher, R"({"execute":"foo","arguments":[]})") ==
        error("GenericError", "QMP input member 'arguments' must be an object"));
  CHECK(answer(dispatcher, R"({"execute":"foo","arguments":[]})", false) ==
        error("GenericError", "QMP input member 'arguments' must be an object"));
  CHECK(answer(dispatcher, R"({"execute":"twice"})", false) == expecting);
  CHECK(answer(dispatcher, R"({"execute":"foo"})", false) == expecting);
  CHECK(answer(dispatcher, R"({"execute":"foo"})") ==
        error("CommandNotFound", "The command foo has not been found"));
  CHECK(answer(dispatcher, R"({"execute":"twice"})") == error("GenericError", "Parameter 'n' is missing"));
  CHECK(answer(dispatcher, R"({"execute":"twice","arguments":{"n":"1"}})") ==
        error("GenericError", "Invalid parameter type for 'n', expected: integer"));
  CHECK(answer(dispatcher, R"({"execute":"twice","arguments":{"n":1},"id":[1]})") ==
        R"({"return": 2, "id": [1]})");
}

TEST_CASE("a handler gets its arguments, and its error goes out in its words", "[monitor]") {
  Dispatcher dispatcher({});
  REQUIRE(dispatcher.add("sum", {{"a", Argument::Type::integer}, {"b", Argument::Type::integer, true}},
                         [](const Value& arguments) -> CommandResult {
                           const Value* b = arguments.find("b");
                           if (b == nullptr) return CommandError{ErrorClass::device_not_active, "no b"};
                           return arguments.find("a")->as_int64() + b->as_int64();
                         }));
  CHECK(answer(dispatcher, R"({"execute":"sum","arguments":{"a":1,"b":2}})") == R"({"return": 3})");
  CHECK(answer(dispatcher, R"({"execute":"sum","arguments":{"a":1},"id":5})") ==
        R"({"id": 5, "error": {"class": "DeviceNotActive", "desc": "no b"}})");
}

TEST_CASE("an effect comes with success only", "[monitor]") {
  Dispatcher dispatcher({});
  bool good = true;
  REQUIRE(dispatcher.add(
      "quit", {},
      [&](const Value&) -> CommandResult {
        if (good) return Value::object();
        return CommandError{ErrorClass::generic_error, "no"};
      },
      Effect::input_over));
  REQUIRE(dispatcher.add("plain", {}, returning(1)));
  Effect effect = Effect::negotiated;
  answer(dispatcher, R"({"execute":"plain"})", true, &effect);
  CHECK(effect == Effect::none);
  answer(dispatcher, R"({"execute":"quit"})", true, &effect);
  CHECK(effect == Effect::input_over);
  good = false;
  answer(dispatcher, R"({"execute":"quit"})", true, &effect);
  CHECK(effect == Effect::none);
  answer(dispatcher, R"({"execute":"qmp_capabilities"})", false, &effect);
  CHECK(effect == Effect::negotiated);
  answer(dispatcher, R"({"execute":"qmp_capabilities"})", true, &effect);
  CHECK(effect == Effect::none);
}

TEST_CASE("out of band runs what allows it, for who has enabled it", "[monitor]") {
  Dispatcher dispatcher({});
  REQUIRE(dispatcher.add("plain", {}, returning(1)));
  REQUIRE(dispatcher.add(
      "quick", {.arguments = {{"n", Argument::Type::integer}}, .handler = returning(2), .allow_oob = true}));
  const auto ask = [&](const std::string& input, bool oob = true) {
    Reader reader;
    reader.push(input);
    return dispatcher.answer(*reader.next(), {.negotiated = true, .oob = oob}).line;
  };
  CHECK(ask(R"({"exec-oob":"quick","arguments":{"n":1}})") == "{\"return\": 2}\r\n");
  CHECK(ask(R"({"execute":"quick","arguments":{"n":1}})") == "{\"return\": 2}\r\n");
  CHECK(ask(R"({"exec-oob":"quick"})") == error("GenericError", "Parameter 'n' is missing") + "\r\n");
  CHECK(ask(R"({"exec-oob":"plain","arguments":{"x":1}})") ==
        error("GenericError", "The command plain does not support OOB") + "\r\n");
  CHECK(ask(R"({"exec-oob":"qmp_capabilities"})") ==
        error("GenericError", "The command qmp_capabilities does not support OOB") + "\r\n");
  CHECK(ask(R"({"exec-oob":"missing"})") ==
        error("CommandNotFound", "The command missing has not been found") + "\r\n");
  CHECK(ask(R"({"exec-oob":"quick"})", false) ==
        error("GenericError", "QMP input member 'exec-oob' is unexpected") + "\r\n");
}

TEST_CASE("negotiation says what it enables", "[monitor]") {
  Dispatcher dispatcher({});
  const auto negotiate = [&](const std::string& capabilities) {
    Reader reader;
    reader.push(R"({"execute":"qmp_capabilities","arguments":{"enable":[)" + capabilities + "]}}");
    return dispatcher.answer(*reader.next(), {});
  };
  CHECK(negotiate(R"("oob")").oob);
  CHECK(negotiate(R"("oob")").effect == Effect::negotiated);
  CHECK_FALSE(negotiate("").oob);
  CHECK_FALSE(negotiate(R"("oob","x")").oob);
}

TEST_CASE("what answers later is not allowed out of band", "[monitor]") {
  Dispatcher dispatcher({});
  CHECK_FALSE(dispatcher.add("late", {.later = [](const Value&, Call) {}, .allow_oob = true}));
}

TEST_CASE("a command that QEMU has out of band may answer later, in band", "[monitor]") {
  Dispatcher dispatcher({});
  REQUIRE(dispatcher.add("query-yank", {.later = [](const Value&, Call) {}}));
  CHECK_FALSE(dispatcher.commands({.negotiated = true}).back().allow_oob);
  Reader reader;
  reader.push(R"({"exec-oob":"query-yank"})");
  CHECK(dispatcher.answer(*reader.next(), {.negotiated = true, .oob = true}).line ==
        error("GenericError", "The command query-yank does not support OOB") + "\r\n");
}

TEST_CASE("a parse error is answered without an id", "[monitor]") {
  CHECK(answer(Dispatcher({}), R"({"id":1,"execute":})") ==
        error("GenericError", "JSON parse error, expecting value"));
}

TEST_CASE("command names are QAPI's", "[monitor]") {
  Dispatcher dispatcher({});
  const std::string longest(kMaxQapiNameBytes, 'a');
  for (const std::string& good : std::vector<std::string>{"a", "Z9", "query-x_y", "x-thing", "system_reset",
                                                          "__com.example_do-it", longest}) {
    INFO(good);
    CHECK(dispatcher.add(good, {}, returning(1)));
  }
  for (const std::string& bad :
       std::vector<std::string>{"", "9a", "-a", "_a", "a b", "a.b", "a\"", "\xC3\xA9", "__", "__x", "___a",
                                "__x_", "__x_9", "__a b_c", longest + "b", std::string("a\0b", 3)}) {
    INFO(bad);
    const auto added = dispatcher.add(bad, {}, returning(1));
    REQUIRE_FALSE(added);
    CHECK(added.error().code == ErrorCode::invalid_argument);
  }
}

TEST_CASE("a name taken, a handler missing, an argument without or with a double name is refused",
          "[monitor]") {
  Dispatcher dispatcher({});
  REQUIRE(dispatcher.add("one", {}, returning(1)));
  const auto sentence = [](const Result<void>& result) { return result ? "" : result.error().sentence; };
  CHECK(sentence(dispatcher.add("one", {}, returning(2))).find("taken") != std::string::npos);
  CHECK(sentence(dispatcher.add("qmp_capabilities", {}, returning(2))).find("taken") != std::string::npos);
  CHECK(sentence(dispatcher.add("two", {}, {})).find("no handler") != std::string::npos);
  const Argument a{"a", Argument::Type::any};
  CHECK(sentence(dispatcher.add("two", {a, a}, returning(2))).find("twice") != std::string::npos);
  CHECK(sentence(dispatcher.add("two", {{"", Argument::Type::any}}, returning(2))).find("no name") !=
        std::string::npos);
  CHECK(answer(dispatcher, R"({"execute":"one"})") == R"({"return": 1})");
  CHECK(names(dispatcher, ListenerRole::full) == std::vector<std::string>{"one", "qmp_capabilities"});
}

TEST_CASE("a command has exactly one handler", "[monitor]") {
  Dispatcher dispatcher({});
  const auto later = [](const Value&, Call) {};
  const auto none = dispatcher.add("none", Dispatcher::Entry{});
  const auto both = dispatcher.add("both", {.handler = returning(1), .later = later});
  REQUIRE_FALSE((none || both));
  CHECK(none.error().sentence.find("no handler") != std::string::npos);
  CHECK(both.error().sentence.find("at once and later") != std::string::npos);
  CHECK(dispatcher.add("late", {.later = later}));
}

TEST_CASE("a call begins with its checks done, and its line comes when it is answered", "[monitor]") {
  Dispatcher dispatcher({});
  std::vector<Call> calls;
  REQUIRE(
      dispatcher.add("late", {.arguments = {{"n", Argument::Type::integer}},
                              .later = [&](const Value&, Call call) { calls.push_back(std::move(call)); }}));
  CHECK(answer(dispatcher, R"({"execute":"late"})") == error("GenericError", "Parameter 'n' is missing"));
  CHECK(calls.empty());
  Reader reader;
  reader.push(R"({"execute":"late","arguments":{"n":1},"id":"x"})");
  const Dispatcher::Reply reply = dispatcher.answer(*reader.next(), {true});
  CHECK(reply.line.empty());
  REQUIRE(reply.call);
  REQUIRE(calls.size() == 1);
  CHECK_FALSE(reply.call->take());
  calls.front().answer(Answer::empty());
  CHECK(reply.call->take() == "{\"return\": {}, \"id\": \"x\"}\r\n");
}

TEST_CASE("who may only listen finds no other command", "[monitor]") {
  Dispatcher dispatcher({});
  REQUIRE(dispatcher.add("change", {}, returning(1)));
  REQUIRE(dispatcher.add("change-late", {.later = [](const Value&, Call) { FAIL("it ran"); }}));
  REQUIRE(dispatcher.add("ask", {.handler = returning(2), .events_only = true}));
  const auto ask = [&](const std::string& command) {
    Reader reader;
    reader.push("{\"execute\":\"" + command + "\",\"arguments\":{\"x\":1}}");
    return dispatcher.answer(*reader.next(), {true, ListenerRole::events_only}).line;
  };
  for (const std::string name : {"change", "change-late"}) {
    CHECK(ask(name) ==
          error("CommandNotFound",
                "The command " + name + " is not available on this monitor, which is for events only") +
              "\r\n");
  }
  CHECK(ask("missing") == error("CommandNotFound", "The command missing has not been found") + "\r\n");
  CHECK(ask("ask") == error("GenericError", "Parameter 'x' is unexpected") + "\r\n");
  CHECK(names(dispatcher, ListenerRole::events_only) == std::vector<std::string>{"ask", "qmp_capabilities"});
  CHECK(names(dispatcher, ListenerRole::full) ==
        std::vector<std::string>{"ask", "change", "change-late", "qmp_capabilities"});
}

TEST_CASE("before the machine is built there is only what needs none", "[monitor]") {
  Dispatcher dispatcher({});
  bool preconfig = true;
  dispatcher.set_preconfig([&] { return preconfig; });
  REQUIRE(dispatcher.add("later", {{"n", Argument::Type::integer}}, returning(1)));
  REQUIRE(dispatcher.add("early", {.handler = returning(2), .allow_preconfig = true}));
  const std::string refused = error(
      "GenericError", "The command 'later' is permitted only after machine initialization has completed");
  CHECK(answer(dispatcher, R"({"execute":"later"})") == refused);  // not that an argument is missing
  CHECK(answer(dispatcher, R"({"execute":"early"})") == R"({"return": 2})");
  CHECK(answer(dispatcher, R"({"execute":"none"})") ==
        error("CommandNotFound", "The command none has not been found"));
  preconfig = false;
  CHECK(answer(dispatcher, R"({"execute":"later","arguments":{"n":1}})") == R"({"return": 1})");
}

TEST_CASE("a command of QEMU's schema takes what that says, unless it lists its own", "[monitor]") {
  Dispatcher dispatcher({});
  REQUIRE(dispatcher.add("balloon", {}, returning(1)));
  REQUIRE(dispatcher.add("device_del", {{"mine", Argument::Type::boolean}}, returning(2)));
  REQUIRE(dispatcher.add("query-yank", {}, returning(3)));
  CHECK(answer(dispatcher, R"({"execute":"balloon"})") ==
        error("GenericError", "Parameter 'value' is missing"));
  CHECK(answer(dispatcher, R"({"execute":"device_del","arguments":{"mine":true}})") == R"({"return": 2})");
  for (const QapiCommand& command : dispatcher.commands({})) {
    const bool own = command.name == "device_del";
    INFO(command.name);
    CHECK((command.arguments == find_qapi_command(command.name)->arguments) == !own);
    CHECK(command.returns == find_qapi_command(command.name)->returns);
    CHECK(command.allow_oob == (command.name == "query-yank"));
  }
}

TEST_CASE("a command may be for one wire form alone", "[monitor]") {
  Dispatcher dispatcher({});
  REQUIRE(dispatcher.add("old", {.handler = returning(1), .only_form = WireForm::document}));
  const auto ask = [&](WireForm form) {
    Reader reader;
    reader.push(R"({"execute":"old"})");
    return dispatcher.answer(*reader.next(), {.negotiated = true, .form = form}).line;
  };
  CHECK(ask(WireForm::document) == "{\"return\": 1}\r\n");
  CHECK(ask(WireForm::qemu) == error("CommandNotFound", "The command old has not been found") + "\r\n");
  CHECK(dispatcher.commands({.form = WireForm::qemu}).size() == 1);
  CHECK(dispatcher.commands({.form = WireForm::document}).size() == 2);
}

TEST_CASE("a handler may add commands", "[monitor]") {
  Dispatcher dispatcher({});
  REQUIRE(dispatcher.add("grow", {}, [&](const Value&) -> CommandResult {
    for (int i = 0; i < 100; ++i) REQUIRE(dispatcher.add("new" + std::to_string(i), {}, returning(i)));
    return dispatcher.commands({}).size();
  }));
  CHECK(answer(dispatcher, R"({"execute":"grow"})") == R"({"return": 102})");
  CHECK(answer(dispatcher, R"({"execute":"new7"})") == R"({"return": 7})");
}

}  // namespace
}  // namespace qmpev
