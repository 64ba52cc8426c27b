// SPDX-License-Identifier: MIT
// With real processes: the shell is the command.
#include "cli/child.hpp"

#include <sys/wait.h>

#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

const char* const kNoVariables[] = {nullptr};

sigset_t no_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  return none;
}

struct Started {
  explicit Started(const std::string& script, const sigset_t& mask = no_signals())
      : child(std::move(Child::start({"/bin/sh", "-c", script}, with_variable(kNoVariables, "WORD", "a b"),
                                     mask, [this] { ++ends; }))
                  .value()) {}
  int ends = 0;
  std::unique_ptr<Child> child;
};

TEST_CASE("a child's status is told as a shell tells it", "[cli]") {
  CHECK(shell_status(0) == 0);
  CHECK(shell_status(7 << 8) == 7);
  CHECK(shell_status(255 << 8) == 255);
  CHECK(shell_status(SIGKILL) == 137);
  CHECK(shell_status(SIGSEGV | 0x80) == 139);  // with a core
}

TEST_CASE("a child runs with the environment it is given, and its end is told once", "[cli]") {
  Started started("[ \"$WORD\" = 'a b' ] && exit 5");
  CHECK(started.child->wait() == 5);
  CHECK(started.ends == 1);
  CHECK(started.child->wait() == 5);
  started.child->send(SIGTERM);                  // to nobody
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // no zombie
  CHECK(errno == ECHILD);
}

TEST_CASE("a signal reaches a child", "[cli]") {
  Started started("while :; do :; done");
  started.child->send(SIGTERM);
  CHECK(started.child->wait() == 128 + SIGTERM);
}

TEST_CASE("what we ignore and block, a child does not", "[cli]") {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigset_t old;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &blocked, &old);
  const int number = GENERATE(SIGPIPE, SIGTERM);
  Started started("kill -" + std::to_string(number) + " $$; exit 9");
  CHECK(started.child->wait() == 128 + number);
  ::sigprocmask(SIG_SETMASK, &old, nullptr);
  ::signal(SIGPIPE, before);
}

TEST_CASE("a command that cannot be run is told from one that is not there", "[cli]") {
  const auto start = [](const std::string& command) {
    return Child::start({command}, {}, no_signals(), [] {});
  };
  CHECK(start("no-such-command").error().sentence ==
        "cannot run no-such-command: there is no such command in PATH");
  CHECK(start("no-such-command").error().code == ErrorCode::not_found);
  CHECK(start("/no/such").error().code == ErrorCode::not_found);
  CHECK(start("/no/such").error().sentence.find("there is no such file") != std::string::npos);
  CHECK(start("/etc/passwd").error().code == ErrorCode::permission);
  CHECK(start("/").error().code == ErrorCode::permission);
}

TEST_CASE("a variable replaces one of its name, and only that", "[cli]") {
  const char* const environment[] = {"A=1", "QMP_SOCKET=old", "QMP_SOCKET_2=2", "B=", nullptr};
  CHECK(with_variable(environment, "QMP_SOCKET", "/s") ==
        std::vector<std::string>{"A=1", "QMP_SOCKET_2=2", "B=", "QMP_SOCKET=/s"});
}

}  // namespace
}  // namespace qmpev
