// SPDX-License-Identifier: MIT
// A listening UNIX socket and the file it made. Mode 0600 from the first moment; a stale file is replaced, a
// live one and anything that is not a socket never; the file goes with this object if it is still the one it
// made. Any thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

#include <qmpev/result.hpp>

#include "base/unique_fd.hpp"

namespace qmpev {

/// What sockaddr_un holds beside the final NUL.
inline constexpr std::size_t kMaxUnixPathBytes = 107;

class UnixSocket {
 public:
  /// Fails with invalid_argument, address_in_use, not_found, permission or system and a sentence on what to
  /// do.
  static Result<UnixSocket> listen(const std::string& path);
  UnixSocket(UnixSocket&& other) noexcept = default;
  UnixSocket& operator=(UnixSocket&&) = delete;
  ~UnixSocket();

  int fd() const noexcept { return fd_.get(); }

 private:
  UnixSocket(UniqueFd fd, const std::string& path, dev_t device, ino_t inode) noexcept;

  UniqueFd fd_;
  std::string path_;  ///< absolute
  dev_t device_;
  ino_t inode_;
};

}  // namespace qmpev
