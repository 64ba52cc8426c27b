// SPDX-License-Identifier: MIT
#include "hypervisor/reference_machine.hpp"

#include <cstdio>
#include <utility>

namespace qmpev {

namespace {

constexpr std::size_t kVoteThreshold = 2;

std::string number_text(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%u" : "%#x", value);
  return text.data();
}

}  // namespace

std::string text_of(const std::vector<PortWrite>& writes) {
  std::string text;
  for (const PortWrite& write : writes) {
    if (!text.empty()) text += ' ';
    text += number_text(write.port) + "<-" + number_text(write.value);
  }
  return text;
}

ReferenceMachine::ReferenceMachine(const Emitter& emitter, Machine::OnEnd on_end,
                                   const HypervisorConfig& config)
    : machine(emitter, config.machine, std::move(on_end)),
      memory(emitter, kMemorySlots),
      balloon(emitter, kRamBytes),
      pvpanic(machine),
      spice(emitter, {"none"}) {
  memory.plug(0, "dimm0");
  memory.plug(1, "dimm1");
  std::vector<std::unique_ptr<QuorumChild>> children;
  for (std::size_t copy = 0; copy < kDiskCopies; ++copy) {
    auto child = std::make_unique<MemoryChild>(std::string("disk0-") + "abc"[copy], kDiskBytes);
    disk_copies[copy] = child.get();
    children.push_back(std::move(child));
  }
  disk = Quorum::create(emitter, {"disk0", kVoteThreshold}, std::move(children)).value();
}

void ReferenceMachine::out(const PortWrite& write, Access access) {
  if (write.port == kPvpanicPort) return pvpanic.out(static_cast<std::uint8_t>(write.value), access);
  memory.out(write.port, write.value);
}

}  // namespace qmpev
