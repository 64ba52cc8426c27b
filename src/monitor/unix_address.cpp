// SPDX-License-Identifier: MIT
#include "monitor/unix_address.hpp"

#include <cstring>

namespace qmpev {
namespace {

Error refusal(const std::string& sentence) {
  return {ErrorCode::invalid_argument, sentence};
}

}  // namespace

Result<UnixAddress> UnixAddress::of_path(const std::string& path) {
  if (path.empty()) return refusal("a socket path is needed and empty");
  if (path.find('\0') != std::string::npos) return refusal("a socket path cannot contain a zero byte");
  if (path.size() > kMaxUnixPathBytes) {
    return refusal("the socket path " + path + " has " + std::to_string(path.size()) +
                   " bytes and the system allows " + std::to_string(kMaxUnixPathBytes) +
                   ": choose a shorter one");
  }
  UnixAddress made;
  made.address.sun_family = AF_UNIX;
  std::memcpy(made.address.sun_path, path.data(), path.size());
  return made;
}

Result<UnixAddress> UnixAddress::of_abstract_name(const std::string& name, bool tight) {
  if (name.empty()) return refusal("an abstract socket needs a name");
  if (name.size() > kMaxUnixPathBytes) {
    return refusal("the abstract socket name has " + std::to_string(name.size()) +
                   " bytes and the system allows " + std::to_string(kMaxUnixPathBytes) +
                   ": choose a shorter one");
  }
  UnixAddress made;
  made.address.sun_family = AF_UNIX;
  std::memcpy(made.address.sun_path + 1, name.data(), name.size());
  if (tight) made.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return made;
}

}  // namespace qmpev
