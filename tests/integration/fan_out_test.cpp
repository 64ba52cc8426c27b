// SPDX-License-Identifier: MIT
// Many clients, many events, several device threads, over real sockets. Paced: everybody gets everything in
// one order, and nothing is encoded twice. Unpaced: what was lost is counted to the last event.
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "support/qmp_client.hpp"
#include "support/recording_sink.hpp"
#include "support/served.hpp"

using namespace qmpev;
using test::QmpClient;
using test::Served;

namespace {

#if defined(__SANITIZE_THREAD__)
#define QMPEV_UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define QMPEV_UNDER_TSAN 1
#endif
#endif
#ifdef QMPEV_UNDER_TSAN
constexpr int kEvents =
    10'000;  // every access is checked: a tenth shows the same interleavings in the same time
#else
constexpr int kEvents = 100'000;
#endif
constexpr int kClients = 64;
constexpr int kThreads = 4;
constexpr int kResumeEvery = 10;  ///< one in so many is an event whose two forms are equal

const std::string kMarker = "\"event\": \"POWERDOWN\"";

WireForm form_of(int client) {
  return client % 2 == 0 ? WireForm::document : WireForm::qemu;
}

/// What one client has read: lines without the stamps would do, so whole lines are hashed.
struct Reader {
  std::string text;
  std::uint64_t lines = 0;
  std::uint64_t hash = 14695981039346656037u;
  bool done = false;
  bool keep = false;
  std::vector<std::string> slots;

  void take(const char* bytes, std::size_t size) {
    text.append(bytes, size);
    std::size_t start = 0;
    for (std::size_t end; (end = text.find("\r\n", start)) != std::string::npos; start = end + 2) {
      line(std::string_view(text).substr(start, end - start));
    }
    text.erase(0, start);
  }
  void line(std::string_view line) {
    if (line.find(kMarker) != std::string_view::npos) {
      done = true;
      return;
    }
    ++lines;
    for (const char c : line) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    if (!keep) return;
    const std::size_t slot = line.find("\"slot\": \"");
    slots.emplace_back(slot == std::string_view::npos
                           ? "resume"
                           : line.substr(slot + 9, line.find('"', slot + 9) - slot - 9));
  }
};

/// 64 clients in command mode, read by one thread until each has seen the marker.
class Audience {
 public:
  explicit Audience(Served& served) : readers_(kClients) {
    for (int i = 0; i < kClients; ++i) {
      auto client = QmpClient::connect(served.path(form_of(i)));
      REQUIRE(client);
      REQUIRE(client->send("{\"execute\":\"qmp_capabilities\"}"));
      REQUIRE(client->line());
      REQUIRE(client->line() == "{\"return\": {}}");
      clients_.push_back(std::move(*client));
    }
    readers_[0].keep = readers_[1].keep = true;
    thread_ = std::thread([this] { read_all(); });
  }
  void join() { thread_.join(); }
  const Reader& reader(int i) const { return readers_[static_cast<std::size_t>(i)]; }
  bool timed_out() const { return timed_out_; }

 private:
  void read_all() {
    std::vector<pollfd> waits;
    for (auto& client : clients_) waits.push_back({client.fd(), POLLIN, 0});
    std::vector<char> buffer(1 << 20);
    for (int open = kClients; open > 0;) {
      if (::poll(waits.data(), waits.size(), test::kClientWaitMs) <= 0) {
        timed_out_ = true;
        return;
      }
      for (std::size_t i = 0; i < waits.size(); ++i) {
        if (waits[i].revents == 0) continue;
        const ssize_t count = ::read(waits[i].fd, buffer.data(), buffer.size());
        if (count > 0) readers_[i].take(buffer.data(), static_cast<std::size_t>(count));
        if (count <= 0 || readers_[i].done) {
          waits[i].fd = -1;
          --open;
        }
      }
    }
  }

