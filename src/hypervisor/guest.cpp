// SPDX-License-Identifier: MIT
#include "hypervisor/guest.hpp"

#include <utility>

namespace qmpev {

Guest::Guest(std::function<bool()> may_run) : may_run_(std::move(may_run)), thread_([this] { run(); }) {}

Guest::~Guest() {
  end();
}

void Guest::post(Job job) {
  const std::lock_guard lock(mutex_);
  if (ending_) return;
  jobs_.push_back(std::move(job));
  changed_.notify_all();
}

void Guest::wake() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

bool Guest::rest(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return ending_; });
}

void Guest::end() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Guest::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || (!jobs_.empty() && may_run_()); });
    if (ending_) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace qmpev
