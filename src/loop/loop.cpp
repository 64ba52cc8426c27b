// SPDX-License-Identifier: MIT
#include "loop/loop.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/assert.hpp"

namespace qmpev {
namespace {

/// Ready descriptors taken from the kernel in one call: enough that 64 busy sessions need one.
constexpr std::size_t kEventsPerCall = 64;

Error system_error(const char* what) {
  return {ErrorCode::system, std::string(what) + ": " + std::strerror(errno) +
                                 " (is the limit of open files, ulimit -n, high enough?)"};
}

std::uint64_t pack(int fd, std::uint32_t generation) {
  return std::uint64_t{generation} << 32 | static_cast<std::uint32_t>(fd);
}

}  // namespace

Result<std::unique_ptr<Loop>> Loop::create() {
  UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return system_error("cannot create an epoll descriptor");
  UniqueFd timer(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer) return system_error("cannot create a timer descriptor");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = pack(timer.get(), 0);
  if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, timer.get(), &event) != 0)
    return system_error("cannot watch the timer");
  return std::unique_ptr<Loop>(new Loop(std::move(epoll), std::move(timer)));
}

Result<void> Loop::add(int fd, std::uint32_t events, Watcher& watcher) {
  const std::size_t place = static_cast<std::size_t>(fd);
  if (watches_.size() <= place) watches_.resize(place + 1);
  Watch& watch = watches_[place];
  QMPEV_ASSERT(watch.watcher == nullptr);
  epoll_event event{};
  event.events = events;
  event.data.u64 = pack(fd, watch.generation + 1);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    const int reason = errno;
    Error error = system_error("cannot watch a descriptor");
    errno = reason;
    return error;
  }
  watch.watcher = &watcher;
  ++watch.generation;
  return {};
}

void Loop::modify(int fd, std::uint32_t events) {
  const Watch& watch = watches_.at(static_cast<std::size_t>(fd));
  epoll_event event{};
  event.events = events;
  event.data.u64 = pack(fd, watch.generation);
  const int result = epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
  QMPEV_ASSERT(result == 0);
}

void Loop::remove(int fd) {
  Watch& watch = watches_.at(static_cast<std::size_t>(fd));
  QMPEV_ASSERT(watch.watcher != nullptr);
  watch.watcher = nullptr;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Loop::arm(std::int64_t deadline_ns) {
  if (deadline_ns == armed_ns_) return;
  armed_ns_ = deadline_ns;
  itimerspec at{};
  if (deadline_ns != INT64_MAX) {
    const std::int64_t ns = std::max<std::int64_t>(deadline_ns, 1);  // zero would switch the timer off
    at.it_value.tv_sec = ns / 1'000'000'000;
    at.it_value.tv_nsec = ns % 1'000'000'000;
  }
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &at, nullptr);
}

void Loop::clear_timer() noexcept {
  std::uint64_t expirations;
  if (::read(timer_.get(), &expirations, sizeof expirations) > 0) armed_ns_ = INT64_MAX;
}

std::size_t Loop::poll(std::size_t max_ready) {
  std::array<epoll_event, kEventsPerCall> events;
  std::size_t total = 0;
  while (total < max_ready) {
    const int wanted = static_cast<int>(std::min(max_ready - total, events.size()));
    const int count = epoll_wait(epoll_.get(), events.data(), wanted, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    total += static_cast<std::size_t>(count);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const int fd = static_cast<int>(event.data.u64 & 0xffffffffu);
      if (fd == timer_.get()) {
        clear_timer();
        continue;
      }
      // By place and generation: an earlier watcher of this round may have removed this one, or put another
      // descriptor in its place.
      const Watch watch = watches_[static_cast<std::size_t>(fd)];
      if (watch.watcher != nullptr && watch.generation == event.data.u64 >> 32)
        watch.watcher->ready(event.events);
    }
    if (count < wanted) break;
  }
  return total;
}

}  // namespace qmpev
