// SPDX-License-Identifier: MIT
// What one event costs the device's thread, beside the least that stamping, serialising and copying it can
// cost. The ring is drained between bursts of at most a quarter of it, outside of the measured time; nothing
// is refused.
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <qmpev/emitter.hpp>

#include "base/clock.hpp"
#include "bench/emitter_rig.hpp"
#include "bench/naive_line.hpp"
#include "bench/row.hpp"
#include "emit/emitter_core.hpp"
#include "event/event_tables.hpp"
#include "wire/encoder.hpp"
#include "wire/event_shape.hpp"

namespace qmpev::bench {
namespace {

constexpr int kBurst = 1'000;  // of three 64-byte cells: less than a quarter of 16,384
constexpr int kBursts = 20;

template <class Emit>
double burst_ns(EmitterRig& rig, const Emit& emit) {
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
double emit_ns(EmitterRig& rig, const Event& event) {
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
double naive_ns(const Event& event) {
  const std::int64_t start = thread_cpu_ns();
  for (int i = 0; i < kBurst; ++i)
    if (naive_line(event).empty()) std::abort();
  return static_cast<double>(thread_cpu_ns() - start) / kBurst;
}

template <class Event>
Row row(const char* what, const Event& event) {
  EmitterRig rig;
  std::vector<char> to(std::size_t{4} << 20);
  Row row = side_by_side(
      {.what = what, .floor_is = "clock + encode + copy inline", .goal = Goal::ratio_at_most, .target = 1.6},
      [&] { return emit_ns(rig, event); }, [&] { return floor_ns(to, event); });
  row.naive = naive_ns(event);
  return row;
}

/// An event of the embedder's own that says what SPICE_CONNECTED says, beside that one.
Row registered_row(const SpiceConnected& event) {
  EventDeclaration declaration{"X_CONNECTED"};
  for (const char* name : {"server-host", "server-port", "client-host", "client-port"})
    declaration.members.push_back({.name = name, .type = EventMember::Type::text, .max_bytes = 128});
  const auto shape = EventShape::build(std::move(declaration));
  EmitterRig of_schema, own;
  own.core->set_registered_listening(true);
  const RegisteredEvent connected(own.core, shape.value(), *own.core->add_event(shape.value()));
  const auto emit_own = [&] {
    connected.emit({event.server.host, event.server.port, event.client.host, event.client.port});
  };
  return side_by_side(
      {.what = "emit one registered at run time, four texts",
       .floor_is = "SPICE_CONNECTED, which says the same"},
      [&] { return burst_ns(own, emit_own); }, [&] { return emit_ns(of_schema, event); });
}

Row merged_row() {
  EmitterRig merging, passing;
  merging.core->set_rate_limit(EventKind::balloon_change, kMaxRateLimitMs);
  merging.emitter.emit(BalloonChange{1});
  merging.core->settle(merging.sink);
  const BalloonChange event{944766976};
  if (!merging.core->try_sleep()) std::abort();
  for (int i = 0; i < kBurst; ++i) merging.emitter.emit(event);
  if (merging.wakeups() != 0) std::abort();  // a loop that sleeps is not woken for what is merged
  merging.core->awake();
  Row row = side_by_side(
      {.what = "emit BALLOON_CHANGE merged by its rate limit",
       .floor_is = "the same event passed on, no limit",
       .goal = Goal::ratio_at_most,
       .target = 1.0},
      [&] { return emit_ns(merging, event); }, [&] { return emit_ns(passing, event); });
  return row;
}

Row unheard_row() {
  EmitterRig rig;
  rig.core->set_listening(false);
  const GuestPanicked event{GuestPanicAction::pause, {}};
  std::atomic<std::uint64_t> counter{0};
  return side_by_side(
      {.what = "emit GUEST_PANICKED, nobody to hear",
       .floor_is = "one atomic increment",
       .goal = Goal::at_most,
       .target = 10},
      [&] { return emit_ns(rig, event); },
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
          row("emit SPICE_INITIALIZED", initialized),
          registered_row(SpiceConnected{end, end}),
          merged_row(),
          unheard_row()};
}

}  // namespace qmpev::bench
