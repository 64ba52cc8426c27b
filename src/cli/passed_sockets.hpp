// SPDX-License-Identifier: MIT
// Sockets that whoever starts the program has opened for it, as systemd does for a .socket unit: descriptors
// from 3 on, and LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES to tell of them (sd_listen_fds(3)). Main thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include <qmpev/result.hpp>

namespace qmpev {

/// The first of them.
inline constexpr int kFirstPassedFd = 3;
/// More than systemd passes: a mistake.
inline constexpr int kMaxPassedSockets = 4096;

class PassedSockets {
 public:
  /// The values of those variables; null: not set.
  struct Said {
    const char* pid = nullptr;
    const char* count = nullptr;
    const char* names = nullptr;
  };

  /// What the environment says, which says it no more then: a child must not take for its own what is ours.
  /// Once, before anything opens a descriptor. Fails as of() does.
  static Result<PassedSockets> take_from_environment();

  /// What `said` means for the process `self`: nothing, unless it is for that process. Sockets that are for
  /// it become close-on-exec, and stay open whatever becomes of them here. `first`: the first descriptor.
  /// Fails with invalid_argument when the variables contradict themselves, or a descriptor is not open.
  static Result<PassedSockets> of(const Said& said, pid_t self, int first = kFirstPassedFd);

  /// All descriptors of that name, at least one; what was taken is not there again. Fails with not_found, and
  /// says what there is.
  Result<std::vector<int>> take(std::string_view name);

  /// Refuses, with invalid_argument, when one was not taken: nobody else would serve its clients, and they
  /// would wait for ever.
  Result<void> expect_none_left() const;

 private:
  struct Socket {
    int fd;
    std::string name;
    bool taken;
  };
  std::string why_none(std::string_view name) const;

  std::vector<Socket> sockets_;
  std::string other_;  ///< the process that they are for, when it is not this one
};

}  // namespace qmpev
