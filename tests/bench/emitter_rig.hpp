// SPDX-License-Identifier: MIT
// An emitter without a server: what comes out of it goes nowhere. The thread that measures also settles it.
#pragma once

#include <sys/eventfd.h>

#include <memory>
#include <utility>

#include <qmpev/emitter.hpp>

#include "base/clock.hpp"
#include "emit/emitter_core.hpp"

namespace qmpev::bench {

struct NullSink final : EventSink {
  void publish(const EventLine&) noexcept override {}
  void gap(EventKind, std::uint64_t) noexcept override { refused = true; }
  bool refused = false;
};

/// Heard in QEMU's form, no rate limit on BALLOON_CHANGE.
struct EmitterRig {
  explicit EmitterRig(std::size_t ring_bytes = std::size_t{1} << 20)
      : core(std::make_shared<EmitterCore>(system_clock(), ring_bytes,
                                           UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)))),
        emitter(core) {
    core->set_form_wanted(WireForm::qemu);
    core->set_listening(true);
    core->set_rate_limit(EventKind::balloon_change, 0);
  }
  std::uint64_t wakeups() const {
    Statistics statistics;
    core->read_statistics(statistics);
    return statistics.wakeups;
  }

  std::shared_ptr<EmitterCore> core;
  Emitter emitter;
  NullSink sink;
};

}  // namespace qmpev::bench
