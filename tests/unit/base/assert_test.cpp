// SPDX-License-Identifier: MIT
#include "base/assert.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include <catch2/catch.hpp>

TEST_CASE("a condition that holds costs nothing, one that does not ends the process and names itself",
          "[base]") {
  QMPEV_ASSERT(1 + 1 == 2);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // not the test framework's
    dup2(ends[1], STDERR_FILENO);
    QMPEV_ASSERT(1 + 1 == 3);
    _exit(0);
  }
  close(ends[1]);
  std::string said;
  char byte;
  while (read(ends[0], &byte, 1) == 1) said += byte;
  close(ends[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
  CHECK(said.find("1 + 1 == 3 does not hold") != std::string::npos);
  CHECK(said.find("assert_test.cpp:") != std::string::npos);
}
