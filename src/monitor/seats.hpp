// SPDX-License-Identifier: MIT
// How many clients one listener has, and how many of them are one user's. A session keeps its seat for as
// long as it is open. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace qmpev {

/// What a listener and its sessions share, since they may outlive it.
struct SeatRow {
  std::size_t taken = 0;
  std::map<std::uint32_t, std::size_t> taken_by_user{};
  std::function<void()> on_left{};  ///< a seat is free again; called from inside its session's end
};

/// One client's place on its listener, given back when this goes.
class Seat {
 public:
  Seat() = default;
  Seat(std::shared_ptr<SeatRow> row, std::optional<std::uint32_t> user) : row_(std::move(row)), user_(user) {
    if (!row_) return;
    ++row_->taken;
    if (user_) ++row_->taken_by_user[*user_];
  }
  Seat(Seat&& other) noexcept = default;
  Seat& operator=(Seat&& other) noexcept {
    leave();
    row_ = std::move(other.row_);
    user_ = other.user_;
    return *this;
  }
  ~Seat() { leave(); }

 private:
  void leave() noexcept {
    const std::shared_ptr<SeatRow> row = std::exchange(row_, nullptr);
    if (!row) return;
    --row->taken;
    const auto count = user_ ? row->taken_by_user.find(*user_) : row->taken_by_user.end();
    if (count != row->taken_by_user.end() && --count->second == 0) row->taken_by_user.erase(count);
    if (row->on_left) row->on_left();
  }
  std::shared_ptr<SeatRow> row_;
  std::optional<std::uint32_t> user_{};
};

class Seats {
 public:
  /// `limit_per_user` 0: none but `limit`. `on_left` is never called after this object is gone, and must not
  /// throw.
  explicit Seats(std::size_t limit, std::function<void()> on_left = {}, std::size_t limit_per_user = 0)
      : limit_(limit), limit_per_user_(limit_per_user) {
    row_->on_left = std::move(on_left);
  }
  ~Seats() { row_->on_left = nullptr; }
  Seats(const Seats&) = delete;
  Seats& operator=(const Seats&) = delete;

  std::size_t taken() const noexcept { return row_->taken; }
  bool full() const noexcept { return row_->taken >= limit_; }
  /// This user has all the seats that one may have. Whom nobody can name is nobody's.
  bool full_for(std::optional<std::uint32_t> user) const noexcept {
    if (!user || limit_per_user_ == 0) return false;
    const auto count = row_->taken_by_user.find(*user);
    return count != row_->taken_by_user.end() && count->second >= limit_per_user_;
  }
  /// Nothing when all are taken, or all of that user.
  std::optional<Seat> take(std::optional<std::uint32_t> user = std::nullopt) {
    if (full() || full_for(user)) return std::nullopt;
    return Seat(row_, user);
  }

 private:
  std::size_t limit_;
  std::size_t limit_per_user_;
  std::shared_ptr<SeatRow> row_ = std::make_shared<SeatRow>();
};

}  // namespace qmpev
