// SPDX-License-Identifier: MIT
// Where a monitor in QEMU's spelling finds its client: the value of -chardev, and the shorter one of -qmp.
// Main thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

namespace qmpev {

struct Chardev {
  enum class Kind { unix_socket, tcp_socket, descriptor, stdio };
  Kind kind = Kind::stdio;
  std::string id;    ///< of -chardev
  std::string path;  ///< of a UNIX socket
  int fd = -1;       ///< of a descriptor, which listens or is connected
  TcpAddress tcp{};  ///< of a TCP socket, and of a descriptor once it was found to listen on a port
  bool abstract = false;
  bool tight = true;
  bool server = false;             ///< listens; else dials out
  bool wait = false;               ///< the machine starts when the first client has come
  std::uint32_t reconnect_ms = 0;  ///< of who dials out; 0: once
};

/// `socket,id=ID,path=PATH[,...]`, `socket,id=ID,host=HOST,port=PORT[,...]`, `socket,id=ID,fd=N`,
/// `stdio,id=ID`. Fails with invalid_argument and a
/// sentence, as does the next.
Result<Chardev> parse_chardev(std::string_view text);

/// Refuses what QEMU does not take for an id. `option` is whose it is.
Result<void> check_identifier(std::string_view option, std::string_view id);

/// `unix:PATH[,server=on][,wait=off][,...]`, `tcp:HOST:PORT[,...]` or `stdio`, as -qmp takes it; `option` is
/// its name.
Result<Chardev> parse_chardev_device(std::string_view option, std::string_view text);

/// "unix:/run/vm.sock", "tcp:127.0.0.1:4444", "fd:3", "stdio": for people.
std::string name_of(const Chardev& chardev);

}  // namespace qmpev
