// SPDX-License-Identifier: MIT
// Where threads run. Left alone, the scheduler puts two threads that wait for each other on one processor or
// on two, as chance has it, and a wake-up of the other processor takes several times as long as one here:
// both sides of such a row have to be measured in the same place.
#pragma once

#include <sched.h>

#include <cstdlib>

namespace qmpev::bench {

/// While it lives, the calling thread runs on one of the processors it may use, and so do all threads that it
/// starts, for as long as they live. On a machine that has only one, any number means that one.
class OnProcessor {
 public:
  explicit OnProcessor(int number) {
    if (sched_getaffinity(0, sizeof before_, &before_) != 0) std::abort();
    move_to(number);
  }
  ~OnProcessor() { sched_setaffinity(0, sizeof before_, &before_); }
  OnProcessor(const OnProcessor&) = delete;
  OnProcessor& operator=(const OnProcessor&) = delete;

  /// Threads that were started before stay where they are.
  void move_to(int number) {
    int left = number % CPU_COUNT(&before_), processor = 0;
    while (!CPU_ISSET(processor, &before_) || left-- > 0) ++processor;
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(processor, &only);
    if (sched_setaffinity(0, sizeof only, &only) != 0) std::abort();
  }

 private:
  cpu_set_t before_;
};

}  // namespace qmpev::bench
