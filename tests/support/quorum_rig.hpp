// SPDX-License-Identifier: MIT
// A quorum of copies in memory, c0, c1, ... as in the captures, that can be given faults, with everything it
// reports. Thread: the test's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "devices/faulty_child.hpp"
#include "devices/memory_child.hpp"
#include "devices/quorum.hpp"
#include "support/captures.hpp"
#include "support/recording_sink.hpp"

namespace qmpev::test {

inline constexpr std::size_t kImageBytes = 256 * 1024;

/// Copies and the quorum over them.
struct QuorumRig {
  QuorumRig(const Emitter& emitter, QuorumConfig config, const std::vector<std::string>& names,
            std::size_t bytes = kImageBytes) {
    std::vector<std::unique_ptr<QuorumChild>> owned;
    for (const std::string& name : names) {
      auto copy = std::make_unique<FaultyChild>(std::make_unique<MemoryChild>(name, bytes));
      children.push_back(copy.get());
      owned.push_back(std::move(copy));
    }
    quorum = Quorum::create(emitter, std::move(config), std::move(owned)).value();
  }
  int read(std::uint64_t offset, std::size_t bytes) {
    data.assign(bytes, 0xee);
    return quorum->read(offset, data);
  }
  int write(std::uint64_t offset, std::size_t bytes) {
    data.assign(bytes, 0x11);
    return quorum->write(offset, data);
  }

  std::vector<FaultyChild*> children;
  std::unique_ptr<Quorum> quorum;
  std::vector<std::uint8_t> data;
};

/// c0, c1, ...
inline std::vector<std::string> copy_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t number = 0; number < count; ++number) names.push_back("c" + std::to_string(number));
  return names;
}

/// Everything that was reported in QEMU's form without its times, after the windows of the rate limits.
inline std::vector<std::string> qemu_lines(RecordingEmitter& recorder) {
  recorder.core->settle(recorder.sink);
  recorder.clock.advance_us(1'100'000);
  return without_times(recorder.lines(WireForm::qemu));
}

}  // namespace qmpev::test
