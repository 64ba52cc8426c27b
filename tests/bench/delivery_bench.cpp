// SPDX-License-Identifier: MIT
// How many events a second reach one client, which is a process of its own: one thread emits, held back so
// that nothing is lost, one is the loop. The floors write in batches as large as the loop's were on average:
// the same bytes, made before, and lines that the thread that writes them stamps and encodes.
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "bench/reading_process.hpp"
#include "bench/row.hpp"
#include "bench/serving_thread.hpp"
#include "event/event_tables.hpp"
#include "wire/encoder.hpp"

namespace qmpev::bench {
namespace {

constexpr std::uint64_t kEvents = 300'000;
constexpr std::uint64_t kBurst = 500;    // emitted before the emitting thread looks how far the client is
constexpr std::uint64_t kAhead = 5'000;  // events of three cells: a quarter of the ring below
constexpr std::size_t kRingBytes = std::size_t{4} << 20;

ServerConfig with_ring() {
  ServerConfig config;
  config.ring_bytes = kRingBytes;
  return config;
}

class Delivery {
 public:
  Delivery() : serving_(with_ring()), client_(serving_.negotiated()), process_(client_.fd()) {}
  ~Delivery() { ::shutdown(client_.fd(), SHUT_RDWR); }

  double events_a_second() {
    const Emitter emitter = serving_.emitter();
    const std::uint64_t first = process_.lines(), bytes = process_.bytes(), turns = serving_.dispatches();
    const std::int64_t start = now_ns();
    for (std::uint64_t done = 0; done < kEvents; done += kBurst) {
      for (std::uint64_t i = 0; i < kBurst; ++i) emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
      if (done + kBurst > kAhead) process_.wait_for_lines(first + done + kBurst - kAhead);
    }
    process_.wait_for_lines(first + kEvents);  // all of them: nothing was dropped
    const double seconds = static_cast<double>(now_ns() - start) / 1e9;
    batch_bytes_ = (process_.bytes() - bytes) / std::max<std::uint64_t>(1, serving_.dispatches() - turns);
    return static_cast<double>(kEvents) / seconds;
  }
  std::size_t batch_bytes() const noexcept { return batch_bytes_; }

 private:
  ServingThread serving_;
  test::QmpClient client_;
  ReadingProcess process_;
  std::size_t batch_bytes_ = 0;
};

class RawDelivery {
 public:
  RawDelivery() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
    ours_.reset(ends[0]);
    theirs_.reset(ends[1]);
    process_.emplace(theirs_.get());
  }
  ~RawDelivery() { ::shutdown(ours_.get(), SHUT_RDWR); }

  double events_a_second(std::size_t batch_bytes) {
    const std::string line =
        "{\"timestamp\": {\"seconds\": 1795364476, \"microseconds\": 361081}, \"event\": \"GUEST_PANICKED\", "
        "\"data\": {\"action\": \"pause\"}}\r\n";
    std::string batch;
    while (batch.empty() || batch.size() + line.size() <= batch_bytes) batch += line;
    const std::uint64_t lines = batch.size() / line.size();
    return written_a_second([&] {
      write_all(batch);
      return lines;
    });
  }
  /// Likewise, but that each line is stamped and encoded by the thread that writes it.
  double encoded_a_second(std::size_t batch_bytes) {
    constexpr std::size_t kLongest = Describe<GuestPanicked>::max_line_bytes;
    std::vector<char> batch(batch_bytes + kLongest);
    return written_a_second([&] {
      std::size_t size = 0;
      std::uint64_t lines = 0;
      for (; size < batch_bytes; ++lines)
        size += encode(WireForm::qemu, system_clock().wall_us(), GuestPanicked{GuestPanicAction::pause, {}},
                       batch.data() + size);
      write_all({batch.data(), size});
      return lines;
    });
  }

 private:
  template <class WriteBatch>
  double written_a_second(const WriteBatch& write_batch) {
    const std::uint64_t first = process_->lines();
    const std::int64_t start = now_ns();
    std::uint64_t written = 0;
    while (written < kEvents) written += write_batch();
    process_->wait_for_lines(first + written);
    return static_cast<double>(written) / (static_cast<double>(now_ns() - start) / 1e9);
  }
  void write_all(std::string_view batch) const {
    while (!batch.empty()) {
      const ssize_t count = ::send(ours_.get(), batch.data(), batch.size(), MSG_NOSIGNAL);
      if (count < 0) std::abort();
      batch.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  UniqueFd ours_, theirs_;
  std::optional<ReadingProcess> process_;
};

}  // namespace

std::vector<Row> delivery_rows() {
  Delivery delivery;
  RawDelivery raw;
  Row ratio = side_by_side(
      {.what = "events a second to one client in another process",
       .unit = "/s",
       .floor_is = "the same bytes, made before, in the same batches",
       .goal = Goal::ratio_at_least,
       .target = 0.5},
      [&] { return delivery.events_a_second(); }, [&] { return raw.events_a_second(delivery.batch_bytes()); },
      7);
  const Row one_thread = side_by_side(
      {.what = "events a second to one client in another process",
       .unit = "/s",
       .floor_is = "stamped, encoded and written by one thread, in the same batches"},
      [&] { return delivery.events_a_second(); },
      [&] { return raw.encoded_a_second(delivery.batch_bytes()); }, 7);
  Row rate = ratio;
  rate.floor = Row::kNothing;
  rate.floor_is.clear();
  rate.goal = Goal::at_least;
  rate.target = 3e6;
  const Row batch{
      .what = "bytes in a batch of that", .unit = "B", .ours = static_cast<double>(delivery.batch_bytes())};
  return {rate, ratio, one_thread, batch};
}

}  // namespace qmpev::bench
