// SPDX-License-Identifier: MIT
#include "hypervisor/spice_triggers.hpp"

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

struct Rig {
  explicit Rig(SpiceOption::Kind kind = SpiceOption::Kind::synthetic)
      : machine(recorder.emitter, {}, config(kind)), table{spice_triggers({machine, guest})} {}
  static HypervisorConfig config(SpiceOption::Kind kind) {
    HypervisorConfig config;
    config.spice.kind = kind;
    config.spice.draw_connection_id = [] { return -7; };
    return config;
  }

  Result<std::string> act(const std::string& action, std::map<std::string, std::string> arguments = {}) {
    const auto trigger = find_trigger(table, {"spice", action, std::move(arguments)});
    REQUIRE(trigger);
    CHECK(trigger.value().action->actor == Actor::viewer);
    return trigger.value().action->act(trigger.value().values);
  }
  std::string done(const std::string& action, std::map<std::string, std::string> arguments = {}) {
    return act(action, std::move(arguments)).value();
  }
  std::string refusal(const std::string& action, std::map<std::string, std::string> arguments = {}) {
    return act(action, std::move(arguments)).error().sentence;
  }
  std::string state() { return table.front().state(); }
  std::vector<std::string> lines() {
    auto all = recorder.lines(WireForm::qemu);
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(seen_));
    seen_ += all.size();
    return all;
  }

  test::RecordingEmitter recorder;
  Guest guest{[] { return true; }};
  ReferenceMachine machine;
  std::vector<TriggerDevice> table;

 private:
  std::size_t seen_ = 0;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a synthetic viewer connects, by each kind of socket", "[trigger]") {
  Rig rig;
  CHECK(rig.done("connect") == "opened connection 1 from 127.0.0.1:40000, the main channel of session -7");
  auto lines = rig.lines();
  REQUIRE(lines.size() == 2);
  CHECK(
      has(lines[1], R"("server": {"auth": "spice", "port": "5900", "family": "ipv4", "host": "127.0.0.1"})"));
  CHECK(has(lines[1],
            R"("channel-type": 1, "connection-id": -7, "host": "127.0.0.1", "channel-id": 0, "tls": false)"));
  CHECK(rig.done("connect", {{"channel", "display"}, {"family", "ipv6"}, {"tls", "on"}}) ==
        "opened connection 2 from [::1]:40001, the display channel of session -7");
  lines = rig.lines();
  CHECK(has(lines.at(1), R"("family": "ipv6", "channel-type": 2)"));
  CHECK(has(lines.at(1), R"("tls": true)"));
  rig.done("connect", {{"channel", "record"}, {"family", "unix"}, {"path", "/tmp/viewer"}});
  CHECK(has(rig.lines().at(1), R"("port": "/tmp/viewer", "family": "unix", "channel-type": 6)"));
  rig.done("connect", {{"channel", "inputs"}, {"family", "unix"}});
  CHECK(has(rig.lines().at(1), R"("port": "", "family": "unix", "channel-type": 3)"));
  CHECK(rig.state() == "4 connections, 4 up, session -7");
}

TEST_CASE("a refused viewer was connected and is gone", "[trigger]") {
  Rig rig;
  CHECK(rig.done("connect", {{"password", "wrong"}}) ==
        "opened connection 1 from 127.0.0.1:40000, refused: wrong password");
  CHECK(rig.lines().size() == 2);
  CHECK(has(rig.done("connect", {{"channel", "cursor"}}), "refused: unknown connection id"));
  CHECK(rig.state() == "0 connections, 0 up");
}

TEST_CASE("a viewer's path is taken up to 107 bytes", "[trigger]") {
  Rig rig;
  CHECK(rig.act("connect", {{"family", "unix"}, {"path", std::string(107, 'v')}}));
  CHECK(has(rig.refusal("connect", {{"family", "unix"}, {"path", std::string(108, 'v')}}), "has 108 bytes"));
}

TEST_CASE("a session has all six channels, and a second one kicks it", "[trigger]") {
  Rig rig;
  CHECK(rig.done("session") == "opened session -7 with 6 channels, connections 1 to 6");
  CHECK(rig.lines().size() == 12);
  CHECK(rig.state() == "6 connections, 6 up, session -7");
  rig.done("session");
  CHECK(rig.lines().size() == 18);
  CHECK(rig.machine.spice.channels().size() == 6);
}

TEST_CASE("a viewer closes one connection or all of its own", "[trigger]") {
  Rig rig;
  const auto real = rig.machine.spice.accept({nullptr, 0}, {nullptr, 0});
  rig.done("session");
  CHECK(rig.done("disconnect", {{"connection", "3"}}) == "closed connection 3");
  CHECK(has(rig.refusal("disconnect", {{"connection", "3"}}), "there is no connection 3"));
  CHECK(has(rig.refusal("disconnect", {{"connection", std::to_string(real)}}), "there is no connection 1"));
  CHECK(rig.done("disconnect") == "closed 5 connections");
  CHECK(rig.done("disconnect") == "closed 0 connections");
  CHECK(rig.machine.spice.connections() == std::vector{real});
}

TEST_CASE("a full server and one that is not there say so", "[trigger]") {
  Rig rig;
  while (rig.machine.spice.has_room()) rig.machine.spice.accept({nullptr, 0}, {nullptr, 0});
  CHECK(has(rig.refusal("connect"), "has 64 connections, which is all it takes"));
  CHECK(has(rig.refusal("session"), "has 64 connections"));
  CHECK(has(rig.state(), "2 turned away"));
  Rig without(SpiceOption::Kind::none);
  CHECK(has(without.refusal("connect"), "start it without --spice none"));
  CHECK(without.state() == "no SPICE server");
}
