// SPDX-License-Identifier: MIT
// Out of descriptors, a level-triggered listener would be told of the waiting client for ever. It then stops
// watching and tries again when a timer says so: the timer's descriptor was made in advance.
#include "monitor/listener.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/unique_fd.hpp"
#include "loop/loop.hpp"
#include "monitor/seats.hpp"
#include "monitor/socket_stream.hpp"
#include "monitor/tapped_stream.hpp"
#include "monitor/unix_socket.hpp"

namespace qmpev {

class Listener::Door final : private Loop::Watcher {
 public:
  Door(UnixSocket socket, UniqueFd timer, const ListenerConfig& config, Loop& loop, Monitors& monitors,
       TrafficQueue* traffic)
      : socket_(std::move(socket)),
        retry_(*this, std::move(timer)),
        path_(config.path),
        traits_{"unix:" + config.path, config.form, config.role},
        seats_(config.max_clients),
        loop_(loop),
        monitors_(monitors),
        traffic_(traffic) {}

  ~Door() {
    if (watching_) loop_.remove(socket_.fd());
    if (retry_.watching) loop_.remove(retry_.timer.get());
  }

  Result<void> open() {
    Result<void> timer = loop_.add(retry_.timer.get(), EPOLLIN, retry_);
    if (!timer) return timer;
    retry_.watching = true;
    Result<void> clients = loop_.add(socket_.fd(), EPOLLIN, *this);
    watching_ = static_cast<bool>(clients);
    return clients;
  }

  WireForm form() const noexcept { return traits_.form; }
  std::size_t clients() const noexcept { return seats_.taken(); }
  bool paused() const noexcept { return paused_; }

 private:
  struct Retry final : Loop::Watcher {
    Retry(Door& its_door, UniqueFd its_timer) : door(its_door), timer(std::move(its_timer)) {}
    void ready(std::uint32_t) override { door.resume(); }
    Door& door;
    UniqueFd timer;
    bool watching = false;
  };

  void ready(std::uint32_t) override {
    for (int budget = kAcceptBudget; budget > 0; --budget) {
      UniqueFd client(::accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (client) {
        in_need_ = false;
        admit(std::move(client));
      } else if (errno == EAGAIN) {
        return;
      } else if (errno != ECONNABORTED && errno != EINTR) {  // mostly EMFILE or ENFILE; none of them may spin
        pause();
        return;
      }
    }
  }

  void admit(UniqueFd client) {
    std::optional<Seat> seat = seats_.take();
    std::unique_ptr<Stream> stream = seat ? make_socket_stream(std::move(client), loop_) : nullptr;
    if (!stream) {
      monitors_.count_refused();
      return;
    }
    if (traffic_ != nullptr) stream = make_tapped_stream(std::move(stream), *traffic_, path_);
    monitors_.open(std::move(stream), traits_, std::move(*seat));
  }

  void pause() {
    paused_ = true;
    loop_.modify(socket_.fd(), 0);
    itimerspec later{};
    later.it_value.tv_nsec = kAcceptRetryMs * 1'000'000;
    ::timerfd_settime(retry_.timer.get(), 0, &later, nullptr);
    monitors_.count_accept_pause();
    if (!std::exchange(in_need_, true)) monitors_.report_accept_pause(traits_.name);
  }

  void resume() {
    std::uint64_t expirations;
    if (::read(retry_.timer.get(), &expirations, sizeof expirations) < 0) return;
    paused_ = false;
    loop_.modify(socket_.fd(), EPOLLIN);
  }

  UnixSocket socket_;
  Retry retry_;
  std::string path_;
  MonitorTraits traits_;
  Seats seats_;
  Loop& loop_;
  Monitors& monitors_;
  TrafficQueue* traffic_;
  bool watching_ = false;
  bool paused_ = false;
  bool in_need_ = false;  ///< no client was let in since the last pause
};

Result<std::unique_ptr<Listener>> Listener::create(const ListenerConfig& config, Loop& loop,
                                                   Monitors& monitors, TrafficQueue* traffic) {
  if (config.max_clients == 0) {
    return Error{ErrorCode::invalid_argument,
                 "a listener for no clients is of no use: max_clients is at least 1"};
  }
  Result<UnixSocket> socket = UnixSocket::listen(config.path);
  if (!socket) return socket.error();
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer)
    return Error{ErrorCode::system, std::string("cannot create a timer descriptor: ") + std::strerror(errno)};
  auto door =
      std::make_unique<Door>(std::move(socket).value(), std::move(timer), config, loop, monitors, traffic);
  const Result<void> opened = door->open();
  if (!opened) return opened.error();
  return std::unique_ptr<Listener>(new Listener(std::move(door)));
}

Listener::Listener(std::unique_ptr<Door> door) noexcept : door_(std::move(door)) {}
Listener::~Listener() = default;
WireForm Listener::form() const noexcept {
  return door_->form();
}
std::size_t Listener::clients() const noexcept {
  return door_->clients();
}
bool Listener::paused() const noexcept {
  return door_->paused();
}

}  // namespace qmpev
