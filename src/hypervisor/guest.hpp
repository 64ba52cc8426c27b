// SPDX-License-Identifier: MIT
// The synthetic guest: one thread, the machine's only vCPU, that does one job after the other and stands
// still while the machine is stopped, also inside rest(). Any thread, but for rest(), which is for the
// guest's own jobs.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

namespace qmpev {

class Guest {
 public:
  using Job = std::function<void()>;

  /// `may_run` says whether vCPUs run; it is asked before each job, on the guest's thread.
  explicit Guest(std::function<bool()> may_run);
  ~Guest();
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  /// Does `job` after all those before it. After end() it is forgotten.
  void post(Job job);
  /// The same, but should the machine stand still before the job's turn comes, `otherwise` is done in its
  /// place, as soon as nothing else is being done: its poster is told, instead of waiting for a machine that
  /// may never go on.
  void post(Job job, Job otherwise);
  /// The first form, unless a job of this name waits for its turn already: for what looks at the devices
  /// then, however often it was asked for, so that a machine that stands still gathers no work. `name` is a
  /// literal.
  void post_once(std::string_view name, Job job);
  /// The answer of `may_run` may have changed.
  void wake();
  /// Waits inside a job, and then on until the machine runs, as a vCPU is stopped in the middle of what it
  /// does; false when the guest is to end. Jobs behind that will not wait are replaced meanwhile.
  bool rest(std::chrono::milliseconds time);
  /// Of the kernel, as query-cpus-fast names a vCPU's thread.
  std::int64_t thread_id() const noexcept { return thread_id_; }
  /// Lets the running job finish, forgets the others, joins the thread. Not from a job.
  void end();

 private:
  struct Work {
    Job job;
    Job otherwise;  ///< empty: the job waits until the machine goes on
    std::string_view name{};
  };
  Job next();
  Job replacement();
  void run();

  const std::function<bool()> may_run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> jobs_;  // guarded by mutex_
  bool ending_ = false;    // guarded by mutex_
  std::atomic<std::int64_t> thread_id_{0};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace qmpev
