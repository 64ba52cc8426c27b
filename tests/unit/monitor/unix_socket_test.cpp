// SPDX-License-Identifier: MIT
#include "monitor/unix_socket.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "base/clock.hpp"
#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

namespace qmpev::test {
namespace {

bool exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

mode_t mode_of(const std::string& path) {
  struct stat status;
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

/// Leaves the file of a socket whose process is gone.
void leave_stale_socket(const std::string& path, int type = SOCK_STREAM) {
  const UniqueFd fd(::socket(AF_UNIX, type, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

Error refused(const std::string& path) {
  const Result<UnixSocket> socket = UnixSocket::listen(path);
  REQUIRE_FALSE(socket);
  INFO(socket.error().sentence);
  CHECK_FALSE(socket.error().sentence.empty());
  return socket.error();
}

TEST_CASE("a relative path is removed from where it was made", "[monitor]") {
  const TemporaryDirectory directory;
  const UniqueFd before(::open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  REQUIRE(::chdir((directory / "").c_str()) == 0);
  {
    const Result<UnixSocket> socket = UnixSocket::listen("s");
    REQUIRE(::fchdir(before.get()) == 0);
    REQUIRE(socket);
    CHECK(exists(directory / "s"));
  }
  CHECK_FALSE(exists(directory / "s"));
}

TEST_CASE("it listens, and removes its file at the end", "[monitor]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "s";
  {
    const Result<UnixSocket> socket = UnixSocket::listen(path);
    REQUIRE(socket);
    CHECK(UnixClient(path).error() == 0);
  }
  CHECK_FALSE(exists(path));
}

TEST_CASE("nobody but the owner may connect, whatever the umask, and the umask stays as it is", "[monitor]") {
  const TemporaryDirectory directory;
  const mode_t mask = GENERATE(as<mode_t>{}, 0u, 022u, 077u, 0177u, 0777u);
  const mode_t before = ::umask(mask);
  const auto socket = UnixSocket::listen(directory / "s");
  const mode_t after = ::umask(before);
  REQUIRE(socket);
  CHECK(mode_of(directory / "s") == 0600);
  CHECK(after == mask);
}

TEST_CASE("the mode is the socket's own, so that the file is never there with another", "[monitor]") {
  const TemporaryDirectory directory;
  Result<UnixSocket> socket = UnixSocket::listen(directory / "s");
  struct stat status;
  REQUIRE(::fstat(socket.value().fd(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("its descriptor is non-blocking and not inherited", "[monitor]") {
  const TemporaryDirectory directory;
  const auto socket = UnixSocket::listen(directory / "s");
  REQUIRE(socket);
  Result<UnixSocket> copy = UnixSocket::listen(directory / "t");
  CHECK((::fcntl(copy.value().fd(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(copy.value().fd(), F_GETFL) & O_NONBLOCK) != 0);
}

TEST_CASE("a stale socket is replaced", "[monitor]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "s";
  leave_stale_socket(path);
  REQUIRE(exists(path));
  const auto socket = UnixSocket::listen(path);
  REQUIRE(socket);
  CHECK(UnixClient(path).error() == 0);
  CHECK(mode_of(path) == 0600);
}

TEST_CASE("a live socket is refused, with a sentence that says what to do, and goes on living", "[monitor]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "s";
  const auto first = UnixSocket::listen(path);
  REQUIRE(first);
  const Error error = refused(path);
  CHECK(error.code == ErrorCode::address_in_use);
  CHECK(error.sentence == path + " is in use by a running process: stop it or choose another path");
  CHECK(UnixClient(path).error() == 0);
}

TEST_CASE("a socket of another kind is not mistaken for a stale one", "[monitor]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "s";
  const UniqueFd datagram(::socket(AF_UNIX, SOCK_DGRAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(datagram.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(refused(path).code == ErrorCode::address_in_use);
  CHECK(exists(path));
}

TEST_CASE("what is not a socket is never touched", "[monitor]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "s";
  SECTION("a file") {
    std::ofstream(path) << "precious";
  }
  SECTION("a directory") {
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
  }
  SECTION("a link to nowhere") {
    REQUIRE(::symlink("/nowhere/at/all", path.c_str()) == 0);
  }
  SECTION("a link to a stale socket") {
    leave_stale_socket(directory / "other");
    REQUIRE(::symlink((directory / "other").c_str(), path.c_str()) == 0);
  }
  const Error error = refused(path);
  CHECK(error.code == ErrorCode::address_in_use);
  CHECK(error.sentence.find("not a socket") != std::string::npos);
  CHECK(exists(path));
}

TEST_CASE("at the end it removes only what it made", "[monitor]") {
  const TemporaryDirectory directory;
  const std::string path = directory / "s";
  std::optional<Result<UnixSocket>> socket(UnixSocket::listen(path));
  REQUIRE(*socket);
  SECTION("not a successor's socket") {
    REQUIRE(::rename(path.c_str(), (directory / "moved").c_str()) == 0);
    leave_stale_socket(path);
  }
  SECTION("not a file of the same name") {
    REQUIRE(::rename(path.c_str(), (directory / "moved").c_str()) == 0);
    std::ofstream(path) << "precious";
  }
  socket.reset();
  CHECK(exists(path));
}

TEST_CASE("a path has 1 to 107 bytes and no zero", "[monitor]") {
  const TemporaryDirectory directory;
  const std::string longest = directory / std::string(kMaxUnixPathBytes - directory.path().size() - 1, 'x');
  REQUIRE(longest.size() == 107);
  const auto socket = UnixSocket::listen(longest);
  CHECK(socket);
  CHECK(exists(longest));
  const Error error = refused(longest + "x");
  CHECK(error.code == ErrorCode::invalid_argument);
  CHECK(error.sentence.find("108 bytes") != std::string::npos);
  CHECK(error.sentence.find("107") != std::string::npos);
  CHECK(refused("").code == ErrorCode::invalid_argument);
  CHECK(refused(std::string("\0abstract", 9)).code == ErrorCode::invalid_argument);
  CHECK(refused(directory / std::string("a\0b", 3)).code == ErrorCode::invalid_argument);
}

TEST_CASE("a missing directory is named", "[monitor]") {
  const TemporaryDirectory directory;
  const Error error = refused(directory / "no/s");
  CHECK(error.code == ErrorCode::not_found);
  CHECK(error.sentence.find("the directory " + (directory / "no") + " does not exist") != std::string::npos);
  std::ofstream(directory / "file") << "x";
  CHECK(refused(directory / "file/s").code == ErrorCode::not_found);
}

TEST_CASE("a missing permission is explained", "[monitor]") {
  const TemporaryDirectory directory;
  REQUIRE(::mkdir((directory / "closed").c_str(), 0500) == 0);
  // Root is allowed everything: a child gives that up first. It may only use what fork() leaves it, and
  // _exit().
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::chown((directory / "closed").c_str(), 65534, 65534) != 0 ||
                             ::chmod(directory.path().c_str(), 0755) != 0 || ::setuid(65534) != 0)) {
      ::_exit(3);
    }
    const auto socket = UnixSocket::listen(directory / "closed/s");
    const bool explained = !socket && socket.error().code == ErrorCode::permission &&
                           socket.error().sentence.find("no permission") != std::string::npos;
    ::_exit(explained ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("of many that start at once over a stale file, exactly one listens in the end", "[monitor]") {
  for (int round = 0; round < 5; ++round) {
    const TemporaryDirectory directory;
    const std::string path = directory / "s";
    leave_stale_socket(path);
    int go[2];
    int hold[2];
    REQUIRE(::pipe(go) == 0);
    REQUIRE(::pipe(hold) == 0);
    int report[2];
    REQUIRE(::pipe(report) == 0);
    constexpr int kStarters = 8;
    pid_t starters[kStarters];
    for (pid_t& starter : starters) {
      starter = ::fork();
      if (starter != 0) continue;
      ::close(hold[1]);
      ::close(go[1]);
      char byte;
      if (::read(go[0], &byte, 1) < 0) ::_exit(3);  // all start when the parent closes it
      const auto socket = UnixSocket::listen(path);
      const char result = socket ? '1' : '0';
      if (::write(report[1], &result, 1) != 1) ::_exit(3);
      if (::read(hold[0], &byte, 1) < 0) ::_exit(3);  // winners live until all have tried
      ::_exit(0);
    }
    ::close(go[0]);
    ::close(go[1]);
    std::string results;
    for (int i = 0; i < kStarters; ++i) {
      char result;
      REQUIRE(::read(report[0], &result, 1) == 1);
      results += result;
    }
    CHECK(std::count(results.begin(), results.end(), '1') == 1);
    CHECK(UnixClient(path).error() == 0);
    for (const int fd : {hold[0], hold[1], report[0], report[1]}) ::close(fd);
    for (const pid_t starter : starters) {
      int status;
      CHECK(::waitpid(starter, &status, 0) == starter);
    }
  }
}

TEST_CASE("somebody else's lock on the directory only delays the start", "[monitor]") {
  const TemporaryDirectory directory;
  const UniqueFd lock(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  REQUIRE(::flock(lock.get(), LOCK_EX) == 0);
  const std::int64_t before = system_clock().monotonic_ns();
  CHECK(UnixSocket::listen(directory / "s"));
  CHECK(system_clock().monotonic_ns() - before >= 50'000'000);  // it did wait
}

}  // namespace
}  // namespace qmpev::test
