// SPDX-License-Identifier: MIT
#include "loop/loop.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <vector>

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

bool readable(int fd, int wait_ms = 0) {
  pollfd p{fd, POLLIN, 0};
  return poll(&p, 1, wait_ms) == 1;
}

std::int64_t monotonic_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// An eventfd that is readable from the start, and what to do when told so.
struct Ready final : Loop::Watcher {
  Ready() : fd(eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  void ready(std::uint32_t events) override {
    ++calls;
    seen = events;
    if (then) then();
  }
  UniqueFd fd;
  int calls = 0;
  std::uint32_t seen = 0;
  std::function<void()> then;
};

std::unique_ptr<Loop> make() {
  auto loop = Loop::create();
  REQUIRE(loop);
  return std::move(loop).value();
}

}  // namespace

TEST_CASE("a watcher is told what it asked for, again and again until it is served", "[loop]") {
  auto loop = make();
  Ready watcher;
  CHECK(loop->poll(10) == 0);
  CHECK_FALSE(readable(loop->fd()));
  REQUIRE(loop->add(watcher.fd.get(), EPOLLIN, watcher));
  CHECK(readable(loop->fd()));
  CHECK(loop->poll(1) == 1);
  CHECK(loop->poll(1) == 1);
  CHECK(watcher.calls == 2);
  CHECK(watcher.seen == EPOLLIN);
  loop->modify(watcher.fd.get(), 0);
  CHECK(loop->poll(1) == 0);
  loop->modify(watcher.fd.get(), EPOLLOUT);
  CHECK(loop->poll(1) == 1);
  CHECK(watcher.seen == EPOLLOUT);
  loop->remove(watcher.fd.get());
  CHECK(loop->poll(1) == 0);
  CHECK_FALSE(readable(loop->fd()));
}

TEST_CASE("who is removed in a round hears nothing more of that round", "[loop]") {
  auto loop = make();
  std::vector<Ready> watchers(5);
  for (auto& watcher : watchers) {
    REQUIRE(loop->add(watcher.fd.get(), EPOLLIN, watcher));
    watcher.then = [&] {
      for (auto& other : watchers) loop->remove(other.fd.get());  // itself, its neighbours, all
    };
  }
  loop->poll(10);
  int calls = 0;
  for (auto& watcher : watchers) calls += watcher.calls;
  CHECK(calls == 1);
}

TEST_CASE("a descriptor that takes a removed one's number does not inherit its news", "[loop]") {
  auto loop = make();
  Ready first, second;
  Ready reborn;
  reborn.fd.reset();
  int number = -1;
  for (auto* watcher : {&first, &second}) {
    REQUIRE(loop->add(watcher->fd.get(), EPOLLIN, *watcher));
    Ready* other = watcher == &first ? &second : &first;
    watcher->then = [&, other] {
      number = other->fd.get();
      loop->remove(number);
      other->fd.reset(eventfd(0, EFD_CLOEXEC));  // may or may not get the same number
      reborn.fd.reset(other->fd.release());
      if (reborn.fd.get() != number) {
        dup3(reborn.fd.get(), number, O_CLOEXEC);
        reborn.fd.reset(number);
      }
      REQUIRE(loop->add(number, EPOLLIN, reborn));
    };
  }
  loop->poll(10);
  CHECK(first.calls + second.calls == 1);
  CHECK(reborn.calls == 0);
}

TEST_CASE("the timer makes the loop readable at its deadline, and only the last arming counts", "[loop]") {
  auto loop = make();
  loop->arm(monotonic_ns() + 3'600'000'000'000);
  CHECK_FALSE(readable(loop->fd()));
  loop->arm(1);  // long past
  CHECK(readable(loop->fd(), 10'000));
  loop->poll(10);
  CHECK_FALSE(readable(loop->fd()));
  loop->arm(0);
  CHECK(readable(loop->fd(), 10'000));
  loop->arm(INT64_MAX);
  CHECK_FALSE(readable(loop->fd()));
}

TEST_CASE("a round serves no more than its budget", "[loop]") {
  auto loop = make();
  std::vector<Ready> watchers(100);
  for (auto& watcher : watchers) REQUIRE(loop->add(watcher.fd.get(), EPOLLIN, watcher));
  CHECK(loop->poll(99) == 99);
  int calls = 0;
  for (auto& watcher : watchers) calls += watcher.calls;
  CHECK(calls == 99);
}

TEST_CASE("a descriptor that cannot be watched is refused with a sentence", "[loop]") {
  auto loop = make();
  Ready watcher;
  const auto refused = loop->add(1'000'000, EPOLLIN, watcher);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::system);
  CHECK(refused.error().sentence.find("cannot watch a descriptor") == 0);
}

TEST_CASE("what cannot be watched is told from what went wrong", "[loop]") {
  auto loop = make();
  Ready watcher;
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK_FALSE(loop->add(null.get(), EPOLLIN, watcher));
  CHECK(errno == EPERM);
  CHECK_FALSE(loop->add(1'000'000, EPOLLIN, watcher));
  CHECK(errno == EBADF);
}
