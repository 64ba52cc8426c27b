// SPDX-License-Identifier: MIT
// Memory that another library loses while this object lives is not our leak. The names are the leak
// sanitizer's, and null where it is not linked in. One thread.
#pragma once

extern "C" {
void __lsan_disable() __attribute__((weak));
void __lsan_enable() __attribute__((weak));
}

namespace qmpev::test {

class ForeignLeaks {
 public:
  ForeignLeaks() {
    if (__lsan_disable != nullptr) __lsan_disable();
  }
  ~ForeignLeaks() {
    if (__lsan_enable != nullptr) __lsan_enable();
  }
  ForeignLeaks(const ForeignLeaks&) = delete;
  ForeignLeaks& operator=(const ForeignLeaks&) = delete;
};

}  // namespace qmpev::test
