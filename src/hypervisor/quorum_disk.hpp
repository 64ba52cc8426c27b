// SPDX-License-Identifier: MIT
// The disk of the reference machine: a quorum whose copies can be given faults. Any thread builds it.
#pragma once

#include <memory>
#include <vector>

#include <qmpev/emitter.hpp>
#include <qmpev/result.hpp>

#include "devices/faulty_child.hpp"
#include "devices/quorum.hpp"
#include "hypervisor/quorum_option.hpp"

namespace qmpev {

struct QuorumDisk {
  static constexpr std::size_t kMemoryBytes = std::size_t{1} << 20;

  std::unique_ptr<Quorum> quorum;
  std::vector<FaultyChild*> copies;  ///< owned by `quorum`, in its order
};

/// disk0: two votes of three copies in memory, disk0-a, disk0-b and disk0-c.
QuorumDisk make_memory_disk(const Emitter& emitter);

/// A disk on image files. Fails with a sentence when one cannot be used, when two are the same file or when
/// they are not equally long.
Result<QuorumDisk> open_disk(const Emitter& emitter, const QuorumOption& option);

}  // namespace qmpev
