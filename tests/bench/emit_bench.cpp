// SPDX-License-Identifier: MIT
// What one event costs the device's thread, beside the least that stamping, serialising and copying it can
// cost. The ring is drained between bursts of at most a quarter of it, outside of the measured time; nothing
// is refused.
#include <sys/eventfd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <qmpev/emitter.hpp>

#include "base/clock.hpp"
#include "bench/figures.hpp"
#include "emit/emitter_core.hpp"
#include "event/event_tables.hpp"
#include "wire/encoder.hpp"
#include "wire/event_shape.hpp"

namespace qmpev::bench {
namespace {

constexpr int kBurst = 1'000;  // of three 64-byte cells: less than a quarter of 16,384
constexpr int kBursts = 20;

struct NullSink final : EventSink {
  void publish(const EventLine&) noexcept override {}
  void gap(EventKind, std::uint64_t) noexcept override { refused = true; }
  bool refused = false;
};

struct Rig {
  Rig()
      : core(std::make_shared<EmitterCore>(system_clock(), std::size_t{1} << 20,
                                           UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)))),
        emitter(core) {
    core->set_form_wanted(WireForm::qemu);
    core->set_listening(true);
    core->set_rate_limit(EventKind::balloon_change, 0);
  }
  std::shared_ptr<EmitterCore> core;
  Emitter emitter;
  NullSink sink;
};

template <class Emit>
double burst_ns(Rig& rig, const Emit& emit) {
  std::int64_t spent = 0;
  for (int b = 0; b < kBursts; ++b) {
    const std::int64_t start = thread_cpu_ns();
    for (int i = 0; i < kBurst; ++i) emit();
    spent += thread_cpu_ns() - start;
    rig.core->settle(rig.sink);
  }
  if (rig.sink.refused) std::abort();  // a figure with drops would be a lie
  return static_cast<double>(spent) / (kBurst * kBursts);
}

template <class Event>
double emit_ns(Rig& rig, const Event& event) {
  return burst_ns(rig, [&] { rig.emitter.emit(event); });
}

/// Clock, encoding and copy, inline, one thread, no ring.
template <class Event>
double floor_ns(std::vector<char>& to, const Event& event) {
  std::int64_t spent = 0;
  for (int b = 0; b < kBursts; ++b) {
    std::size_t at = 0;
    const std::int64_t start = thread_cpu_ns();
    for (int i = 0; i < kBurst; ++i) {
      char line[Describe<Event>::max_line_bytes];
      const std::size_t size = encode(WireForm::qemu, system_clock().wall_us(), event, line);
      std::memcpy(to.data() + at, line, size);
      at += size;
    }
    spent += thread_cpu_ns() - start;
  }
  return static_cast<double>(spent) / (kBurst * kBursts);
}

template <class Event>
Row row(const char* what, const Event& event) {
  Rig rig;
  std::vector<char> to(std::size_t{4} << 20);
  return side_by_side(
      what, "clock + encode + copy inline", [&] { return emit_ns(rig, event); },
      [&] { return floor_ns(to, event); });
}

/// An event of the embedder's own that says what SPICE_CONNECTED says, beside that one.
Row registered_row(const SpiceConnected& event) {
  EventDeclaration declaration{"X_CONNECTED"};
  for (const char* name : {"server-host", "server-port", "client-host", "client-port"})
    declaration.members.push_back({.name = name, .type = EventMember::Type::text, .max_bytes = 128});
  const auto shape = EventShape::build(std::move(declaration));
  Rig of_schema, own;
  own.core->set_registered_listening(true);
  const RegisteredEvent connected(own.core, shape.value(), *own.core->add_event(shape.value()));
  const auto emit_own = [&] {
    connected.emit({event.server.host, event.server.port, event.client.host, event.client.port});
  };
  return side_by_side(
      "emit one registered at run time, four texts", "SPICE_CONNECTED, which says the same",
      [&] { return burst_ns(own, emit_own); }, [&] { return emit_ns(of_schema, event); });
}

Row merged_row() {
  Rig merging, passing;
  merging.core->set_rate_limit(EventKind::balloon_change, kMaxRateLimitMs);
  merging.emitter.emit(BalloonChange{1});
  merging.core->settle(merging.sink);
  const BalloonChange event{944766976};
  return side_by_side(
      "emit BALLOON_CHANGE merged by its rate limit", "the same event passed on, no limit",
      [&] { return emit_ns(merging, event); }, [&] { return emit_ns(passing, event); });
}

Row unheard_row() {
  Rig rig;
  rig.core->set_listening(false);
  const GuestPanicked event{GuestPanicAction::pause, {}};
  std::atomic<std::uint64_t> counter{0};
  return side_by_side(
      "emit GUEST_PANICKED, nobody to hear", "one atomic increment", [&] { return emit_ns(rig, event); },
      [&] {
        const std::int64_t start = thread_cpu_ns();
        for (int i = 0; i < kBurst * kBursts; ++i) counter.fetch_add(1, std::memory_order_relaxed);
        return static_cast<double>(thread_cpu_ns() - start) / (kBurst * kBursts);
      });
}

}  // namespace

std::vector<Row> emit_rows() {
  const SpiceBasicInfo end{"127.0.0.1", "5920", NetworkAddressFamily::ipv4};
  SpiceInitialized initialized{};
  initialized.server = {"127.0.0.1", "5920", NetworkAddressFamily::ipv4, "spice"};
  initialized.client = {"127.0.0.1", "52873", NetworkAddressFamily::ipv4, 1804289383, 1, 0, true};
  return {row("emit GUEST_PANICKED", GuestPanicked{GuestPanicAction::pause, {}}),
          row("emit BALLOON_CHANGE, rate limit off", BalloonChange{944766976}),
          row("emit SPICE_CONNECTED", SpiceConnected{end, end}),
          row("emit SPICE_INITIALIZED", initialized),
          registered_row(SpiceConnected{end, end}),
          merged_row(),
          unheard_row()};
}

}  // namespace qmpev::bench
