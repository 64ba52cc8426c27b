// SPDX-License-Identifier: MIT
// The chain from emitter to sessions as the server builds it, on a fake clock and with a loop played by hand:
// it sleeps and is woken by what would wake a real one, and by nothing else. Single thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <qmpev/emitter.hpp>
#include <qmpev/registered_event.hpp>
#include <qmpev/statistics.hpp>

#include "emit/emitter_core.hpp"
#include "monitor/dispatcher.hpp"
#include "monitor/event_log.hpp"
#include "monitor/event_source.hpp"
#include "monitor/monitors.hpp"
#include "simulation/client.hpp"
#include "simulation/journal.hpp"
#include "simulation/threads.hpp"
#include "support/fake_clock.hpp"

namespace qmpev::simulation {

struct ChainSettings {
  std::size_t ring_bytes = kMinRingBytes;
  std::size_t log_bytes = kMinLogBytes;
  std::size_t max_unsent_reply_bytes = kMaxUnsentReplyBytes;
  std::array<bool, kWireForms> form_used{true, true};
  std::size_t keys = 1;
};

class Chain final : public EventSource {
 public:
  /// All borrowed.
  Chain(const ChainSettings& settings, Threads& threads, Dice& dice, Verdict& verdict);

  // What the embedder does.
  /// `own`: hears the embedder's own events unasked.
  Client& connect(WireForm form, OnLoss on_loss, bool own);
  void set_rate_limit(std::size_t kind, std::uint32_t interval_ms);
  void discard_delayed();
  void flush();
  void end();
  /// The emitter's call: begins, emits and ends an event, on the thread it is called on. `serial`: where its
  /// number is left as soon as it has one; null: nowhere.
  void emit(Plan plan, std::uint64_t* serial = nullptr);

  // The loop.
  /// Something would wake a loop that waits.
  bool woken() const noexcept;
  /// One round, serving at most `budget` of what is ready. True when no thread was in the loop's way.
  bool dispatch(std::size_t budget);
  /// Until it sleeps and nothing would wake it; false when that never comes.
  bool run();

  // EventSource
  void settle() noexcept override;
  void set_audience(std::size_t sessions) noexcept override;
  void set_registered_audience(std::size_t sessions) noexcept override {
    own_audience_ = sessions;
    core->set_registered_listening(sessions != 0);
  }

  /// The reply that gets its place next is this one.
  struct Placing {
    std::uint64_t client;
    std::uint64_t request;
    std::optional<Wanted> wanted{};
    bool notice = false;
  };
  void place_next(const Placing& placing) { placing_ = placing; }

  Client* find(std::uint64_t number) noexcept;
  Statistics statistics() const;
  /// How many hear events, and of them the embedder's own, as the emitter was told.
  std::size_t audience() const noexcept { return audience_; }
  std::size_t own_audience() const noexcept { return own_audience_; }
  bool asleep() const noexcept { return asleep_; }
  bool ended() const noexcept { return ended_; }
  std::int64_t armed_ns() const noexcept { return armed_ns_; }
  /// Where sessions began to hear since this was asked last.
  std::vector<std::uint64_t> take_entries() { return std::exchange(entries_, {}); }

  test::FakeClock clock;
  std::shared_ptr<EmitterCore> core;
  Emitter emitter;
  std::shared_ptr<const EventShape> own_shape;
  RegisteredEvent own;
  EventLog log;
  Journal journal;
  Dispatcher dispatcher;
  Monitors monitors;
  std::vector<std::unique_ptr<Client>> clients;
  int depth = 0;
  bool ends_inside = false;  ///< the next command that is carried out ends it

 private:
  void place(const Placing& placing);
  void look_for_unlimited(std::size_t kind);
  bool wake_readable() const noexcept;
  void poll(std::size_t budget);

  Threads& threads_;
  Dice& dice_;
  Verdict& verdict_;
  bool many_keys_;
  std::size_t audience_ = 0;
  std::size_t own_audience_ = 0;
  std::uint64_t last_client_ = 0;
  std::optional<Placing> placing_;
  std::size_t entering_ = 0;
  std::vector<std::uint64_t> entries_;
  std::int64_t armed_ns_ = INT64_MAX;
  bool asleep_ = false;
  bool ended_ = false;
};

}  // namespace qmpev::simulation
