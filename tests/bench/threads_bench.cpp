// SPDX-License-Identifier: MIT
// Four device threads at once, on two processors: left alone, the scheduler may run them one after the other.
// Each emits a burst of a sixteenth of the ring, which is drained when all have come to their ends. The
// bursts of the floor do the same but for the ring: they count in one shared word.
#include <atomic>
#include <barrier>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "bench/emitter_rig.hpp"
#include "bench/placement.hpp"
#include "bench/row.hpp"
#include "event/event_tables.hpp"
#include "wire/encoder.hpp"

namespace qmpev::bench {
namespace {

constexpr int kThreads = 4;
constexpr int kBurst = 5'000;  // of three cells: sixteen of them are less than the ring below has
constexpr std::size_t kRingBytes = std::size_t{16} << 20;
constexpr int kBursts = 10;

/// Has all threads do `work` in step, a burst at a time, with `between` done by one of them when all are
/// through. CPU nanoseconds for each call: a thread that is not running costs the others nothing.
template <class Work, class Between>
double together_ns(const Work& work, const Between& between) {
  std::atomic<std::int64_t> spent{0};
  std::barrier in_step(kThreads, between);
  const auto run = [&](int thread) {
    const OnProcessor place(thread % 2);
    for (int b = 0; b < kBursts; ++b) {
      in_step.arrive_and_wait();
      const std::int64_t start = thread_cpu_ns();
      for (int i = 0; i < kBurst; ++i) work();
      spent.fetch_add(thread_cpu_ns() - start);
    }
    in_step.arrive_and_wait();
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back(run, t);
  for (std::thread& thread : threads) thread.join();
  return static_cast<double>(spent.load()) / (kThreads * kBursts * kBurst);
}

struct Contended {
  Contended() : rig(kRingBytes) {}

  double emit_ns() {
    const double ns =
        together_ns([this] { rig.emitter.emit(event); }, [this]() noexcept { rig.core->settle(rig.sink); });
    if (rig.sink.refused) std::abort();  // a figure with drops would be a lie
    return ns;
  }
  /// What every event needs before it meets another thread's.
  double floor_ns() {
    const auto work = [this] {
      char line[Describe<GuestPanicked>::max_line_bytes];
      thread_local char to[sizeof line];
      const std::size_t size = encode(WireForm::qemu, system_clock().wall_us(), event, line);
      std::memcpy(to, line, size);
      place.fetch_add(size, std::memory_order_relaxed);
    };
    return together_ns(work, []() noexcept {});
  }
  double counter_ns() {
    const auto work = [this] {
      place.fetch_add(static_cast<std::uint64_t>(system_clock().wall_us()) & 1, std::memory_order_relaxed);
    };
    return together_ns(work, []() noexcept {});
  }

  const GuestPanicked event{GuestPanicAction::pause, {}};
  EmitterRig rig;
  alignas(64) std::atomic<std::uint64_t> place{0};
};

double events_a_second(double ns) {
  return 1e9 / ns;
}

/// How long single calls take, the time in which a thread does not run included.
std::vector<double> each_emit_ns(Contended& of) {
  std::vector<std::vector<double>> taken(kThreads);
  std::barrier in_step(kThreads, [&of]() noexcept { of.rig.core->settle(of.rig.sink); });
  const auto run = [&](int thread, std::vector<double>& mine) {
    const OnProcessor place(thread % 2);
    mine.reserve(static_cast<std::size_t>(kBurst * kBursts));
    for (int b = 0; b < kBursts; ++b) {
      in_step.arrive_and_wait();
      for (int i = 0; i < kBurst; ++i) {
        const std::int64_t start = now_ns();
        of.rig.emitter.emit(of.event);
        mine.push_back(static_cast<double>(now_ns() - start));
      }
    }
    in_step.arrive_and_wait();
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back(run, t, std::ref(taken[static_cast<std::size_t>(t)]));
  for (std::thread& thread : threads) thread.join();
  std::vector<double> all;
  for (const auto& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
  return all;
}

Row row(Contended& of, const char* floor_is, double (Contended::*floor_ns)()) {
  return side_by_side(
      {.what = "4 threads: emits a second of CPU",
       .unit = "/s",
       .floor_is = floor_is,
       .goal = Goal::ratio_at_least,
       .target = 0.8},
      [&] { return events_a_second(of.emit_ns()); }, [&] { return events_a_second((of.*floor_ns)()); });
}

}  // namespace

std::vector<Row> thread_rows() {
  Contended of;
  const Row bare = row(of, "clock + one shared fetch_add", &Contended::counter_ns);
  const Row whole = row(of, "clock + encode + copy + one shared fetch_add", &Contended::floor_ns);
  std::vector<double> each = each_emit_ns(of);
  const Row slowest{.what = "4 threads: emit, the slowest of a thousand", .ours = quantile(each, 0.999)};
  return {bare, whole, slowest};
}

}  // namespace qmpev::bench
