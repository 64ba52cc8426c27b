// SPDX-License-Identifier: MIT
// A SPICE connection's end on 127.0.0.1.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdint>

#include "hooks/spice.hpp"

namespace qmpev::test {

inline SpiceAddress loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

}  // namespace qmpev::test
