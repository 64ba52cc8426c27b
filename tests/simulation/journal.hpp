// SPDX-License-Identifier: MIT
// What was emitted and what was published, beside the log: stands between the emitter and the event log,
// passes everything on, and looks at it. Its indices are the log's sequence numbers. Single thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/event_log.hpp"
#include "simulation/events.hpp"
#include "simulation/verdict.hpp"
#include "simulation/windows.hpp"
#include "support/fake_clock.hpp"

namespace qmpev::simulation {

class Journal final : public EventSink {
 public:
  /// What became of events by kind, counted apart from the emitter.
  struct Counts {
    std::uint64_t begun = 0, invalid = 0, skipped = 0, after_end = 0, oversize = 0, published = 0,
                  refused = 0;
  };

  /// All borrowed. `form_used` by WireForm; `keys` of each keyed kind.
  Journal(EventLog& log, const test::FakeClock& clock, Verdict& verdict,
          std::array<bool, kWireForms> form_used, std::size_t keys);

  // Emitting: every call of emit between begin() and end().
  /// Completes the plan with a serial number. `heard`: somebody is in command mode.
  void begin(Plan& plan, bool heard);
  void hold(std::uint64_t serial) noexcept { emissions_[serial].torn = true; }
  void end(std::uint64_t serial);
  void count_invalid(std::size_t kind) noexcept {
    ++counts_[kind].begun;
    ++counts_[kind].invalid;
  }
  void close() noexcept { closed_ = true; }
  void discard(bool certain) { windows_.discard(emissions_, certain); }

  // EventSink
  void publish(const EventLine& event) noexcept override;
  void gap(EventKind kind, std::uint64_t count) noexcept override;

  // Reading.
  std::uint64_t size() const noexcept { return records_.size(); }
  std::uint64_t tail() const noexcept { return log_.tail(); }
  bool has_line(std::uint64_t index, WireForm form) const noexcept;
  std::size_t kind(std::uint64_t index) const noexcept { return records_[index].kind; }
  /// What the event of a line says.
  const Plan& plan(std::uint64_t index) const noexcept { return emissions_[records_[index].serial].plan; }
  /// By key, where the newest of this kind was published.
  const std::map<std::uint32_t, std::uint64_t>& newest(std::size_t kind) const noexcept {
    return newest_[kind];
  }
  /// Had no limit when it was emitted, nor got one since.
  bool unlimited(std::uint64_t serial) const noexcept {
    const Emission& emission = emissions_[serial];
    return !emission.limited && emission.limit_state == windows_.limit_state(emission.plan.kind);
  }
  /// Of a record that stands for refused events: how many.
  std::uint64_t refused(std::uint64_t index) const noexcept { return records_[index].refused; }
  std::string_view line(std::uint64_t index, WireForm form) const noexcept;
  /// From where on what the log has, numbered, is just more than so many bytes; its tail when it is less.
  std::uint64_t edge_of(std::size_t bytes, WireForm form) const noexcept;
  /// Lines of `form` before this index.
  std::uint64_t lines_before(std::uint64_t index, WireForm form) const noexcept;
  /// Where this one was published; UINT64_MAX: not.
  std::uint64_t find(std::uint64_t serial) const noexcept;
  const Counts& counts(std::size_t kind) const noexcept { return counts_[kind]; }
  std::uint64_t tick() const noexcept { return tick_; }
  Windows& windows() noexcept { return windows_; }

 private:
  struct Record {
    std::size_t kind;
    std::uint64_t serial = 0;
    std::uint64_t refused = 0;
    std::array<std::size_t, kWireForms> offset{}, length{};
    std::array<std::uint64_t, kWireForms> lines_before{};
  };
  Record& append(std::size_t kind);
  void check_line(const Emission& emission, const EventLine& event);
  void check_order(const Emission& emission);

  EventLog& log_;
  const test::FakeClock& clock_;
  Verdict& verdict_;
  std::array<bool, kWireForms> form_used_;
  std::vector<Emission> emissions_{1};  ///< by serial number, from 1
  std::vector<std::uint64_t> published_at_{UINT64_MAX};
  std::vector<Record> records_;
  std::array<std::map<std::uint32_t, std::uint64_t>, kKinds.size()> newest_;
  std::string text_;
  std::array<std::uint64_t, kWireForms> lines_{};
  std::array<Counts, kKinds.size()> counts_{};
  std::uint64_t tick_ = 0;
  std::uint64_t last_begun_ = 0;  ///< of unlimited events published
  bool closed_ = false;
  Windows windows_;
};

}  // namespace qmpev::simulation
