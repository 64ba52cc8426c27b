// SPDX-License-Identifier: MIT
// A listening UNIX socket and the file it made. Mode 0600 from the first moment; a stale file is replaced, a
// live one and anything that is not a socket never; the file goes with this object if it is still the one it
// made. Any thread.
#pragma once

#include <sys/types.h>

#include <string>

#include <qmpev/result.hpp>

#include "base/unique_fd.hpp"
#include "monitor/unix_address.hpp"

namespace qmpev {

class UnixSocket {
 public:
  /// Fails with invalid_argument, address_in_use, not_found, permission or system and a sentence on what to
  /// do.
  static Result<UnixSocket> listen(const std::string& path);
  /// Takes a socket that listens already; a file that it may have stays.
  explicit UnixSocket(UniqueFd fd) noexcept;
  UnixSocket(UnixSocket&& other) noexcept = default;
  UnixSocket& operator=(UnixSocket&&) = delete;
  ~UnixSocket();

  int fd() const noexcept { return fd_.get(); }

 private:
  UnixSocket(UniqueFd fd, const std::string& path, dev_t device, ino_t inode) noexcept;

  UniqueFd fd_;
  std::string path_;  ///< absolute; empty: no file of ours
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace qmpev
