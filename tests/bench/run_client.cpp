// SPDX-License-Identifier: MIT
// The command of `qmpev run` in tests/bench/program_rows.py: sends one request to $QMP_SOCKET and prints when
// the event arrived. Compiled, because starting an interpreter would take longer than what is measured.
//
// usage: run_client REQUEST EVENT
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

int main(int argc, char** argv) {
  const char* const path = std::getenv("QMP_SOCKET");
  sockaddr_un address{};
  if (argc != 3 || path == nullptr || std::strlen(path) >= sizeof address.sun_path) return 2;
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return 1;
  const std::string request = std::string("{\"execute\": \"qmp_capabilities\"}") + argv[1];
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return 1;
  const std::string awaited = std::string("\"event\": \"") + argv[2] + '"';
  std::string received;
  for (char bytes[4096]; received.find(awaited) == std::string::npos;) {
    const ssize_t count = ::recv(fd, bytes, sizeof bytes, 0);
    if (count <= 0 || received.find("\"error\"") != std::string::npos) return 1;
    received.append(bytes, static_cast<std::size_t>(count));
  }
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  std::printf("%lld\n", static_cast<long long>(std::chrono::nanoseconds(now).count()));
  return 0;
}
