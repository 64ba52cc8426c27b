// SPDX-License-Identifier: MIT
// One client that never reads, and a million events: what the others receive, what is kept meanwhile, what is
// left when it goes, and what the device's thread pays for it. Server and clients take turns on one thread.
#include <malloc.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/server.hpp>

#include "base/unique_fd.hpp"

using namespace qmpev;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define QMPEV_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define QMPEV_SANITIZED 1
#endif
#endif

#ifdef QMPEV_SANITIZED
constexpr bool kSanitized =
    true;  // its own allocator does not tell mallinfo2, and its checks take their time
constexpr std::int64_t kEvents = 100'000;
#else
constexpr bool kSanitized = false;
constexpr std::int64_t kEvents = 1'000'000;
#endif

constexpr std::int64_t kBurst = 500;         // of three cells each: far below the ring's 16,384
constexpr std::int64_t kCheckpoint = 5'000;  // statistics look at every record of the log
constexpr std::size_t kLogBytes = std::size_t{1} << 20;
constexpr std::size_t kHeapSlack = std::size_t{64} << 10;
constexpr int kReaders = 3;

class Client {
 public:
  explicit Client(Server& server) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    fd_ = UniqueFd(ends[0]);
    ListenerConfig config;
    config.path = "pair";
    config.form = WireForm::qemu;
    REQUIRE(server.adopt(ends[1], config));
    constexpr std::string_view kNegotiate = R"({"execute":"qmp_capabilities"})";
    REQUIRE(::send(fd_.get(), kNegotiate.data(), kNegotiate.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(kNegotiate.size()));
  }

  /// Reads what is there.
  void read() {
    for (;;) {
      const std::size_t before = text_.size();
      text_.resize(before + kPiece);
      const ssize_t count = ::recv(fd_.get(), text_.data() + before, kPiece, MSG_DONTWAIT);
      text_.resize(before + static_cast<std::size_t>(count > 0 ? count : 0));
      if (count <= 0) return;
      take_lines();
    }
  }
  /// Events so far, each of which said its own number.
  std::int64_t events() const noexcept { return events_; }
  bool in_order() const noexcept { return in_order_; }

 private:
  static constexpr std::size_t kPiece = std::size_t{256} << 10;

  void take_lines() {
    std::size_t start = 0;
    for (std::size_t end; (end = text_.find('\n', start)) != std::string::npos; start = end + 1)
      take(std::string_view(text_).substr(start, end - start));
    text_.erase(0, start);
  }
  void take(std::string_view line) {
    constexpr std::string_view kActual = "\"actual\": ";
    const std::size_t at = line.find(kActual);
    if (at == std::string_view::npos) return;
    std::int64_t number = -1;
    std::from_chars(line.data() + at + kActual.size(), line.data() + line.size(), number);
    in_order_ = in_order_ && number == events_;
    ++events_;
  }

  UniqueFd fd_;
  std::string text_;
  std::int64_t events_ = 0;
  bool in_order_ = true;
};

struct House {
  House() {
    ServerConfig config;
    config.log_bytes = kLogBytes;
    server = std::move(Server::create(std::move(config))).value();
    REQUIRE(server->set_rate_limit(EventKind::balloon_change, 0));
  }
  void work() {
    while (server->dispatch()) {
    }
  }
  void emit(std::int64_t from, std::int64_t to) {
    const Emitter emitter = server->emitter();
    for (std::int64_t i = from; i < to; ++i) emitter.emit(BalloonChange{i});
  }

  std::unique_ptr<Server> server;
};

void check_bounds(const Statistics& now) {
  REQUIRE(now.log_bytes_capacity == kLogBytes);
  REQUIRE(now.log_bytes_unsent <= now.log_bytes_capacity);
  REQUIRE(now.ring_bytes_in_use <= now.ring_bytes_capacity);
  const EventCounters& balloon = now.events[static_cast<std::size_t>(EventKind::balloon_change)];
  REQUIRE(balloon.emitted == balloon.published);
  for (const SessionStatistics& each : now.each_session) REQUIRE(each.unsent_reply_bytes == 0);
}

std::size_t live_heap_bytes() {
  return kSanitized ? 0 : ::mallinfo2().uordblks;
}

}  // namespace

