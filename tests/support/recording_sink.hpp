// SPDX-License-Identifier: MIT
// An end for the emit room that keeps what it gets, and a whole emitter in front of it on a fake clock.
#pragma once

#include <sys/eventfd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <qmpev/emitter.hpp>
#include <qmpev/statistics.hpp>

#include "emit/emitter_core.hpp"
#include "emit/event_sink.hpp"
#include "support/fake_clock.hpp"

namespace qmpev::test {

class RecordingSink final : public EventSink {
 public:
  struct Record {
    EventKind kind;
    std::string line[kWireForms];
    bool same_storage;  ///< one encoding served both forms
  };
  void publish(const EventLine& event) noexcept override {
    records.push_back({event.kind,
                       {std::string(event.line[0]), std::string(event.line[1])},
                       !event.line[0].empty() && event.line[0].data() == event.line[1].data()});
  }
  void gap(EventKind kind, std::uint64_t count) noexcept override { gaps.emplace_back(kind, count); }

  std::vector<Record> records;
  std::vector<std::pair<EventKind, std::uint64_t>> gaps;
};

/// An emitter with both forms in use and a listener, drained by hand.
class RecordingEmitter {
 public:
  explicit RecordingEmitter(std::size_t ring_bytes = std::size_t{1} << 20,
                            std::size_t throttle_keys = kMaxThrottleKeys)
      : core(std::make_shared<EmitterCore>(clock, ring_bytes,
                                           UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), throttle_keys)),
        emitter(core) {
    core->set_form_wanted(WireForm::document);
    core->set_form_wanted(WireForm::qemu);
    core->set_listening(true);
  }
  /// Settles, and returns the lines of one form published so far.
  std::vector<std::string> lines(WireForm form) {
    core->settle(sink);
    std::vector<std::string> lines;
    for (const auto& record : sink.records) lines.push_back(record.line[static_cast<std::size_t>(form)]);
    return lines;
  }
  Statistics statistics() const {
    Statistics statistics;
    core->read_statistics(statistics);
    return statistics;
  }
  EventCounters counters(EventKind kind) const { return statistics().events[static_cast<std::size_t>(kind)]; }

  FakeClock clock;
  RecordingSink sink;
  std::shared_ptr<EmitterCore> core;
  Emitter emitter;
};

/// The invariant of an emitter at rest, from two sides that count independently.
inline bool adds_up(const EventCounters& c) {
  return c.emitted == c.published + c.merged + c.refused_ring_full + c.refused_ring_share +
                          c.refused_oversize + c.refused_invalid + c.after_end + c.discarded + c.pending +
                          c.in_ring + c.skipped;
}

}  // namespace qmpev::test
