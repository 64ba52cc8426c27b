// SPDX-License-Identifier: MIT
// The address of a UNIX socket, by path or by abstract name. Any thread.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <string>

#include <qmpev/result.hpp>

namespace qmpev {

/// What sockaddr_un holds beside a path's final NUL, or beside the NUL in front of an abstract name.
inline constexpr std::size_t kMaxUnixPathBytes = 107;

struct UnixAddress {
  sockaddr_un address{};
  socklen_t size = sizeof(sockaddr_un);

  const sockaddr* generic() const noexcept { return reinterpret_cast<const sockaddr*>(&address); }

  /// Fail with invalid_argument: empty, too long, or a path with a NUL in it.
  static Result<UnixAddress> of_path(const std::string& path);
  /// `tight`: the address is as long as the name; otherwise it is filled up with NULs, which is another name.
  static Result<UnixAddress> of_abstract_name(const std::string& name, bool tight);
};

}  // namespace qmpev
