// SPDX-License-Identifier: MIT
// Listeners on real sockets and the real loop, in front of the fake room. Single thread.
#pragma once

#include <poll.h>

#include <memory>
#include <string>
#include <utility>

#include "fake_room.hpp"
#include "loop/loop.hpp"
#include "monitor/listener.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {

struct House {
  explicit House(LogCallback log = {}) : room(kMinLogBytes, kMaxUnsentReplyBytes, {}, std::move(log)) {}

  std::unique_ptr<Listener> listen(const std::string& name, WireForm form = WireForm::document,
                                   std::size_t max_clients = 64) {
    auto listener = Listener::create({directory / name, form, max_clients}, *loop, room.monitors);
    REQUIRE(listener);
    return std::move(listener).value();
  }
  std::unique_ptr<Listener> listen(const ListenerConfig& config) {
    auto listener = Listener::create(config, *loop, room.monitors);
    REQUIRE(listener);
    return std::move(listener).value();
  }
  /// Dispatches until nothing is due.
  void run() {
    for (int i = 0; i < 10'000; ++i) {
      const bool polled = loop->poll(256) > 0;
      room.monitors.end_silent();
      room.settle();
      const bool put_off = room.monitors.pump();
      room.monitors.reap();
      CHECK(room.monitors.balanced());
      if (!polled && !put_off) return;
    }
    FAIL("the loop spins");
  }
  bool wait(int milliseconds) {
    pollfd ready{loop->fd(), POLLIN, 0};
    return ::poll(&ready, 1, milliseconds) == 1;
  }

  TemporaryDirectory directory;
  std::unique_ptr<Loop> loop = std::move(Loop::create()).value();
  FakeRoom room;
};

}  // namespace qmpev::test
