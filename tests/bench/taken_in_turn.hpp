// SPDX-License-Identifier: MIT
// A server and clients in command mode that share the calling thread: what the loop does can be measured
// apart from all else.
#pragma once

#include <sys/socket.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <qmpev/server.hpp>

#include "bench/row.hpp"
#include "support/qmp_client.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::bench {

class TakenInTurn {
 public:
  static constexpr int kBatch = 64;  ///< events between two dispatches: about 8 KiB, less than a socket takes
  static constexpr std::size_t kSeats = 16'384;
  static constexpr std::size_t kShortestLine = 110;  ///< of the events below

  explicit TakenInTurn(int clients) : server_(std::move(Server::create({})).value()) {
    if (!server_->listen({path(), WireForm::qemu, kSeats})) std::abort();
    for (int i = 0; i < clients; ++i) {
      auto client = test::QmpClient::connect(path());
      client->send("{\"execute\":\"qmp_capabilities\"}");
      for (int turn = 0; turn < 4; ++turn) server_->dispatch();
      client->line();
      client->line();
      clients_.push_back(std::move(*client));
    }
  }

  std::string path() const { return folder_ / "s"; }
  Server& server() noexcept { return *server_; }

  /// Emits at least so many events, with a `dispatch` of the server and all clients served behind each batch;
  /// gives how many.
  template <class Dispatch>
  int deliver(int events, const Dispatch& dispatch) {
    const Emitter emitter = server_->emitter();
    int done = 0;
    for (; done < events; done += kBatch) {
      for (int i = 0; i < kBatch; ++i) emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
      dispatch(*server_);
      for (auto& client : clients_) take_batch(client.fd());
    }
    return done;
  }
  /// Delivers until the log forgets: what it costs to be given memory by the kernel is behind us.
  void fill_log() {
    const std::size_t lines = ServerConfig().log_bytes / kShortestLine;
    deliver(static_cast<int>(lines), [](Server& server) { server.dispatch(); });
  }
  /// CPU time of the loop for each event and client, of so many events.
  double deliver_ns(int events) {
    std::int64_t spent = 0;
    const int done = deliver(events, [&spent](Server& server) {
      const std::int64_t start = thread_cpu_ns();
      server.dispatch();
      spent += thread_cpu_ns() - start;
    });
    return static_cast<double>(spent) / done / static_cast<double>(clients_.size());
  }

 private:
  void take_batch(int fd) {
    int lines = 0;
    while (lines < kBatch) {
      const ssize_t count = ::recv(fd, buffer_.data(), buffer_.size(), 0);
      if (count <= 0) std::abort();
      for (ssize_t i = 0; i < count; ++i) lines += buffer_[static_cast<std::size_t>(i)] == '\n';
    }
  }

  test::TemporaryDirectory folder_;
  std::unique_ptr<Server> server_;
  std::vector<test::QmpClient> clients_;
  std::vector<char> buffer_ = std::vector<char>(1 << 16);
};

}  // namespace qmpev::bench
