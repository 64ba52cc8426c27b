// SPDX-License-Identifier: MIT
// A server with a thread of its own that does nothing but dispatch it, and its clients' way in.
#pragma once

#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <qmpev/server.hpp>

#include "base/unique_fd.hpp"
#include "support/qmp_client.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::bench {

class ServingThread {
 public:
  static constexpr std::size_t kClients = 16'384;

  explicit ServingThread(ServerConfig config = {}) : nudge_(eventfd(0, EFD_CLOEXEC)) {
    server_ = std::move(Server::create(std::move(config))).value();
    if (!server_->listen({path(), WireForm::qemu, kClients})) std::abort();
    if (!server_->set_rate_limit(EventKind::balloon_change, 0)) std::abort();
    thread_ = std::thread([this] { serve(); });
  }
  ~ServingThread() {
    ending_ = true;
    nudge();
    thread_.join();
  }
  ServingThread(const ServingThread&) = delete;
  ServingThread& operator=(const ServingThread&) = delete;

  std::string path() const { return folder_ / "s"; }
  Emitter emitter() const { return server_->emitter(); }

  /// A client in command mode.
  test::QmpClient negotiated() const {
    auto client = test::QmpClient::connect(path());
    if (!client || !client->line() || !client->send("{\"execute\":\"qmp_capabilities\"}") || !client->line())
      std::abort();
    return std::move(*client);
  }

  /// Waits until everything emitted before is where clients can read it, as far as they do, and the loop is
  /// about to sleep.
  void catch_up() {
    const std::uint64_t wanted = ++asked_;
    nudge();
    while (caught_up_.load(std::memory_order_acquire) < wanted) sched_yield();
  }
  /// Turns of the loop so far.
  std::uint64_t dispatches() const noexcept { return dispatches_.load(std::memory_order_relaxed); }

 private:
  void nudge() {
    const std::uint64_t one = 1;
    if (::write(nudge_.get(), &one, sizeof one) < 0) std::abort();
  }
  bool dispatch() {
    dispatches_.store(dispatches_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return server_->dispatch();
  }
  void serve() {
    while (!ending_) {
      pollfd wait[] = {{server_->fd(), POLLIN, 0}, {nudge_.get(), POLLIN, 0}};
      ::poll(wait, 2, -1);
      if (wait[1].revents == 0) {
        dispatch();
        continue;
      }
      std::uint64_t count = 0;
      if (::read(nudge_.get(), &count, sizeof count) < 0) std::abort();
      const std::uint64_t asked = asked_;
      while (dispatch()) {
      }
      caught_up_.store(asked, std::memory_order_release);
    }
    server_.reset();
  }

  test::TemporaryDirectory folder_;
  std::unique_ptr<Server> server_;
  UniqueFd nudge_;
  std::atomic<bool> ending_{false};
  std::atomic<std::uint64_t> asked_{0}, caught_up_{0}, dispatches_{0};
  std::thread thread_;
};

}  // namespace qmpev::bench
