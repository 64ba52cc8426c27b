// SPDX-License-Identifier: MIT
// A thread that does one job after the other, for a child that cannot answer at once. Signals are blocked in
// it: they are for the process's main thread, and SIGXFSZ would end the process where a write should fail.
// Any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace qmpev {

class WorkThread {
 public:
  using Job = std::function<void()>;

  WorkThread();
  /// Does what was posted, however long that takes, then joins the thread.
  ~WorkThread();
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  void post(Job job);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;  // guarded by mutex_
  bool ending_ = false;   // guarded by mutex_
  std::thread thread_;    // last: it uses all of the above
};

}  // namespace qmpev
