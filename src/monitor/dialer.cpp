// SPDX-License-Identifier: MIT
// A connection to a UNIX socket is made at once or not at all, so there is nothing to wait for; only a queue
// that is full says to come again. The session's seat tells of its end.
#include "monitor/dialer.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/unique_fd.hpp"
#include "loop/loop.hpp"
#include "monitor/seats.hpp"
#include "monitor/session_stream.hpp"
#include "monitor/socket_stream.hpp"
#include "monitor/unix_address.hpp"

namespace qmpev {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kMsPerSecond = 1000;

Error refusal(const std::string& path, int error) {
  const ErrorCode code = error == ENOENT || error == ECONNREFUSED ? ErrorCode::not_found
                         : error == EACCES || error == EPERM      ? ErrorCode::permission
                                                                  : ErrorCode::system;
  return {code, "cannot connect to " + path + ": " + std::strerror(error) +
                    " (start who listens there first, or give a time to reconnect)"};
}

}  // namespace

class Dialer::Line final : private Loop::Watcher {
 public:
  Line(const ConnectionConfig& config, UnixAddress address, UniqueFd timer, Loop& loop, Monitors& monitors,
       TrafficQueue* traffic)
      : path_(config.path),
        reconnect_ms_(config.reconnect_ms),
        address_(address),
        traits_{"unix:" + config.path, config.form, config.role, config.registered_events, config.pretty},
        timer_(std::move(timer)),
        loop_(loop),
        monitors_(monitors),
        traffic_(traffic),
        seats_(1, [this] { lost(); }) {}
  ~Line() {
    if (watching_) loop_.remove(timer_.get());
  }

  Result<void> begin() {
    Result<void> watched = loop_.add(timer_.get(), EPOLLIN, *this);
    if (!watched) return watched;
    watching_ = true;
    const int error = dial();
    if (error == 0 || reconnect_ms_ != 0 || error == EAGAIN) return {};
    return refusal(path_, error);
  }

  /// Whoever is told may end the server, and us with it.
  void report() {
    if (!due_) return;
    const Sentence due = *std::exchange(due_, std::nullopt);
    monitors_.report(due.level, due.text);
  }

 private:
  struct Sentence {
    LogLevel level;
    std::string text;
  };

  void ready(std::uint32_t) override {
    std::uint64_t expirations;
    if (::read(timer_.get(), &expirations, sizeof expirations) <= 0) return;
    dial();
    report();
  }

  void lost() noexcept {
    if (reconnect_ms_ != 0) come_again_in(reconnect_ms_);
  }

  /// 0, or errno.
  int dial() {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    int error = errno;
    if (socket && ::connect(socket.get(), address_.generic(), address_.size) == 0) {
      error = serve(std::move(socket)) ? 0 : ENOMEM;
    } else if (socket) {
      error = errno;
    }
    if (error == 0) {
      note_success();
    } else if (error == EAGAIN || reconnect_ms_ != 0) {
      const std::int64_t pause_ms = error == EAGAIN ? kDialRetryMs : reconnect_ms_;
      note_failure(error, pause_ms);
      come_again_in(pause_ms);
    }
    return error;
  }

  void note_failure(int error, std::int64_t pause_ms) {
    if (failures_++ != 0) return;
    due_ = Sentence{LogLevel::warning, "cannot connect to " + path_ + ": " + std::strerror(error) +
                                           ": trying again every " + std::to_string(pause_ms) + " ms"};
  }

  void note_success() {
    if (failures_ == 0) return;
    due_ = Sentence{LogLevel::info, "connected to " + path_ + " after " + std::to_string(failures_) +
                                        " attempts that failed"};
    failures_ = 0;
  }

  bool serve(UniqueFd socket) {
    auto stream = make_socket_stream(std::move(socket), loop_);
    if (!stream) return false;
    monitors_.open(make_session_stream(std::move(stream), traits_, path_, traffic_), traits_, *seats_.take());
    return true;
  }

  void come_again_in(std::int64_t milliseconds) noexcept {
    itimerspec later{};
    later.it_value.tv_sec = milliseconds / kMsPerSecond;
    later.it_value.tv_nsec = milliseconds % kMsPerSecond * kNsPerMs;
    ::timerfd_settime(timer_.get(), 0, &later, nullptr);
  }

  const std::string path_;
  const std::uint32_t reconnect_ms_;
  const UnixAddress address_;
  const MonitorTraits traits_;
  UniqueFd timer_;
  Loop& loop_;
  Monitors& monitors_;
  TrafficQueue* traffic_;
  bool watching_ = false;
  std::uint64_t failures_ = 0;     ///< since there was a connection
  std::optional<Sentence> due_{};  ///< to be reported
  Seats seats_;
};

Result<std::unique_ptr<Dialer>> Dialer::create(const ConnectionConfig& config, Loop& loop, Monitors& monitors,
                                               TrafficQueue* traffic) {
  const auto address = config.abstract ? UnixAddress::of_abstract_name(config.path, config.tight)
                                       : UnixAddress::of_path(config.path);
  if (!address) return address.error();
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer)
    return Error{ErrorCode::system, std::string("cannot create a timer descriptor: ") + std::strerror(errno)};
  auto line = std::make_unique<Line>(config, address.value(), std::move(timer), loop, monitors, traffic);
  if (auto begun = line->begin(); !begun) return begun.error();
  return std::unique_ptr<Dialer>(new Dialer(std::move(line)));
}

Dialer::Dialer(std::unique_ptr<Line> line) noexcept : line_(std::move(line)) {}
Dialer::~Dialer() = default;

void Dialer::report() {
  line_->report();
}

}  // namespace qmpev
