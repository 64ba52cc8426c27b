// SPDX-License-Identifier: MIT
// One epoll descriptor that holds every descriptor of a server and a timer, so that an embedder polls one fd,
// whatever the number of sessions. Never waits itself. Loop thread, but for fd().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <qmpev/result.hpp>

#include "base/unique_fd.hpp"

namespace qmpev {

class Loop {
 public:
  class Watcher {
   public:
    /// The descriptor is ready; `events` are epoll's. May add, modify and remove any descriptor of the loop.
    virtual void ready(std::uint32_t events) = 0;

   protected:
    ~Watcher() = default;
  };

  /// Fails with system when the process is out of descriptors.
  static Result<std::unique_ptr<Loop>> create();

  /// Readable while something is due. Any thread.
  int fd() const noexcept { return epoll_.get(); }

  /// Watches `fd` for `events` (EPOLLIN, EPOLLOUT; 0 keeps errors only), level-triggered unless EPOLLET is
  /// among them. `fd` stays the caller's, who removes it before closing it. Fails with system; errno says
  /// why, EPERM that `fd` is nothing to be watched: a file.
  Result<void> add(int fd, std::uint32_t events, Watcher& watcher);
  void modify(int fd, std::uint32_t events);
  /// After this call the watcher hears nothing more, also of what was ready in the same round.
  void remove(int fd);

  /// Makes the loop readable at `deadline_ns` of CLOCK_MONOTONIC; INT64_MAX: never. The last call counts. A
  /// deadline that has passed makes it readable at once.
  void arm(std::int64_t deadline_ns);

  /// Calls the watchers of at most `max_ready` ready descriptors; returns how many were ready.
  std::size_t poll(std::size_t max_ready);

 private:
  struct Watch {
    Watcher* watcher = nullptr;
    std::uint32_t generation = 0;  ///< tells a descriptor from an earlier one with the same number
  };

  Loop(UniqueFd epoll, UniqueFd timer) noexcept : epoll_(std::move(epoll)), timer_(std::move(timer)) {}
  void clear_timer() noexcept;

  UniqueFd epoll_;
  UniqueFd timer_;
  std::int64_t armed_ns_ = INT64_MAX;
  std::vector<Watch> watches_;  ///< by descriptor
};

}  // namespace qmpev
