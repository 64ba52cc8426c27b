// SPDX-License-Identifier: MIT
// From emit on a device's thread to the line at a client, with a loop that sleeps. The floor wakes a thread
// through an eventfd and epoll, which writes the same number of bytes to the same kind of socket.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/placement.hpp"
#include "bench/row.hpp"
#include "bench/serving_thread.hpp"

namespace qmpev::bench {
namespace {

constexpr int kEvents = 2'000;
constexpr int kRounds = 7;
constexpr int kIdleUs = 100;  // until everybody sleeps again

void receive_line(int fd) {
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
    if (count <= 0) std::abort();
    if (buffer[count - 1] == '\n') return;
  }
}

/// Has `send` happen and waits for what it causes; how long each took.
template <class Send>
std::vector<double> each_ns(int fd, const Send& send) {
  std::vector<double> taken;
  for (int i = 0; i < kEvents; ++i) {
    ::usleep(kIdleUs);
    const std::int64_t start = now_ns();
    send();
    receive_line(fd);
    taken.push_back(static_cast<double>(now_ns() - start));
  }
  return taken;
}

/// A thread that does the least: asleep in epoll, woken by an eventfd, one write.
class Echo {
 public:
  Echo() : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), poll_(epoll_create1(EPOLL_CLOEXEC)) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
    near_.reset(ends[0]);
    far_.reset(ends[1]);
    epoll_event event{EPOLLIN, {}};
    if (epoll_ctl(poll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) std::abort();
    thread_ = std::thread([this] { serve(); });
  }
  ~Echo() {
    ending_ = true;
    wake();
    thread_.join();
  }
  void wake() {
    const std::uint64_t one = 1;
    if (::write(wake_.get(), &one, sizeof one) < 0) std::abort();
  }
  int fd() const noexcept { return far_.get(); }

 private:
  void serve() {
    const std::string line =
        "{\"timestamp\": {\"seconds\": 1795364476, \"microseconds\": 361081}, \"event\": \"GUEST_PANICKED\", "
        "\"data\": {\"action\": \"pause\"}}\r\n";
    while (!ending_) {
      epoll_event event;
      if (epoll_wait(poll_.get(), &event, 1, -1) != 1) continue;
      std::uint64_t count;
      if (::read(wake_.get(), &count, sizeof count) < 0) continue;
      if (!ending_ && ::send(near_.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) std::abort();
    }
  }

  UniqueFd wake_, poll_, near_, far_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

Row row(const std::string& what, std::vector<double>& ours, std::vector<double>& floor) {
  return {.what = what,
          .ours = median(ours),
          .floor = median(floor),
          .floor_is = "eventfd, epoll, one write by another thread",
          .goal = Goal::ratio_at_most,
          .target = 1.5};
}

/// With device and client on this processor, and what serves them on the first.
std::vector<Row> rows(const std::string& where, int device_on) {
  OnProcessor place(0);
  ServingThread serving;
  Echo echo;
  const test::QmpClient client = serving.negotiated();
  const Emitter emitter = serving.emitter();
  place.move_to(device_on);
  const auto ours = [&] {
    return each_ns(client.fd(), [&] { emitter.emit(GuestPanicked{GuestPanicAction::pause, {}}); });
  };
  const auto floor = [&] { return each_ns(echo.fd(), [&] { echo.wake(); }); };
  std::vector<double> our_medians, floor_medians, our_tails, floor_tails;
  for (int i = 0; i < kRounds; ++i) {
    std::vector<double> a = ours(), b = floor();
    our_medians.push_back(median(a));
    floor_medians.push_back(median(b));
    our_tails.push_back(quantile(a, 0.99));
    floor_tails.push_back(quantile(b, 0.99));
  }
  return {row("emit to client, idle, median, " + where, our_medians, floor_medians),
          row("emit to client, idle, p99, " + where, our_tails, floor_tails)};
}

}  // namespace

std::vector<Row> latency_rows() {
  std::vector<Row> all = rows("one processor", 0);
  for (Row& row : rows("two processors", 1)) all.push_back(std::move(row));
  return all;
}

}  // namespace qmpev::bench
