// SPDX-License-Identifier: MIT
#include "devices/work_thread.hpp"

#include <pthread.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <future>
#include <vector>

using namespace qmpev;

TEST_CASE("jobs are done one after the other on another thread, all of them before the end", "[devices]") {
  std::vector<int> done;
  std::thread::id worker;
  std::promise<void> gate;
  {
    WorkThread thread;
    thread.post([&] {
      gate.get_future().wait();
      worker = std::this_thread::get_id();
    });
    for (int number = 0; number < 5; ++number) thread.post([&done, number] { done.push_back(number); });
    gate.set_value();
  }
  CHECK(done == std::vector<int>{0, 1, 2, 3, 4});
  CHECK(worker != std::this_thread::get_id());
}

TEST_CASE("signals are left to the other threads", "[devices]") {
  sigset_t theirs, before, after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  {
    WorkThread thread;
    thread.post([&] { ::pthread_sigmask(SIG_SETMASK, nullptr, &theirs); });
  }
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGXFSZ}) {
    CHECK(::sigismember(&theirs, number) == 1);
    CHECK(::sigismember(&after, number) == ::sigismember(&before, number));
  }
}
