// SPDX-License-Identifier: MIT
// A server with a loop thread of its own and sockets in a temporary folder, for integration tests.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <qmpev/server.hpp>

#include "base/unique_fd.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {

/// The server belongs to the loop thread; run() borrows it there.
class Served {
 public:
  explicit Served(ServerConfig config = {}) {
    auto made = Server::create(std::move(config));
    server_ = std::move(made).value();
    emitter_ = std::make_unique<Emitter>(server_->emitter());
    for (const WireForm form : {WireForm::document, WireForm::qemu}) {
      auto listening = server_->listen({path(form), form, max_clients});
      if (!listening) std::abort();
    }
    stop_ = UniqueFd(eventfd(0, EFD_CLOEXEC));
    thread_ = std::thread([this] { loop(); });
  }
  ~Served() { end(); }

  /// Ends the loop and destroys the server there.
  void end() {
    if (!thread_.joinable()) return;
    ending_ = true;
    poke();
    thread_.join();
  }

  std::string path(WireForm form) const { return folder_ / (form == WireForm::qemu ? "qemu" : "document"); }
  const Emitter& emitter() const noexcept { return *emitter_; }
  const std::string& folder() const noexcept { return folder_.path(); }

  /// Runs `work` on the loop thread and gives what it gives.
  template <class Work>
  auto run(Work work) -> decltype(work(std::declval<Server&>())) {
    std::packaged_task<decltype(work(std::declval<Server&>()))()> task([&] { return work(*server_); });
    auto result = task.get_future();
    {
      const std::lock_guard guard(mutex_);
      work_.emplace_back([&task] { task(); });
    }
    poke();
    return result.get();
  }
  Statistics statistics() {
    return run([](Server& server) { return server.statistics(); });
  }

  static constexpr std::size_t max_clients = 128;

 private:
  void poke() {
    const std::uint64_t one = 1;
    if (::write(stop_.get(), &one, sizeof one) < 0) std::abort();
  }
  void loop() {
    while (!ending_) {
      pollfd wait[] = {{server_->fd(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
      ::poll(wait, 2, -1);
      if (wait[1].revents != 0) {
        std::uint64_t count;
        if (::read(stop_.get(), &count, sizeof count) < 0) std::abort();
      }
      std::vector<std::function<void()>> work;
      {
        const std::lock_guard guard(mutex_);
        work.swap(work_);
      }
      for (auto& each : work) each();
      server_->dispatch();
    }
    server_.reset();
  }

  TemporaryDirectory folder_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Emitter> emitter_;
  UniqueFd stop_;
  std::mutex mutex_;
  std::vector<std::function<void()>> work_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace qmpev::test