  std::vector<QmpClient> clients_;
  std::vector<Reader> readers_;
  std::atomic<bool> timed_out_{false};
  std::thread thread_;
};

/// Emits from kThreads threads; `between(n)` runs in the thread after its n-th event.
template <class Between>
void emit_from_threads(Served& served, Between between) {
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&served, &between, t] {
      const Emitter emitter = served.emitter();
      for (int i = 0; i < kEvents / kThreads; ++i) {
        if (i % kResumeEvery == 0) {
          emitter.emit(Resume{});
        } else {
          const std::string slot = std::to_string(t) + "." + std::to_string(i);
          emitter.emit(AcpiDeviceOst{"d1", slot, AcpiSlotType::dimm, 1, 0});
        }
        between(i);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

void settle(Served& served) {
  // What the threads have emitted is in the log, then comes the marker.
  served.run([](Server& server) { return server.flush(); });
  served.emitter().emit(Powerdown{});
}

std::uint64_t published(const Statistics& statistics) {
  std::uint64_t sum = 0;
  for (const auto& event : statistics.events) sum += event.published;
  return sum;
}

}  // namespace

TEST_CASE("64 clients get every one of 100,000 paced events, in one order, each form encoded once",
          "[integration]") {
  Served served;
  Audience audience(served);
  emit_from_threads(served, [&served](int i) {
    if (i % 32 != 0) return;
    for (;;) {  // never more than half of the ring in flight, nor a quarter of the log unsent
      const Statistics now = served.statistics();
      if (now.ring_bytes_in_use <= now.ring_bytes_capacity / 2 - 64 * 1024 &&
          now.log_bytes_unsent <= now.log_bytes_capacity / 4 - 64 * 1024) {
        return;
      }
      std::this_thread::yield();
    }
  });
  settle(served);
  audience.join();
  REQUIRE_FALSE(audience.timed_out());

  for (int i = 0; i < kClients; ++i) {
    CHECK(audience.reader(i).lines == kEvents);
    CHECK(audience.reader(i).hash == audience.reader(i % 2).hash);
  }
  CHECK(audience.reader(0).hash != audience.reader(1).hash);  // two forms, and yet:
  CHECK(audience.reader(0).slots == audience.reader(1).slots);
  std::vector<int> next(kThreads, 0);
  for (const std::string& slot : audience.reader(0).slots) {
    if (slot == "resume") continue;
    const std::size_t thread = static_cast<std::size_t>(slot[0] - '0');
    const int number = std::stoi(slot.substr(2));
    REQUIRE(number >= next[thread]);
    next[thread] = number + 1;
  }

  const Statistics end = served.statistics();
  CHECK(end.sessions.dropped == 0);
  for (const auto& event : end.events) {
    CHECK(event.refused_ring_full + event.refused_ring_share == 0);
    CHECK(test::adds_up(event));
  }
  const std::uint64_t resumes = kEvents / kResumeEvery;
  CHECK(end.lines_through_ring == 2 * (kEvents - resumes) + resumes + 1);
  CHECK(end.sessions.delivered == std::uint64_t{kClients} * (kEvents + 1));
}

TEST_CASE("an unpaced flood loses events, and every one of them is counted", "[integration]") {
  ServerConfig config;
  config.ring_bytes = std::size_t{64} << 10;
  config.log_bytes = std::size_t{64} << 10;
  Served served(std::move(config));
  Audience audience(served);
  emit_from_threads(served, [](int) {});
  settle(served);
  audience.join();
  REQUIRE_FALSE(audience.timed_out());

  const Statistics end = served.statistics();
  std::uint64_t emitted = 0, refused = 0;
  for (const auto& event : end.events) {
    CHECK(test::adds_up(event));
    CHECK(event.in_ring == 0);
    emitted += event.emitted;
    refused += event.refused_ring_full + event.refused_ring_share;
  }
  CHECK(emitted == kEvents + 1);  // the threads' own count, and the marker
  CHECK(refused > 0);
  CHECK(published(end) == emitted - refused);
  // Every session entered command mode before the first event, and has nothing unsent now.
  CHECK(end.sessions.delivered + end.sessions.dropped == kClients * published(end));
  std::uint64_t read = 0;
  for (int i = 0; i < kClients; ++i) read += audience.reader(i).lines + 1;
  CHECK(read == end.sessions.delivered);
}
