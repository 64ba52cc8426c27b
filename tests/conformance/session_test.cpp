// SPDX-License-Identifier: MIT
// Replays what clients said to a real QEMU in whole sessions, and compares every byte that comes back:
// greeting, negotiation, replies, errors, and the events of run state commands in their place. Masked is what
// differs by nature: the time of events.
#include "conformance/protocol_cases.hpp"

#include <map>
#include <memory>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "monitor/commands.hpp"
#include "monitor/monitors.hpp"
#include "support/fake_stream.hpp"

namespace qmpev::test {
namespace {

/// QEMU's machine "none", stopped at the start, as far as the captures use it.
class Machine final : public EventSource {
 public:
  Machine() {
    log_.use(WireForm::qemu);
    RunControl run_state;
    run_state.status = [this] { return RunStatus{running_ ? "running" : "prelaunch", running_}; };
    run_state.stop = [this] { return change(false, "STOP"); };
    run_state.cont = [this] { return change(true, "RESUME"); };
    run_state.reset = [this] {
      return emit(R"("RESET", "data": {"guest": false, "reason": "host-qmp-system-reset"})");
    };
    run_state.quit = [this] {
      return emit(R"("SHUTDOWN", "data": {"guest": false, "reason": "host-qmp-quit"})");
    };
    add_server_commands(dispatcher_, {"", version()}, std::move(run_state));
    add_missing_device("balloon", {{"value", Argument::Type::integer}});
    add_missing_device("query-balloon", {});
  }

  /// What comes back when a client says `input` in pieces of at most `piece` bytes and then no more.
  std::string talk(const std::string& input, std::size_t piece) {
    const auto client = std::make_shared<FakeClient>();
    client->max_read = piece;
    client->max_write = piece == 1 ? 1 : SIZE_MAX;
    client->send(input);
    client->half_close();
    monitors_.open(std::make_unique<FakeStream>(client), {"test", WireForm::qemu}, Seat());
    bool put_off = false;
    do {
      client->poll();
      put_off = monitors_.pump();
      CHECK(monitors_.balanced());
    } while (put_off || client->is_due());
    CHECK(client->closed);
    return client->received;
  }

  void settle() noexcept override {
    for (const std::string& event : std::exchange(emitted_, {})) {
      const std::string line = "{\"timestamp\": T, \"event\": " + event + "}\r\n";
      log_.publish({EventKind::stop, {"", line}});
    }
  }
  void set_audience(std::size_t) noexcept override {}
  void set_registered_audience(std::size_t) noexcept override {}

 private:
  static Version version() { return {10, 0, 2, "Debian 1:10.0.2+ds-2+deb13u1~bpo12+1"}; }

  Answer emit(const std::string& event) {
    emitted_.push_back(event);
    return Answer::empty();
  }
  Answer change(bool running, const std::string& event) {
    if (running_ == running) return Answer::empty();
    running_ = running;
    return emit("\"" + event + "\"");
  }
  void add_missing_device(const std::string& name, std::vector<Argument> arguments) {
    const auto missing = [](const Value&) -> CommandResult {
      return CommandError{ErrorClass::device_not_active, "No balloon device has been activated"};
    };
    REQUIRE(dispatcher_.add(name, std::move(arguments), missing));
  }

  bool running_ = false;
  std::vector<std::string> emitted_;
  EventLog log_{kMinLogBytes};
  Dispatcher dispatcher_{version()};
  Monitors monitors_{log_, dispatcher_, *this, {}, kMaxUnsentReplyBytes};
};

std::string masked(const std::string& output) {
  static const std::regex stamp(R"(\{"seconds": [0-9]+, "microseconds": [0-9]+\})");
  return std::regex_replace(output, stamp, "T");
}

const char* const kNoSuchCommand =
    "uses a command that is not of this library: program_replay_test.py plays it, or says why not";

/// Why a case is not replayed.
const std::map<std::string, std::string>& exempt() {
  static const std::map<std::string, std::string> reasons{
      {"id-float-neg-overflow", "QEMU writes the invalid token -inf"},
      {"arg-size-negative", "QEMU ends in an assertion and answers nothing"},
      {"oob-migrate-pause", kNoSuchCommand},
      {"oob-migrate-pause-inband", kNoSuchCommand},
      {"oob-query-yank", kNoSuchCommand},
      {"oob-yank-bad-arg", kNoSuchCommand},
      {"arg-blockdev-del-missing-node", kNoSuchCommand},
      {"arg-class-devicenotfound", kNoSuchCommand},
      {"arg-class-devicenotfound-2", kNoSuchCommand},
      {"arg-hmp-missing", kNoSuchCommand},
      {"arg-hmp-ok", kNoSuchCommand},
      {"arg-hmp-string-type", kNoSuchCommand},
      {"arg-hmp-unknown", kNoSuchCommand},
      {"arg-list-item-type", kNoSuchCommand},
      {"arg-nested-bool", kNoSuchCommand},
      {"arg-nested-enum", kNoSuchCommand},
      {"arg-nested-enum-type", kNoSuchCommand},
      {"arg-nested-second-item", kNoSuchCommand},
      {"arg-set-action-bad-enum", kNoSuchCommand},
      {"arg-set-action-none", kNoSuchCommand},
      {"arg-size-string", kNoSuchCommand},
      {"arg-two-errors", kNoSuchCommand},
      {"arg-u8-negative", kNoSuchCommand},
      {"arg-union-bad-tag", kNoSuchCommand},
      {"arg-union-extra", kNoSuchCommand},
  };
  return reasons;
}

std::vector<ProtocolCase> replayed_cases() {
  std::vector<ProtocolCase> cases;
  for (ProtocolCase& one : load_protocol_cases()) {
    if (one.mode != "scripted" && exempt().count(one.id) == 0) cases.push_back(std::move(one));
  }
  return cases;
}

TEST_CASE("sessions answer as QEMU does, byte for byte, however the input is cut", "[monitor]") {
  const std::size_t piece = GENERATE(SIZE_MAX, std::size_t{1}, std::size_t{7});
  std::size_t replayed = 0;
  for (const ProtocolCase& one : replayed_cases()) {
    INFO(one.id);
    CHECK(Machine().talk(one.conversations.at(0).input, piece) == masked(one.conversations.at(0).output));
    ++replayed;
  }
  CHECK(replayed == 273 - exempt().size());
}

}  // namespace
}  // namespace qmpev::test
