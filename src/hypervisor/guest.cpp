// SPDX-License-Identifier: MIT
#include "hypervisor/guest.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace qmpev {

Guest::Guest(std::function<bool()> may_run) : may_run_(std::move(may_run)), thread_([this] { run(); }) {
  thread_id_.wait(0);
}

Guest::~Guest() {
  end();
}

void Guest::post(Job job) {
  post(std::move(job), nullptr);
}

void Guest::post(Job job, Job otherwise) {
  const std::lock_guard lock(mutex_);
  if (ending_) return;
  jobs_.push_back({std::move(job), std::move(otherwise)});
  changed_.notify_all();
}

void Guest::wake() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void Guest::post_once(std::string_view name, Job job) {
  const std::lock_guard lock(mutex_);
  const bool waits =
      std::any_of(jobs_.begin(), jobs_.end(), [&](const Work& work) { return work.name == name; });
  if (ending_ || waits) return;
  jobs_.push_back({std::move(job), nullptr, name});
  changed_.notify_all();
}

bool Guest::rest(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, time, [this] { return ending_; })) return false;
  for (;;) {
    Job job;
    changed_.wait(lock, [&] { return ending_ || may_run_() || (job = replacement()); });
    if (ending_ || !job) return !ending_;
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

void Guest::end() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  jobs_.clear();  // nobody else reads them any more
}

/// What is to be done now; empty when that is nothing. With the lock held.
Guest::Job Guest::next() {
  if (jobs_.empty()) return nullptr;
  if (!may_run_()) return replacement();
  Job job = std::move(jobs_.front().job);
  jobs_.pop_front();
  return job;
}

/// What is to be done instead of a job that will not wait. With the lock held.
Guest::Job Guest::replacement() {
  const auto found =
      std::find_if(jobs_.begin(), jobs_.end(), [](const Work& work) { return bool(work.otherwise); });
  if (found == jobs_.end()) return nullptr;
  Job job = std::move(found->otherwise);
  jobs_.erase(found);
  return job;
}

void Guest::run() {
  thread_id_ = ::gettid();
  thread_id_.notify_one();
  std::unique_lock lock(mutex_);
  for (;;) {
    Job job;
    changed_.wait(lock, [&] { return ending_ || (job = next()); });
    if (ending_) return;
    lock.unlock();
    job();
    job = nullptr;  // what it holds may call back when it goes
    lock.lock();
  }
}

}  // namespace qmpev
