// SPDX-License-Identifier: MIT
#include "monitor/abstract_socket.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "monitor/unix_address.hpp"

namespace qmpev {

Result<UniqueFd> listen_on_abstract_name(const std::string& name, bool tight) {
  const Result<UnixAddress> address = UnixAddress::of_abstract_name(name, tight);
  if (!address) return address.error();
  const auto refuse = [&name](int error) {
    if (error == EADDRINUSE)
      return Error{ErrorCode::address_in_use,
                   "the abstract socket name " + name + " is in use by a running process: choose another"};
    return Error{ErrorCode::system,
                 "cannot listen on the abstract socket name " + name + ": " + std::strerror(error)};
  };
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return refuse(errno);
  if (::bind(fd.get(), address.value().generic(), address.value().size) != 0) return refuse(errno);
  if (::listen(fd.get(), SOMAXCONN) != 0) return refuse(errno);
  return fd;
}

}  // namespace qmpev
