// SPDX-License-Identifier: MIT
// How many clients one listener has. A session keeps its seat for as long as it is open. Loop thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace qmpev {

/// One client's place on its listener, given back when this goes.
class Seat {
 public:
  Seat() = default;
  explicit Seat(std::shared_ptr<std::size_t> taken) noexcept : taken_(std::move(taken)) {
    if (taken_) ++*taken_;
  }
  Seat(Seat&& other) noexcept = default;
  Seat& operator=(Seat&& other) noexcept {
    leave();
    taken_ = std::move(other.taken_);
    return *this;
  }
  ~Seat() { leave(); }

 private:
  void leave() noexcept {
    if (taken_) --*taken_;
    taken_.reset();
  }
  std::shared_ptr<std::size_t> taken_;  ///< shared, since sessions may outlive their listener
};

class Seats {
 public:
  explicit Seats(std::size_t limit) : limit_(limit) {}
  std::size_t taken() const noexcept { return *taken_; }
  /// Nothing when all are taken.
  std::optional<Seat> take() noexcept {
    if (*taken_ >= limit_) return std::nullopt;
    return Seat(taken_);
  }

 private:
  std::size_t limit_;
  std::shared_ptr<std::size_t> taken_ = std::make_shared<std::size_t>(0);
};

}  // namespace qmpev
