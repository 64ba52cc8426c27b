// SPDX-License-Identifier: MIT
// Connects to a port of this machine.
#pragma once

#include <sys/socket.h>

#include "base/internet_address.hpp"
#include "base/unique_fd.hpp"

namespace qmpev::test {

/// A connected socket, or none.
inline UniqueFd connect_tcp(const std::string& host, std::uint16_t port) {
  const auto address = InternetAddress::of(host, port);
  if (!address) return UniqueFd();
  UniqueFd fd(::socket(address->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), address->generic(), address->size) != 0) return UniqueFd();
  return fd;
}

}  // namespace qmpev::test
