// SPDX-License-Identifier: MIT
// A copy that answers when a test says so, on the test's thread. Reads give bytes of one value.
#pragma once

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <utility>

#include "devices/quorum_child.hpp"

namespace qmpev::test {

class HeldChild final : public QuorumChild {
 public:
  HeldChild(std::string node_name, std::uint8_t value) : node_name_(std::move(node_name)), value_(value) {}

  std::string_view node_name() const noexcept override { return node_name_; }
  std::uint64_t bytes() const noexcept override { return 4096; }
  void read(std::uint64_t, std::span<std::uint8_t> data, Done done) override {
    hold([this, data, done = std::move(done)](int error) {
      std::fill(data.begin(), data.end(), value_);
      done(error);
    });
  }
  void write(std::uint64_t, std::span<const std::uint8_t>, Done done) override { hold(std::move(done)); }
  void write_zeroes(std::uint64_t, std::uint64_t, Done done) override { hold(std::move(done)); }
  void flush(Done done) override { hold(std::move(done)); }
  void hurry() noexcept override { hurried = true; }

  /// Waits for the one request of this child's life, and gives what answers it.
  Done take() { return asked_.get_future().get(); }

  std::atomic<bool> hurried{false};

 private:
  void hold(Done done) { asked_.set_value(std::move(done)); }

  const std::string node_name_;
  const std::uint8_t value_;
  std::promise<Done> asked_;
};

}  // namespace qmpev::test
