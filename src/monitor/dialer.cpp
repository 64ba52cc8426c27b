// SPDX-License-Identifier: MIT
// A connection to a UNIX socket is made at once or not at all, so there is nothing to wait for; only a queue
// that is full says to come again. One over TCP takes its time, and the loop tells how it went. The session's
// seat tells of its end.
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

#include "base/internet_address.hpp"
#include "base/tcp_socket.hpp"
#include "base/unique_fd.hpp"
#include "loop/loop.hpp"
#include "monitor/listener_guards.hpp"
#include "monitor/seats.hpp"
#include "monitor/session_stream.hpp"
#include "monitor/socket_stream.hpp"
#include "monitor/unix_address.hpp"

namespace qmpev {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kMsPerSecond = 1000;

/// A place to connect to, of either kind.
struct Target {
  std::string name;  ///< "unix:/run/x.sock", "tcp:127.0.0.1:4444"
  std::string path;  ///< what traffic is told as
  sockaddr_storage address{};
  socklen_t size = 0;
  bool tcp = false;

  const sockaddr* generic() const noexcept { return reinterpret_cast<const sockaddr*>(&address); }
};

Result<Target> tcp_target(const ConnectionConfig& config) {
  const auto address = InternetAddress::of(config.tcp->host, config.tcp->port);
  if (!address || config.tcp->port == 0)
    return Error{ErrorCode::invalid_argument,
                 "'" + config.tcp->host + "' port " + std::to_string(config.tcp->port) +
                     " is no place to dial: use one such as 127.0.0.1 port 4444"};
  if (auto checked = check_reach(*config.tcp, config.beyond_loopback); !checked) return checked.error();
  const std::string name = "tcp:" + address->text();
  return Target{name, name, address->address, address->size, true};
}

Result<Target> target_of(const ConnectionConfig& config) {
  if (config.tcp) return tcp_target(config);
  const auto address = config.abstract ? UnixAddress::of_abstract_name(config.path, config.tight)
                                       : UnixAddress::of_path(config.path);
  if (!address) return address.error();
  Target target{"unix:" + config.path, config.path};
  target.size = address.value().size;
  std::memcpy(&target.address, &address.value().address, sizeof address.value().address);
  return target;
}

Error refusal(const std::string& place, int error) {
  const ErrorCode code = error == ENOENT || error == ECONNREFUSED ? ErrorCode::not_found
                         : error == EACCES || error == EPERM      ? ErrorCode::permission
                                                                  : ErrorCode::system;
  return {code, "cannot connect to " + place + ": " + std::strerror(error) +
                    " (start who listens there first, or give a time to reconnect)"};
}

}  // namespace

class Dialer::Line final : private Loop::Watcher {
 public:
  Line(const ConnectionConfig& config, Target target, UniqueFd timer, Loop& loop, Monitors& monitors,
       TrafficQueue* traffic)
      : reconnect_ms_(config.reconnect_ms),
        target_(std::move(target)),
        traits_{target_.name,  config.form,   config.role, config.registered_events,
                config.pretty, config.on_loss},
        timer_(std::move(timer)),
        loop_(loop),
        monitors_(monitors),
        traffic_(traffic),
        seats_(1, [this] { lost(); }) {}
  ~Line() {
    if (attempt_.socket) loop_.remove(attempt_.socket.get());
    if (watching_) loop_.remove(timer_.get());
  }

  Result<void> begin() {
    Result<void> watched = loop_.add(timer_.get(), EPOLLIN, *this);
    if (!watched) return watched;
    watching_ = true;
    const int error = dial();
    if (error == 0 || reconnect_ms_ != 0 || error == EAGAIN || error == EINPROGRESS) return {};
    return refusal(target_.path, error);
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

  /// A connection that is being made.
  struct Attempt final : Loop::Watcher {
    explicit Attempt(Line& its_line) : line(its_line) {}
    void ready(std::uint32_t) override {
      line.attempt_over();
      line.report();
    }
    Line& line;
    UniqueFd socket{};
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

  /// 0, or errno; EINPROGRESS: attempt_over() will be called.
  int dial() {
    const int error = try_to_connect();
    if (error != EINPROGRESS) settle(error);
    return error;
  }

  int try_to_connect() {
    UniqueFd socket(::socket(target_.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return errno;
    if (::connect(socket.get(), target_.generic(), target_.size) == 0)
      return serve(std::move(socket)) ? 0 : ENOMEM;
    if (errno != EINPROGRESS) return errno;
    if (!loop_.add(socket.get(), EPOLLOUT, attempt_)) return ENOMEM;
    attempt_.socket = std::move(socket);
    return EINPROGRESS;
  }

  void attempt_over() {
    UniqueFd socket = std::move(attempt_.socket);
    loop_.remove(socket.get());
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error == 0 && !serve(std::move(socket))) error = ENOMEM;
    settle(error);
    if (error != 0 && reconnect_ms_ == 0)  // there is nobody any more whom it could be refused
      due_ = Sentence{LogLevel::warning, refusal(target_.path, error).sentence};
  }

  /// What follows from an attempt.
  void settle(int error) {
    if (error == 0) {
      note_success();
    } else if (error == EAGAIN || reconnect_ms_ != 0) {
      const std::int64_t pause_ms = error == EAGAIN ? kDialRetryMs : reconnect_ms_;
      note_failure(error, pause_ms);
      come_again_in(pause_ms);
    }
  }

  void note_failure(int error, std::int64_t pause_ms) {
    if (failures_++ != 0) return;
    due_ = Sentence{LogLevel::warning, "cannot connect to " + target_.path + ": " + std::strerror(error) +
                                           ": trying again every " + std::to_string(pause_ms) + " ms"};
  }

  void note_success() {
    if (failures_ == 0) return;
    due_ = Sentence{LogLevel::info, "connected to " + target_.path + " after " + std::to_string(failures_) +
                                        " attempts that failed"};
    failures_ = 0;
  }

  bool serve(UniqueFd socket) {
    if (target_.tcp) send_at_once(socket.get());
    auto stream = make_socket_stream(std::move(socket), loop_);
    if (!stream) return false;
    monitors_.open(make_session_stream(std::move(stream), traits_, target_.path, traffic_), traits_,
                   *seats_.take());
    return true;
  }

  void come_again_in(std::int64_t milliseconds) noexcept {
    itimerspec later{};
    later.it_value.tv_sec = milliseconds / kMsPerSecond;
    later.it_value.tv_nsec = milliseconds % kMsPerSecond * kNsPerMs;
    ::timerfd_settime(timer_.get(), 0, &later, nullptr);
  }

  const std::uint32_t reconnect_ms_;
  const Target target_;
  const MonitorTraits traits_;
  UniqueFd timer_;
  Attempt attempt_{*this};
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
  auto target = target_of(config);
  if (!target) return target.error();
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer)
    return Error{ErrorCode::system, std::string("cannot create a timer descriptor: ") + std::strerror(errno)};
  auto line =
      std::make_unique<Line>(config, std::move(target).value(), std::move(timer), loop, monitors, traffic);
  if (auto begun = line->begin(); !begun) return begun.error();
  return std::unique_ptr<Dialer>(new Dialer(std::move(line)));
}

Dialer::Dialer(std::unique_ptr<Line> line) noexcept : line_(std::move(line)) {}
Dialer::~Dialer() = default;

void Dialer::report() {
  line_->report();
}

}  // namespace qmpev
