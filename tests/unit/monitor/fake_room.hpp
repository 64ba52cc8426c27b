// SPDX-License-Identifier: MIT
// The monitor room with everything outside it played by the test: events come from a list, clients are fakes,
// and turn() is one round of the loop. Single thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "monitor/commands.hpp"
#include "monitor/dispatcher.hpp"
#include "monitor/event_log.hpp"
#include "monitor/event_source.hpp"
#include "monitor/monitors.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_stream.hpp"

namespace qmpev::test {

inline const char* const kNegotiate = R"({"execute":"qmp_capabilities"})";
inline const char* const kNegotiated = R"({"return": {}})";
inline const char* const kGreeting =
    R"({"QMP": {"version": {"qemu": {"micro": 3, "minor": 2, "major": 1}, "package": "test"}, "capabilities": ["oob"]}})";

using Lines = std::vector<std::string>;

inline std::string joined(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

inline std::string event_line(const std::string& name) {
  return "{\"event\": \"d" + name + "\"}";
}

class FakeRoom final : public EventSource {
 public:
  explicit FakeRoom(std::size_t log_bytes = kMinLogBytes,
                    std::size_t max_unsent_reply_bytes = kMaxUnsentReplyBytes, RunControl run_state = {},
                    LogCallback log_callback = {})
      : log(log_bytes),
        dispatcher(version()),
        monitors(log, dispatcher, *this, std::move(log_callback), max_unsent_reply_bytes, clock) {
    log.use(WireForm::document);
    log.use(WireForm::qemu);
    add_server_commands(dispatcher, {"guest", version()}, std::move(run_state));
    add_resume_commands(dispatcher, log, kEpoch);
    add("mute", [](const Value&) -> CommandResult { return Value::object(); });
  }

  static constexpr const char* kEpoch = "000102030405060708090a0b0c0d0e0f";
  static Version version() { return {1, 2, 3, "test"}; }

  void add(const std::string& name, Dispatcher::Handler handler) {
    REQUIRE(dispatcher.add(name, {}, std::move(handler)));
  }

  /// An event between the threads: it is published when somebody settles.
  void emit(std::string name) { emitted.push_back(std::move(name)); }
  void emit_many(std::size_t count, std::size_t line_bytes) {
    for (std::size_t i = 0; i < count; ++i) emit(event_of(line_bytes));
  }
  /// A distinct name that makes a line of `bytes` in the document form (and in the other).
  std::string event_of(std::size_t bytes) {
    std::string name = std::to_string(++names_);
    const std::size_t frame = line_of("", "d").size();
    if (name.size() + frame < bytes) name += std::string(bytes - frame - name.size(), '.');
    return name;
  }
  /// Names that event_of() gives are of two kinds.
  static EventKind kind_of(const std::string& name) {
    const bool even = !name.empty() && std::string_view("02468").find(name[0]) != std::string_view::npos;
    return even ? EventKind::resume : EventKind::stop;
  }
  static std::string line_of(const std::string& name, const char* form) {
    std::string line = "{\"event\": \"";
    line.reserve(name.size() + 32);
    return line.append(form).append(name).append("\"}\r\n");
  }

  void settle() noexcept override {
    for (const std::string& name : std::exchange(emitted, {})) {
      const std::string document = line_of(name, "d");
      const std::string qemu = line_of(name, "q");
      log.publish({kind_of(name), {document, qemu}});
      published += document;
    }
  }
  void set_audience(std::size_t sessions) noexcept override { audience = sessions; }
  void set_registered_audience(std::size_t sessions) noexcept override { registered_audience = sessions; }

  FakeClient& connect(WireForm form = WireForm::document) {
    clients.push_back(std::make_shared<FakeClient>());
    return open(clients.back(), form);
  }
  /// For a client that is to behave badly from the first byte on.
  FakeClient& open(const std::shared_ptr<FakeClient>& client, WireForm form = WireForm::document,
                   std::uint32_t negotiation_timeout_ms = 0) {
    if (clients.empty() || clients.back() != client) clients.push_back(client);
    monitors.open(std::make_unique<FakeStream>(client),
                  {.name = "unix:test",
                   .form = form,
                   .on_loss = on_loss,
                   .negotiation_timeout_ms = negotiation_timeout_ms},
                  Seat());
    return *client;
  }
  /// Connects, negotiates, and forgets what was received meanwhile.
  FakeClient& connect_negotiated(WireForm form = WireForm::document) {
    FakeClient& client = connect(form);
    client.send(kNegotiate);
    run();
    REQUIRE(client.lines() == std::vector<std::string>{kGreeting, kNegotiated});
    client.received.clear();
    client.writes.clear();
    return client;
  }

  /// One dispatch. True when there is more to do.
  bool turn() {
    const auto present = clients;
    for (const auto& client : present) client->poll();
    monitors.end_silent();
    monitors.deliver();
    settle();
    const bool put_off = monitors.pump();
    monitors.reap();
    CHECK(monitors.balanced());
    CHECK(deliveries_add_up());
    return put_off ||
           std::any_of(clients.begin(), clients.end(), [](const auto& client) { return client->is_due(); });
  }
  /// Until nothing is due any more.
  void run(int max_turns = 100'000) {
    while (turn()) REQUIRE(--max_turns > 0);
  }

  /// By kind as in all.
  bool deliveries_add_up() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t delivered : log.delivered()) sum += delivered;
    return sum == statistics().sessions.delivered;
  }

  Statistics statistics() const {
    Statistics statistics;
    monitors.fill(statistics);
    return statistics;
  }

  std::vector<std::string> emitted;
  std::string published;  ///< everything, in the document form
  std::size_t audience = 0;
  std::size_t registered_audience = 0;
  OnLoss on_loss = OnLoss::stay;  ///< of clients that come from now on
  std::vector<std::shared_ptr<FakeClient>> clients;
  FakeClock clock;
  EventLog log;
  Dispatcher dispatcher;
  Monitors monitors;

 private:
  std::uint64_t names_ = 0;
};

}  // namespace qmpev::test
