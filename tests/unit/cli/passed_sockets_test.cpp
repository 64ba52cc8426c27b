// SPDX-License-Identifier: MIT
#include "cli/passed_sockets.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdlib>

#include <catch2/catch.hpp>

#include "base/unique_fd.hpp"

namespace qmpev::test {
namespace {

constexpr pid_t kSelf = 4711;
constexpr int kFirst = 400;  // what follows is free in a test

/// Descriptors in a row that children would inherit.
class Row {
 public:
  explicit Row(int count) {
    const UniqueFd some(::eventfd(0, 0));
    for (int i = 0; i < count; ++i) fds_.emplace_back(::fcntl(some.get(), F_DUPFD, kFirst + i));
  }
  bool inherited(int place) const {
    return (::fcntl(fds_.at(static_cast<std::size_t>(place)).get(), F_GETFD) & FD_CLOEXEC) == 0;
  }

 private:
  std::vector<UniqueFd> fds_;
};

Result<PassedSockets> passed(const char* count, const char* names, const char* pid = "4711") {
  return PassedSockets::of({.pid = pid, .count = count, .names = names}, kSelf, kFirst);
}

bool says(const Error& error, const char* part) {
  INFO(error.sentence);
  return error.sentence.find(part) != std::string::npos;
}

TEST_CASE("passed sockets are found by name, and a name may be that of several", "[cli]") {
  const Row row(4);
  auto sockets = passed("4", "qmp:events:qmp:").value();
  CHECK(sockets.take("qmp").value() == std::vector<int>{kFirst, kFirst + 2});
  CHECK(says(sockets.expect_none_left().error(), "nobody serves the socket 'events'"));
  CHECK(sockets.take("events").value() == std::vector<int>{kFirst + 1});
  CHECK(says(sockets.expect_none_left().error(), "nobody serves the socket ''"));
  CHECK(sockets.take("").value() == std::vector<int>{kFirst + 3});
  CHECK(sockets.expect_none_left());
}

TEST_CASE("passed sockets are no child's, whatever becomes of them", "[cli]") {
  const Row row(3);
  REQUIRE(row.inherited(0));
  const auto sockets = passed("2", "a:b");
  CHECK_FALSE(row.inherited(0));
  CHECK_FALSE(row.inherited(1));
  CHECK(row.inherited(2));
}

TEST_CASE("sockets without names have the name that systemd's library gives them", "[cli]") {
  const Row row(2);
  CHECK(passed("2", nullptr).value().take("unknown").value().size() == 2);
}

TEST_CASE("nothing is passed where the variables do not say so", "[cli]") {
  const Row row(1);
  for (auto sockets :
       {passed(nullptr, nullptr), passed("1", "a", nullptr), passed("0", ""), passed("0", nullptr)}) {
    REQUIRE(sockets);
    CHECK(sockets.value().expect_none_left());
    const auto none = sockets.value().take("a");
    CHECK(none.error().code == ErrorCode::not_found);
    CHECK(says(none.error(),
               "--listen fd:a: no socket was passed to this process: start it from a .socket unit"));
  }
  CHECK(row.inherited(0));
}

TEST_CASE("what was passed to another process is left alone, and told", "[cli]") {
  const Row row(1);
  for (const char* pid : {"4712", "", "4711x", "-4711"}) {
    auto sockets = passed("nonsense", "a", pid).value();
    CHECK(sockets.expect_none_left());
    const auto none = sockets.take("a");
    CHECK(none.error().code == ErrorCode::not_found);
    CHECK((*pid == '\0' ||
           says(none.error(), (std::string("passed to process ") + pid + " (LISTEN_PID)").c_str())));
  }
  CHECK(row.inherited(0));
}

TEST_CASE("a name that is not there is refused with those that are", "[cli]") {
  const Row row(3);
  auto sockets = passed("3", "b:a:a").value();
  CHECK(says(sockets.take("c").error(),
             "--listen fd:c: no socket of that name was passed; there is 'a', 'b' ("));
  REQUIRE(sockets.take("a"));
  CHECK(says(sockets.take("a").error(), "there is 'b' ("));
  REQUIRE(sockets.take("b"));
  CHECK(says(sockets.take("a").error(), "every socket that was passed has its --listen"));
}

TEST_CASE("variables that contradict themselves are refused", "[cli]") {
  const Row row(2);
  for (const char* count : {"", "two", "2 ", "-1", "4097", "99999999999"})
    CHECK(says(passed(count, nullptr).error(), "not a number from 0 to 4096"));
  CHECK(says(passed("2", "a").error(), "LISTEN_FDNAMES has 1 names for 2 sockets"));
  CHECK(says(passed("2", "a:b:c").error(), "LISTEN_FDNAMES has 3 names for 2 sockets"));
  CHECK(says(passed("3", "a:b:c").error(), "LISTEN_FDS is 3, and descriptor 402 is not open"));
  CHECK(passed("3", nullptr).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("the variables are gone when they were read, also those of others", "[cli]") {
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "1", 1);
  ::setenv("LISTEN_FDNAMES", "a", 1);
  auto sockets = PassedSockets::take_from_environment();
  CHECK(says(sockets.value().take("a").error(), "passed to process 1 "));
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
    CHECK(std::getenv(variable) == nullptr);
}

}  // namespace
}  // namespace qmpev::test
