// SPDX-License-Identifier: MIT
// One request to one child of a quorum, waited for: 0 or the errno.
#pragma once

#include <cstdint>
#include <span>

#include "devices/answers.hpp"
#include "devices/quorum_child.hpp"

namespace qmpev::test {

template <class Ask>
int ask(Ask request) {
  Answers answers;
  request(answers.of(0));
  return answers.take().error;
}

inline int read(QuorumChild& child, std::uint64_t offset, std::span<std::uint8_t> data) {
  return ask([&](QuorumChild::Done done) { child.read(offset, data, std::move(done)); });
}
inline int write(QuorumChild& child, std::uint64_t offset, std::span<const std::uint8_t> data) {
  return ask([&](QuorumChild::Done done) { child.write(offset, data, std::move(done)); });
}
inline int write_zeroes(QuorumChild& child, std::uint64_t offset, std::uint64_t bytes) {
  return ask([&](QuorumChild::Done done) { child.write_zeroes(offset, bytes, std::move(done)); });
}
inline int flush(QuorumChild& child) {
  return ask([&](QuorumChild::Done done) { child.flush(std::move(done)); });
}

}  // namespace qmpev::test
