// SPDX-License-Identifier: MIT
// What one event costs for each client, from the log to the socket, beside writing the same bytes in the same
// batches. The clients are socket pairs drained outside of the measured time.
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <qmpev/server.hpp>

#include "bench/figures.hpp"
#include "support/qmp_client.hpp"
#include "support/served.hpp"

namespace qmpev::bench {
namespace {

constexpr int kBatch = 64;  // events between two dispatches: about 8 KiB, less than a socket takes
constexpr int kBatches = 100;

/// Clients in command mode on a server that this thread dispatches.
class Room {
 public:
  explicit Room(int clients) {
    auto made = Server::create({});
    server_ = std::move(made).value();
    ListenerConfig config{folder_ / "s", WireForm::qemu, 1024};
    if (!server_->listen(config)) std::abort();
    for (int i = 0; i < clients; ++i) {
      auto client = test::QmpClient::connect(config.path);
      client->send("{\"execute\":\"qmp_capabilities\"}");
      for (int turn = 0; turn < 4; ++turn) server_->dispatch();
      client->line();
      client->line();
      clients_.push_back(std::move(*client));
    }
  }

  double deliver_ns() {
    const Emitter emitter = server_->emitter();
    std::int64_t spent = 0;
    for (int b = 0; b < kBatches; ++b) {
      for (int i = 0; i < kBatch; ++i) emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
      const std::int64_t start = thread_cpu_ns();
      server_->dispatch();
      spent += thread_cpu_ns() - start;
      for (auto& client : clients_) drain(client.fd());
    }
    return static_cast<double>(spent) / (kBatch * kBatches) / static_cast<double>(clients_.size());
  }

 private:
  void drain(int fd) {
    std::size_t lines = 0;
    while (lines < kBatch) {
      const ssize_t count = ::recv(fd, buffer_.data(), buffer_.size(), 0);
      if (count <= 0) std::abort();
      for (ssize_t i = 0; i < count; ++i) lines += buffer_[static_cast<std::size_t>(i)] == '\n';
    }
  }

  test::TemporaryDirectory folder_;
  std::unique_ptr<Server> server_;
  std::vector<test::QmpClient> clients_;
  std::vector<char> buffer_ = std::vector<char>(1 << 20);
};

/// The same number of socket pairs, one write per batch and client of bytes made beforehand.
class RawWrites {
 public:
  explicit RawWrites(int clients) : clients_(static_cast<std::size_t>(clients)) {
    for (auto& pair : clients_) {
      int fds[2];
      if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) std::abort();
      pair.first.reset(fds[0]);
      pair.second.reset(fds[1]);
    }
    const std::string line =
        "{\"timestamp\": {\"seconds\": 1795364476, \"microseconds\": 361081}, \"event\": \"GUEST_PANICKED\", "
        "\"data\": {\"action\": \"pause\"}}\r\n";
    for (int i = 0; i < kBatch; ++i) batch_ += line;
  }

  double write_ns() {
    std::int64_t spent = 0;
    std::vector<char> buffer(batch_.size());
    for (int b = 0; b < kBatches; ++b) {
      const std::int64_t start = thread_cpu_ns();
      for (auto& pair : clients_) {
        if (::send(pair.first.get(), batch_.data(), batch_.size(), MSG_NOSIGNAL) < 0) std::abort();
      }
      spent += thread_cpu_ns() - start;
      for (auto& pair : clients_) {
        for (std::size_t got = 0; got < batch_.size();) {
          const ssize_t count = ::recv(pair.second.get(), buffer.data(), buffer.size(), 0);
          if (count <= 0) std::abort();
          got += static_cast<std::size_t>(count);
        }
      }
    }
    return static_cast<double>(spent) / (kBatch * kBatches) / static_cast<double>(clients_.size());
  }

 private:
  std::vector<std::pair<UniqueFd, UniqueFd>> clients_;
  std::string batch_;
};

Row row(int clients) {
  Room room(clients);
  RawWrites raw(clients);
  return side_by_side(
      "delivery to " + std::to_string(clients) + (clients == 1 ? " client" : " clients"),
      "the same bytes, made before, in one write per batch", [&] { return room.deliver_ns(); },
      [&] { return raw.write_ns(); }, 7);
}

}  // namespace

std::vector<Row> fan_out_rows() {
  return {row(1), row(8), row(64)};
}

}  // namespace qmpev::bench
