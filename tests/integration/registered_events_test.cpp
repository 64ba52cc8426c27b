// SPDX-License-Identifier: MIT
// Events that an embedder registers while its server runs: who is told of them, and who receives them.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/server.hpp>

#include "support/negotiated.hpp"
#include "support/qmp_client.hpp"
#include "support/recording_sink.hpp"
#include "support/served.hpp"

using namespace qmpev;
using test::negotiated;
using test::QmpClient;
using test::Served;

namespace {

using Type = EventMember::Type;

const EventDeclaration kLamp{"X_LAMP", {{"id", Type::text}, {"on", Type::boolean}}};

RegisteredEvent add(Served& served, const EventDeclaration& declaration) {
  auto added = served.run([&declaration](Server& server) { return server.add_event(declaration); });
  INFO((added ? "" : added.error().sentence));
  REQUIRE(added);
  return added.value();
}

std::string ask(QmpClient& client, const std::string& request) {
  REQUIRE(client.send(request));
  const auto reply = client.line();
  REQUIRE(reply);
  return *reply;
}

std::string listen(Served& served, RegisteredEvents registered) {
  ListenerConfig config;
  config.path = served.folder() + "/own";
  config.form = WireForm::qemu;
  config.registered_events = registered;
  REQUIRE(served.run([&config](Server& server) { return server.listen(config); }));
  return config.path;
}

bool shows(QmpClient& client, const std::string& event) {
  return ask(client, "{'execute':'query-qmp-schema'}").find('"' + event + '"') != std::string::npos;
}

bool is_event(const std::optional<std::string>& line, const std::string& name) {
  return line && line->find("\"event\": \"" + name + "\"") != std::string::npos;
}

}  // namespace

TEST_CASE("a registered event goes to who asked for it, and to nobody else", "[integration]") {
  Served served;
  QmpClient plain = negotiated(served.path(WireForm::qemu));
  QmpClient asking = negotiated(served.path(WireForm::document));
  const RegisteredEvent lamp = add(served, kLamp);
  CHECK(ask(asking, "{'execute':'x-qmpev-filter','arguments':{'events':['X_LAMP','STOP']}}") ==
        "{\"return\": {}}");
  lamp.emit({"lamp0", true});
  served.emitter().emit(Stop{});
  const auto line = asking.line();
  CHECK(is_event(line, "X_LAMP"));
  CHECK(line->find(R"("data": {)") != std::string::npos);
  CHECK(line->find(R"("id": "lamp0")") != std::string::npos);
  CHECK(line->find(R"("on": true)") != std::string::npos);
  CHECK(is_event(asking.line(), "STOP"));
  CHECK(is_event(plain.line(), "STOP"));
  const Statistics statistics = served.statistics();
  REQUIRE(statistics.registered_events.size() == 1);
  CHECK(statistics.registered_events[0].name == "X_LAMP");
  CHECK(statistics.registered_events[0].counters.delivered == 1);
  CHECK(test::adds_up(statistics.registered_events[0].counters));
}

TEST_CASE("taking a filter back ends registered events for a client that has to ask", "[integration]") {
  Served served;
  const RegisteredEvent lamp = add(served, kLamp);
  QmpClient client = negotiated(served.path(WireForm::qemu));
  ask(client, "{'execute':'x-qmpev-filter','arguments':{'events':['X_*']}}");
  lamp.emit({"lamp0", true});
  CHECK(is_event(client.line(), "X_LAMP"));
  ask(client, "{'execute':'x-qmpev-filter'}");
  lamp.emit({"lamp0", false});
  served.emitter().emit(Stop{});
  CHECK(is_event(client.line(), "STOP"));
  CHECK(served.statistics().registered_events[0].counters.skipped == 1);
}

TEST_CASE("a listener that says so sends registered events unasked, those added later too", "[integration]") {
  Served served;
  QmpClient client = negotiated(listen(served, RegisteredEvents::always));
  const RegisteredEvent lamp = add(served, kLamp);
  lamp.emit({"lamp0", true});
  CHECK(is_event(client.line(), "X_LAMP"));
  ask(client, "{'execute':'x-qmpev-filter','arguments':{'events':[]}}");
  ask(client, "{'execute':'x-qmpev-filter'}");
  lamp.emit({"lamp0", true});
  CHECK(is_event(client.line(), "X_LAMP"));
}

TEST_CASE("introspection shows a registered event where a client can have it", "[integration]") {
  Served served;
  QmpClient open = negotiated(served.path(WireForm::document));
  QmpClient hidden = negotiated(listen(served, RegisteredEvents::hidden));
  CHECK_FALSE(shows(open, "X_LAMP"));
  const RegisteredEvent lamp = add(served, kLamp);
  CHECK(shows(open, "X_LAMP"));
  CHECK(ask(open, "{'execute':'query-events'}").find("X_LAMP") != std::string::npos);
  CHECK_FALSE(shows(hidden, "X_LAMP"));
  CHECK(ask(hidden, "{'execute':'x-qmpev-filter','arguments':{'events':['X_LAMP']}}")
            .find("expects the name") != std::string::npos);
  lamp.emit({"lamp0", true});
  CHECK(served.statistics().registered_events[0].counters.skipped == 1);
}

TEST_CASE("x-qmpev-statistics tells of registered events", "[integration]") {
  Served served;
  const RegisteredEvent lamp = add(served, kLamp);
  lamp.emit({1, 2});
  QmpClient client = negotiated(served.path(WireForm::qemu));
  ask(client, "{'execute':'x-qmpev-filter','arguments':{'events':['X_LAMP']}}");
  lamp.emit({1, 2});
  const std::string reply = ask(client, "{'execute':'x-qmpev-statistics'}");
  CHECK(reply.find(R"("X_LAMP")") != std::string::npos);
  CHECK(reply.find(R"("invalid": 1)") != std::string::npos);
}

TEST_CASE("a declaration is refused when it is wrong, taken or one too many", "[integration]") {
  Served served;
  const auto refusal = [&served](const EventDeclaration& declaration) {
    auto added = served.run([&declaration](Server& server) { return server.add_event(declaration); });
    REQUIRE_FALSE(added);
    CHECK(added.error().code == ErrorCode::invalid_argument);
    return added.error().sentence;
  };
  CHECK(refusal({"STOP"}).find("named in capitals") != std::string::npos);
  EventDeclaration eager{"X_EAGER"};
  eager.rate_limit_ms = 3'600'001;
  CHECK(refusal(eager).find("at most 3600000") != std::string::npos);
  add(served, kLamp);
  CHECK(refusal(kLamp) == "the event 'X_LAMP' cannot be added: the name is taken");
  for (std::size_t i = 1; i < kMaxRegisteredEvents; ++i) add(served, {"X_A" + std::to_string(i)});
  CHECK(refusal({"X_B"}) == "the event 'X_B' cannot be added: there are 64 already");
}

TEST_CASE("the server's rate limit may be set for a registered event", "[integration]") {
  Served served;
  const RegisteredEvent lamp = add(served, kLamp);
  CHECK(served.run([&lamp](Server& server) { return bool(server.set_rate_limit(lamp.kind(), 1000)); }));
  const auto next = static_cast<EventKind>(static_cast<std::size_t>(lamp.kind()) + 1);
  CHECK_FALSE(served.run([next](Server& server) { return bool(server.set_rate_limit(next, 1000)); }));
}

TEST_CASE("a handle outlives its server and counts", "[integration]") {
  Served served;
  const RegisteredEvent lamp = add(served, kLamp);
  served.end();
  lamp.emit({"lamp0", true});
}
