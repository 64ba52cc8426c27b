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
#include "monitor/abstract_socket.hpp"
#include "monitor/peer_check.hpp"
#include "monitor/seats.hpp"
#include "monitor/session_stream.hpp"
#include "monitor/socket_stream.hpp"
#include "monitor/unix_socket.hpp"

namespace qmpev {

class Listener::Door final : private Loop::Watcher {
 public:
  Door(UnixSocket socket, PeerCheck check, UniqueFd timer, const ListenerConfig& config, Loop& loop,
       Monitors& monitors, TrafficQueue* traffic)
      : socket_(std::move(socket)),
        check_(std::move(check)),
        retry_(*this, std::move(timer)),
        path_(config.path),
        traits_{(config.abstract ? "abstract:" : "unix:") + config.path,
                config.form,
                config.role,
                config.registered_events,
                config.pretty,
                config.on_loss},
        no_seat_(config.no_seat),
        on_client_(config.on_client),
        seats_(config.max_clients, [this] { look(); }),
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
      if (no_seat_ == NoSeat::waits && seats_.full()) return look();
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

  /// Clients are let in, unless none may be or none can be.
  void look() noexcept {
    const bool may_come = !paused_ && (no_seat_ == NoSeat::closed || !seats_.full());
    if (watching_) loop_.modify(socket_.fd(), may_come ? EPOLLIN : 0u);
  }

  void admit(UniqueFd client) {
    if (!check_.admits(client.get())) return monitors_.count_refused_peer();
    std::optional<Seat> seat = seats_.take();
    std::unique_ptr<Stream> stream = seat ? make_socket_stream(std::move(client), loop_) : nullptr;
    if (!stream) {
      monitors_.count_refused();
      return;
    }
    if (on_client_) on_client_();
    monitors_.open(make_session_stream(std::move(stream), traits_, path_, traffic_), traits_,
                   std::move(*seat));
  }

  void pause() {
    paused_ = true;
    look();
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
    look();
  }

  UnixSocket socket_;
  PeerCheck check_;
  Retry retry_;
  std::string path_;
  MonitorTraits traits_;
  const NoSeat no_seat_;
  const std::function<void()> on_client_;
  bool watching_ = false;
  bool paused_ = false;
  Seats seats_;  ///< which calls back, so behind what it needs
  Loop& loop_;
  Monitors& monitors_;
  TrafficQueue* traffic_;
  bool in_need_ = false;  ///< no client was let in since the last pause
};

namespace {

Result<void> check_seats(const ListenerConfig& config) {
  if (config.max_clients != 0) return {};
  return Error{ErrorCode::invalid_argument,
               "a listener for no clients is of no use: max_clients is at least 1"};
}

Result<UnixSocket> listening_socket(const ListenerConfig& config) {
  if (!config.abstract) return UnixSocket::listen(config.path);
  Result<UniqueFd> socket = listen_on_abstract_name(config.path, config.tight);
  if (!socket) return socket.error();
  return UnixSocket(std::move(socket).value());
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::create(const ListenerConfig& config, Loop& loop,
                                                   Monitors& monitors, TrafficQueue* traffic) {
  if (auto checked = check_seats(config); !checked) return checked.error();
  Result<UnixSocket> socket = listening_socket(config);
  if (!socket) return socket.error();
  return open(std::move(socket).value(), config.abstract, config, loop, monitors, traffic);
}

Result<std::unique_ptr<Listener>> Listener::adopt(UniqueFd socket, bool abstract,
                                                  const ListenerConfig& config, Loop& loop,
                                                  Monitors& monitors, TrafficQueue* traffic) {
  if (auto checked = check_seats(config); !checked) return checked.error();
  return open(UnixSocket(std::move(socket)), abstract, config, loop, monitors, traffic);
}

Result<std::unique_ptr<Listener>> Listener::open(UnixSocket socket, bool abstract,
                                                 const ListenerConfig& config, Loop& loop, Monitors& monitors,
                                                 TrafficQueue* traffic) {
  PeerCheck check = abstract ? PeerCheck::of_uids(config.allowed_uids) : PeerCheck();
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer)
    return Error{ErrorCode::system, std::string("cannot create a timer descriptor: ") + std::strerror(errno)};
  auto door = std::make_unique<Door>(std::move(socket), std::move(check), std::move(timer), config, loop,
                                     monitors, traffic);
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
