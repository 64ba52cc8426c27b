// SPDX-License-Identifier: MIT
// How many clients one listener has. A session keeps its seat for as long as it is open. Loop thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace qmpev {

/// What a listener and its sessions share, since they may outlive it.
struct SeatRow {
  std::size_t taken = 0;
  std::function<void()> on_left{};  ///< a seat is free again; called from inside its session's end
};

/// One client's place on its listener, given back when this goes.
class Seat {
 public:
  Seat() = default;
  explicit Seat(std::shared_ptr<SeatRow> row) noexcept : row_(std::move(row)) {
    if (row_) ++row_->taken;
  }
  Seat(Seat&& other) noexcept = default;
  Seat& operator=(Seat&& other) noexcept {
    leave();
    row_ = std::move(other.row_);
    return *this;
  }
  ~Seat() { leave(); }

 private:
  void leave() noexcept {
    const std::shared_ptr<SeatRow> row = std::exchange(row_, nullptr);
    if (!row) return;
    --row->taken;
    if (row->on_left) row->on_left();
  }
  std::shared_ptr<SeatRow> row_;
};

class Seats {
 public:
  /// `on_left` is never called after this object is gone, and must not throw.
  explicit Seats(std::size_t limit, std::function<void()> on_left = {}) : limit_(limit) {
    row_->on_left = std::move(on_left);
  }
  ~Seats() { row_->on_left = nullptr; }
  Seats(const Seats&) = delete;
  Seats& operator=(const Seats&) = delete;

  std::size_t taken() const noexcept { return row_->taken; }
  bool full() const noexcept { return row_->taken >= limit_; }
  /// Nothing when all are taken.
  std::optional<Seat> take() noexcept {
    if (full()) return std::nullopt;
    return Seat(row_);
  }

 private:
  std::size_t limit_;
  std::shared_ptr<SeatRow> row_ = std::make_shared<SeatRow>();
};

}  // namespace qmpev
