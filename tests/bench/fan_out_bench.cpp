// SPDX-License-Identifier: MIT
// What one event costs for each client, from the log to the socket, beside writing the same bytes in the same
// batches. The clients are socket pairs drained outside of the measured time.
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "bench/naive_line.hpp"
#include "bench/row.hpp"
#include "bench/taken_in_turn.hpp"

namespace qmpev::bench {
namespace {

constexpr int kBatch = TakenInTurn::kBatch;
constexpr int kBatches = 100;

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
  /// A line made and written for each event and client.
  double naive_ns() {
    constexpr int kEvents = 64;
    const GuestPanicked event{GuestPanicAction::pause, {}};
    std::vector<char> buffer(batch_.size());
    const std::int64_t start = thread_cpu_ns();
    for (int i = 0; i < kEvents; ++i) {
      for (auto& pair : clients_) {
        const std::string line = naive_line(event);
        if (::send(pair.first.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) std::abort();
      }
    }
    const std::int64_t spent = thread_cpu_ns() - start;
    for (auto& pair : clients_)
      while (::recv(pair.second.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) {
      }
    return static_cast<double>(spent) / kEvents / static_cast<double>(clients_.size());
  }

 private:
  std::vector<std::pair<UniqueFd, UniqueFd>> clients_;
  std::string batch_;
};

Row row(int clients) {
  TakenInTurn room(clients);
  room.fill_log();
  RawWrites raw(clients);
  Row row = side_by_side(
      {.what = "CPU per event and client, delivery to " + std::to_string(clients),
       .floor_is = "the same bytes, made before, in one write per batch",
       .goal = Goal::ratio_at_most,
       .target = 1.3},
      [&] { return room.deliver_ns(kBatch * kBatches); }, [&] { return raw.write_ns(); }, 7);
  row.naive = raw.naive_ns();
  return row;
}

std::uint64_t lines_encoded(TakenInTurn& room) {
  return room.server().statistics().lines_through_ring;
}

Row encodings_row(int clients) {
  TakenInTurn room(clients);
  const std::uint64_t before = lines_encoded(room);
  room.deliver_ns(kBatch * kBatches);
  return {.what = "lines serialised per event, " + std::to_string(clients) + " clients of one form",
          .unit = "",
          .ours = static_cast<double>(lines_encoded(room) - before) / (kBatch * kBatches),
          .floor = 1,
          .floor_is = "one for each distinct form",
          .goal = Goal::ratio_at_most,
          .target = 1,
          .naive = static_cast<double>(clients)};
}

}  // namespace

std::vector<Row> fan_out_rows() {
  return {row(1), row(8), row(64), row(256), encodings_row(256)};
}

}  // namespace qmpev::bench
