// SPDX-License-Identifier: MIT
// What a write to the panic port costs the vCPU's thread: nobody connected, beside 32 monitors of which one
// has stopped reading. The server has a thread of its own, the clients have one; neither is measured.
#include <sys/epoll.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "bench/placement.hpp"
#include "bench/row.hpp"
#include "bench/serving_thread.hpp"
#include "devices/pvpanic.hpp"
#include "support/qmp_client.hpp"

namespace qmpev::bench {
namespace {

constexpr int kMonitors = 32;
constexpr int kBurst = 250;  // far below a quarter of the ring, whatever the loop does meanwhile
constexpr int kBursts = 40;

/// A machine that runs on when its guest panics.
struct Rig {
  explicit Rig(int monitors) : machine(serving.emitter(), config(), {}), port(machine) {
    for (int i = 0; i < monitors; ++i) clients.push_back(serving.negotiated());
    if (monitors != 0) reader = std::thread([this] { read_all_but_one(); });
  }
  ~Rig() {
    ending = true;
    if (reader.joinable()) reader.join();
  }
  static MachineConfig config() {
    MachineConfig config;
    config.actions.panic = PanicPolicy::none;
    return config;
  }

  void read_all_but_one() {
    const UniqueFd poll(epoll_create1(EPOLL_CLOEXEC));
    for (std::size_t i = 1; i < clients.size(); ++i) {
      epoll_event event{EPOLLIN, {}};
      event.data.fd = clients[i].fd();
      if (epoll_ctl(poll.get(), EPOLL_CTL_ADD, clients[i].fd(), &event) != 0) std::abort();
    }
    std::vector<char> buffer(1 << 16);
    epoll_event ready[kMonitors];
    while (!ending) {
      const int count = epoll_wait(poll.get(), ready, kMonitors, 20);
      for (int i = 0; i < count; ++i)
        if (::recv(ready[i].data.fd, buffer.data(), buffer.size(), MSG_DONTWAIT) == 0) return;
    }
  }

  /// Behind each burst the loop catches up.
  double burst_ns() {
    std::int64_t spent = 0;
    for (int b = 0; b < kBursts; ++b) {
      const std::int64_t start = thread_cpu_ns();
      for (int i = 0; i < kBurst; ++i) port.out(kPvpanicPanicked);
      spent += thread_cpu_ns() - start;
      serving.catch_up();
    }
    return static_cast<double>(spent) / (kBurst * kBursts);
  }
  /// The loop sleeps when it comes, and is woken.
  double single_ns() {
    std::int64_t spent = 0;
    for (int b = 0; b < kBursts * 10; ++b) {
      serving.catch_up();
      const std::int64_t start = thread_cpu_ns();
      port.out(kPvpanicPanicked);
      spent += thread_cpu_ns() - start;
    }
    return static_cast<double>(spent) / (kBursts * 10);
  }

  ServingThread serving;
  Machine machine;
  Pvpanic port;
  std::vector<test::QmpClient> clients;
  std::thread reader;
  std::atomic<bool> ending{false};
};

/// What this thread adds up in a while, in additions a second: each waits for the one before.
double additions_a_second() {
  constexpr int kAdditions = 20'000'000;
  std::uint64_t sum = 1;
  const std::int64_t start = thread_cpu_ns();
  for (int i = 0; i < kAdditions; ++i) {
    sum += 1;
    asm volatile("" : "+r"(sum));
  }
  return kAdditions * 1e9 / static_cast<double>(thread_cpu_ns() - start);
}

/// Two threads of one core are half as fast each, and so is a write to the port while the loop works.
Row machine_row() {
  const auto beside_a_busy_one = [] {
    std::atomic<bool> busy{true};
    std::thread other([&busy] {
      while (busy.load(std::memory_order_relaxed)) {
      }
    });
    const double additions = additions_a_second();
    busy = false;
    other.join();
    return additions;
  };
  return side_by_side({.what = "the machine: additions of a thread beside a busy one",
                       .unit = "/s",
                       .floor_is = "of a thread alone"},
                      beside_a_busy_one, additions_a_second, 7);
}

/// The vCPU's thread on a processor of its own.
std::vector<Row> write_rows() {
  OnProcessor place(1);
  Rig alone(0), heard(kMonitors);
  place.move_to(0);
  Row burst = side_by_side(
      {.what = "write to the panic port, 32 monitors, one stalled",
       .floor_is = "the same write with none",
       .goal = Goal::at_most_above,
       .target = 100},
      [&] { return heard.burst_ns(); }, [&] { return alone.burst_ns(); });
  Row single = side_by_side(
      {.what = "the same, each write wakes a sleeping loop", .floor_is = "the same write with none"},
      [&] { return heard.single_ns(); }, [&] { return alone.single_ns(); });
  return {burst, single};
}

}  // namespace

std::vector<Row> register_write_rows() {
  std::vector<Row> rows = write_rows();
  rows.push_back(machine_row());
  return rows;
}

}  // namespace qmpev::bench