TEST_CASE("one stalled client and a million events", "[integration]") {
  House house;
  std::vector<std::unique_ptr<Client>> readers;
  for (int i = 0; i < kReaders; ++i) readers.push_back(std::make_unique<Client>(*house.server));
  const auto all_read = [&] {
    for (const auto& reader : readers) reader->read();
  };
  house.work();
  // Events that nobody counts, until the log is full and everything that grows once has grown.
  for (std::int64_t i = 0; i < 20'000; i += kBurst) {
    for (std::int64_t j = 0; j < kBurst; ++j) house.server->emitter().emit(Stop{});
    house.work();
    all_read();
  }
  static_cast<void>(house.server->statistics());
  const std::size_t heap_before = live_heap_bytes();

  auto stalled = std::make_unique<Client>(*house.server);
  house.work();
  for (std::int64_t done = 0; done < kEvents; done += kBurst) {
    house.emit(done, done + kBurst);
    house.work();
    all_read();
    house.work();
    all_read();
    if (done % kCheckpoint == 0) check_bounds(house.server->statistics());
  }

  for (const auto& reader : readers) {
    CHECK(reader->events() == kEvents);
    CHECK(reader->in_order());
  }
  const Statistics end = house.server->statistics();
  check_bounds(end);
  REQUIRE(end.each_session.size() == kReaders + 1);
  for (const SessionStatistics& each : end.each_session)
    CHECK((each.id == kReaders + 1) == (each.dropped != 0));
  const SessionStatistics& slow = end.each_session.back();
  CHECK(slow.delivered + slow.unsent + slow.dropped == static_cast<std::uint64_t>(kEvents));
  CHECK(end.log_bytes_unsent > kLogBytes / 2);  // it is what the bound is for
  CHECK(end.sessions.dropped == slow.dropped);

  stalled.reset();
  house.work();
  const Statistics after = house.server->statistics();
  CHECK(after.sessions_open == kReaders);
  CHECK(after.log_bytes_unsent == 0);
  const std::size_t heap_after = live_heap_bytes();
  INFO("live heap: " << heap_before << " bytes before, " << heap_after << " after");
  CHECK(heap_after <= heap_before + kHeapSlack);
}

// Single-stepped, so no tool is needed and no clock is read. Not under a sanitizer, which counts its own.
#ifndef QMPEV_SANITIZED
namespace {

constexpr int kCountedEmits = 200;

/// In a child: with a client that reads, and one that does not if `stalled`, stops before each emit and
/// behind the last.
[[noreturn]] void emit_between_stops(bool stalled) {
  // Stopped and not traced, it would be waited for without end.
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(1);
  House house;
  Client reader(*house.server);
  std::optional<Client> other;
  if (stalled) other.emplace(*house.server);
  house.work();
  for (std::int64_t i = 0; i < 20'000; i += kBurst) {
    house.emit(0, kBurst);
    house.work();
    reader.read();
  }
  house.work();
  const Emitter emitter = house.server->emitter();
  ::raise(SIGSTOP);
  for (int i = 0; i < kCountedEmits; ++i) {
    emitter.emit(BalloonChange{944766976});
    ::raise(SIGSTOP);
  }
  ::_exit(0);
}

/// The fewest that a twentieth of the emits agree on, the stop included: many take more, the slower this
/// machine the more of them, since the clock is read anew when its page was written meanwhile; and a few take
/// fewer, whose microseconds have fewer digits. Nothing when this process may not trace its child.
std::optional<std::uint64_t> instructions_of_emit(bool stalled) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) emit_between_stops(stalled);
  int status = 0;
  int stops = 0;
  std::uint64_t steps = 0;
  std::map<std::uint64_t, int> counts;
  while (stops <= kCountedEmits && ::waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
    if (WSTOPSIG(status) == SIGSTOP) {
      if (stops != 0) ++counts[steps];
      steps = 0;
      ++stops;
    }
    if (::ptrace(stops == 0 ? PTRACE_CONT : PTRACE_SINGLESTEP, child, nullptr, nullptr) != 0) break;
    ++steps;
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  if (stops <= kCountedEmits) return std::nullopt;
  for (const auto& [count, emits] : counts)
    if (emits >= kCountedEmits / 20) return count;
  return std::nullopt;
}

}  // namespace

TEST_CASE("a stalled client costs an emit no instruction", "[integration]") {
  const auto without = instructions_of_emit(false);
  const auto with = instructions_of_emit(true);
  REQUIRE(without);
  REQUIRE(with);
  INFO(*without << " instructions an emit without, " << *with << " with a stalled client");
  CHECK(*without > 100);
  CHECK(*with <= *without + *without / 100);
  CHECK(*without <= *with + *with / 100);
}
#endif
