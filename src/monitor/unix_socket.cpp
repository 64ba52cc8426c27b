// SPDX-License-Identifier: MIT
// Two starters of the same path must not both find a stale file and one then delete the other's live socket.
// So what lies between looking and listening happens under a lock on the directory: a lock on the directory
// itself, since a lock file beside the socket would be left behind for ever (deleting one safely needs
// another lock). It binds those who take it, that is, this library; a process that deletes live sockets
// cannot be helped.
#include "monitor/unix_socket.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace qmpev {
namespace {

/// Only the owner may connect: who can speak QMP can end the machine.
constexpr mode_t kSocketMode = 0600;
/// Somebody may hold a lock on the directory for long (systemd-tmpfiles does): then we go on without.
constexpr int kLockAttempts = 20;
constexpr long kLockPauseNs = 5'000'000;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Error refusal(ErrorCode code, const std::string& sentence) {
  return {code, sentence};
}

Error in_use(const std::string& path) {
  return refusal(ErrorCode::address_in_use,
                 path + " is in use by a running process: stop it or choose another path");
}

/// What the operating system's refusal means for someone who wants a socket at `path`.
Error explain(const std::string& path, int error) {
  const std::string directory = directory_of(path);
  switch (error) {
    case ENOENT:
      return refusal(
          ErrorCode::not_found,
          "the directory " + directory + " does not exist: create it or choose another path than " + path);
    case ENOTDIR:
      return refusal(ErrorCode::not_found,
                     directory + " is not a directory: choose another path than " + path);
    case EACCES:
    case EPERM:
    case EROFS:
      return refusal(ErrorCode::permission, "no permission to make a socket in " + directory + " (" +
                                                std::strerror(error) +
                                                "): change that or choose another path than " + path);
    case EADDRINUSE:
      return in_use(path);
    default:
      return refusal(ErrorCode::system, "cannot listen on " + path + ": " + std::strerror(error));
  }
}

UniqueFd new_socket() {
  return UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

/// The lock goes with the descriptor. No descriptor: the directory is missing (bind will say so) or not
/// readable.
UniqueFd lock_directory(const std::string& path) {
  UniqueFd directory(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return directory;
  for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
    if (::flock(directory.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) break;
    const timespec pause{0, kLockPauseNs};
    ::nanosleep(&pause, nullptr);
  }
  return directory;
}

/// Makes the path free, if nobody's: a socket that refuses connections has lost its process.
Result<void> clear_path(const std::string& path, const UnixAddress& address) {
  struct stat found;
  if (::lstat(path.c_str(), &found) != 0)
    return {};  // mostly: there is nothing; bind says what else is wrong
  if (!S_ISSOCK(found.st_mode)) {
    return refusal(
        ErrorCode::address_in_use,
        path + " exists and is not a socket: it is left as it is; remove it or choose another path");
  }
  const UniqueFd probe = new_socket();
  if (!probe) return explain(path, errno);
  if (::connect(probe.get(), address.generic(), address.size) == 0) return in_use(path);
  switch (errno) {
    case ECONNREFUSED:
      break;
    case ENOENT:  // it has just gone
      return {};
    case EACCES:
    case EPERM:
      return refusal(ErrorCode::permission,
                     path + " belongs to somebody else who may be using it: choose another path");
    default:  // EAGAIN: its queue is full; EPROTOTYPE: another kind of socket listens
      return in_use(path);
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return explain(path, errno);
  return {};
}

/// `path` as it is to be found again after a daemon has gone to "/".
std::string from_root(const std::string& path) {
  std::error_code unknown;  // of a current directory that is gone: then as it is
  const std::filesystem::path found = std::filesystem::absolute(path, unknown);
  return unknown ? path : found.string();
}

/// True when `path` is the file `status` describes.
bool is_same_file(const std::string& path, dev_t device, ino_t inode) {
  struct stat now;
  return ::lstat(path.c_str(), &now) == 0 && now.st_dev == device && now.st_ino == inode;
}

}  // namespace

UnixSocket::UnixSocket(UniqueFd fd, const std::string& path, dev_t device, ino_t inode) noexcept
    : fd_(std::move(fd)), path_(from_root(path)), device_(device), inode_(inode) {}

UnixSocket::UnixSocket(UniqueFd fd) noexcept : fd_(std::move(fd)) {}

UnixSocket::~UnixSocket() {
  if (fd_ && !path_.empty() && is_same_file(path_, device_, inode_)) ::unlink(path_.c_str());
}

Result<UnixSocket> UnixSocket::listen(const std::string& path) {
  const Result<UnixAddress> address = UnixAddress::of_path(path);
  if (!address) return address.error();
  const UniqueFd lock = lock_directory(path);
  const Result<void> cleared = clear_path(path, address.value());
  if (!cleared) return cleared.error();

  UniqueFd fd = new_socket();
  if (!fd) return explain(path, errno);
  // Before bind: the file is made with the socket's mode, so there is no moment in which others could
  // connect.
  if (::fchmod(fd.get(), kSocketMode) != 0) return explain(path, errno);
  if (::bind(fd.get(), address.value().generic(), address.value().size) != 0) return explain(path, errno);
  struct stat made;
  if (::lstat(path.c_str(), &made) != 0) return explain(path, errno);
  UnixSocket socket(std::move(fd), path, made.st_dev, made.st_ino);
  // A umask that takes away the owner's own rights worked on the mode; this can only widen it to what was
  // meant.
  if ((made.st_mode & 0777) != kSocketMode && ::chmod(path.c_str(), kSocketMode) != 0)
    return explain(path, errno);
  if (::listen(socket.fd(), SOMAXCONN) != 0) return explain(path, errno);
  return socket;
}

}  // namespace qmpev
