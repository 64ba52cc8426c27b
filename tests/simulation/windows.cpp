// SPDX-License-Identifier: MIT
#include "simulation/windows.hpp"

#include <string>

#include "event/event_tables.hpp"

namespace qmpev::simulation {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

}  // namespace

Windows::Windows(const std::vector<Emission>& emissions, Verdict& verdict, std::size_t keys)
    : emissions_(emissions), verdict_(verdict) {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    kinds_[i].keys.resize(keys);
    if (i != kOwn) kinds_[i].interval_ms = kEventInfo[static_cast<std::size_t>(kKinds[i])].rate_limit_ms;
  }
}

void Windows::set_interval(std::size_t kind, std::uint32_t interval_ms) {
  kinds_[kind].interval_ms = interval_ms;
  ++kinds_[kind].limit_state;
  for (Key& key : kinds_[kind].keys) key.published_ns = kUnknown;
}

void Windows::begin(std::uint64_t serial) {
  const Emission& emission = emissions_[serial];
  if (!emission.limited) return;
  Key& key = key_of(emission.plan);
  key.blurred = key.running != 0;
  key.reopened = key.reopened || emission.crowded;
  key.latest = serial;
  ++key.running;
}

void Windows::end(std::uint64_t serial) {
  const Emission& emission = emissions_[serial];
  if (!emission.limited) return;
  Key& key = key_of(emission.plan);
  --key.running;
  if (emission.torn || key.running != 0) key.blurred = key.reopened = true;
}

void Windows::publish(std::uint64_t serial, std::int64_t now_ns) {
  const Emission& emission = emissions_[serial];
  if (!emission.limited || closed_ || kinds_[emission.plan.kind].forgotten) return;
  Key& key = key_of(emission.plan);
  const Emission& last = emissions_[key.published];
  // One that was torn may have opened a window, been held for all of its length, and been published last.
  if (key.published != 0 && !emission.torn && emission.ended != 0 && emission.ended < last.begun) {
    verdict_.fail("latest wins", "event " + std::to_string(serial) + " was published after the later " +
                                     std::to_string(key.published) + " of its key");
  }
  const bool certain = !emission.torn && !flushing_ && emission.ended != 0 && emission.ended > stalled_ &&
                       emission.limit_state == limit_state(emission.plan.kind);
  const std::int64_t interval_ns = interval_ms(emission.plan.kind) * kNsPerMs;
  if (certain && key.published_ns != kUnknown && now_ns - key.published_ns < interval_ns) {
    verdict_.fail("one an interval", "event " + std::to_string(serial) + " came " +
                                         std::to_string(now_ns - key.published_ns) + " ns after event " +
                                         std::to_string(key.published) + " of its key");
  }
  key.published = serial;
  key.reopened = false;
  key.armed_ns = kUnknown;
  key.published_ns = certain ? now_ns : kUnknown;
}

bool Windows::waits(const Key& key) const {
  if (key.latest == 0) return false;
  const Emission& latest = emissions_[key.latest];
  return !latest.published && !latest.discarded;
}

void Windows::discard(std::vector<Emission>& emissions, bool certain) {
  for (Kind& kind : kinds_) {
    for (Key& key : kind.keys) {
      if (!waits(key)) continue;
      key.blurred = key.blurred || !certain || key.running != 0;
      if (!key.blurred) emissions[key.latest].discarded = true;
    }
  }
}

void Windows::check_waiting(std::size_t kind, std::uint64_t pending, std::int64_t now_ns) {
  if (closed_ || kinds_[kind].forgotten) return;
  std::uint64_t certain = 0;
  std::uint64_t blurred = 0;
  for (Key& key : kinds_[kind].keys) {
    if (key.armed_ns == kUnknown && key.published_ns != kUnknown) key.armed_ns = now_ns;
    if (key.blurred) {
      ++blurred;
    } else if (waits(key)) {
      ++certain;
      if (key.reopened) continue;
      const std::int64_t due = key.armed_ns + interval_ms(kind) * kNsPerMs;
      if (key.published_ns != kUnknown && now_ns >= due) {
        verdict_.fail("nothing overdue", "event " + std::to_string(key.latest) + " waits " +
                                             std::to_string(now_ns - due) + " ns beyond its window");
      }
    }
  }
  if (pending >= certain && pending <= certain + blurred) return;
  verdict_.fail("latest wins", std::to_string(pending) + " events of " + std::string(kNames[kind]) +
                                   " wait, where the latest of " + std::to_string(certain) +
                                   " keys are not published");
}

}  // namespace qmpev::simulation
