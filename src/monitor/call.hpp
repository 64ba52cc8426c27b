// SPDX-License-Identifier: MIT
// Commands that are answered later: one PendingCall each, shared by the session that waits for it and the
// embedder's handle, and one CallDesk per server, where answers from any thread wait for the loop. Both
// outlive the server as long as a handle exists, and then only count.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <qmpev/server.hpp>
#include <qmpev/statistics.hpp>

#include "wire/value.hpp"

namespace qmpev {

class PendingCall;

/// Whoever waits for the answer of a call. Loop thread.
class Caller {
 public:
  /// The answer is there: take() it.
  virtual void answered() noexcept = 0;

 protected:
  ~Caller() = default;
};

class CallDesk : public std::enable_shared_from_this<CallDesk> {
 public:
  /// `wake` makes the loop call deliver() soon; it is called on any thread and kept as long as a handle
  /// exists.
  explicit CallDesk(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Loop thread.
  /// A call of `command`, which its client named `id`.
  std::shared_ptr<PendingCall> begin(std::string command, std::optional<Value> id);
  /// Tells the callers whose answers have come. Reentrant: the inner call leaves the outer one nothing.
  void deliver() noexcept;
  void fill(CallCounters& counters) const noexcept;

 private:
  friend class PendingCall;

  const std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<PendingCall>> answered_;  ///< guarded by mutex_; a session holds each
  // Loop thread.
  std::deque<std::weak_ptr<PendingCall>> due_;  ///< to be delivered; empty outside deliver()
  std::uint64_t begun_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t cancelled_ = 0;
  // Any thread.
  std::atomic<std::uint64_t> given_up_{0};
  std::atomic<std::uint64_t> answered_again_{0};
  std::atomic<std::uint64_t> answered_after_end_{0};
};

class PendingCall : public std::enable_shared_from_this<PendingCall> {
 public:
  PendingCall(std::shared_ptr<CallDesk> desk, std::string command, std::optional<Value> id);

  // Any thread.
  void answer(Answer answer) noexcept;
  /// Its last handle is gone: answers with an error unless somebody has answered.
  void give_up() noexcept;
  bool cancelled() const noexcept { return state_.load(std::memory_order_acquire) == State::cancelled; }

  // Loop thread.
  /// A handle for the embedder. Once.
  Call handle();
  /// Whom to tell, borrowed until take() gives a line or cancel().
  void set_caller(Caller& caller) noexcept { caller_ = &caller; }
  void on_cancel(std::function<void()> told);
  /// The reply, once, when the answer has come.
  std::optional<std::string> take();
  /// Nobody waits any more: tells the embedder, unless the answer has come.
  void cancel() noexcept;

 private:
  friend class CallDesk;
  enum class State { waiting, answered, taken, cancelled };
  /// Leaves the answer for the loop if nobody has yet; the state it found.
  State offer(Answer answer);

  const std::shared_ptr<CallDesk> desk_;
  const std::string command_;
  const std::optional<Value> id_;
  std::atomic<State> state_{State::waiting};  ///< changes under the desk's mutex_
  std::optional<Answer> answer_;              ///< guarded by the desk's mutex_
  // Loop thread.
  Caller* caller_ = nullptr;
  std::function<void()> told_;
};

}  // namespace qmpev
