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

#include "base/internet_address.hpp"
#include "base/tcp_socket.hpp"
#include "base/unique_fd.hpp"
#include "loop/loop.hpp"
#include "monitor/abstract_socket.hpp"
#include "monitor/client_stream.hpp"
#include "monitor/inherited_socket.hpp"
#include "monitor/listener_guards.hpp"
#include "monitor/peer_check.hpp"
#include "monitor/seats.hpp"
#include "monitor/unix_socket.hpp"

namespace qmpev {

namespace {

ListenerAddress tcp_address(const InternetAddress& address) {
  return {"tcp:" + address.text(), address.port()};
}

}  // namespace

/// Where clients come in, and who of them may.
struct Listener::Place {
  UnixSocket socket;  ///< of TCP, too: then one without a file
  PeerCheck check{};
  ListenerAddress address{};
  ClientWay way{};
};

class Listener::Door final : private Loop::Watcher {
 public:
  Door(Place place, UniqueFd timer, const ListenerConfig& config, Loop& loop, Monitors& monitors,
       TrafficQueue* traffic)
      : place_(std::move(place)),
        retry_(*this, std::move(timer)),
        path_(config.tcp ? place_.address.name : config.path),
        traits_(traits_of(config, place_.address.name)),
        no_seat_(config.no_seat),
        on_client_(config.on_client),
        seats_(
            config.max_clients, [this] { look(); }, config.max_clients_per_uid),
        loop_(loop),
        monitors_(monitors),
        traffic_(traffic) {}

  ~Door() {
    if (watching_) loop_.remove(place_.socket.fd());
    if (retry_.watching) loop_.remove(retry_.timer.get());
  }

  Result<void> open() {
    Result<void> timer = loop_.add(retry_.timer.get(), EPOLLIN, retry_);
    if (!timer) return timer;
    retry_.watching = true;
    Result<void> clients = loop_.add(place_.socket.fd(), EPOLLIN, *this);
    watching_ = static_cast<bool>(clients);
    return clients;
  }

  const ListenerAddress& address() const noexcept { return place_.address; }
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
      UniqueFd client(::accept4(place_.socket.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
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
    if (watching_) loop_.modify(place_.socket.fd(), may_come ? EPOLLIN : 0u);
  }

  void admit(UniqueFd client) {
    if (!place_.check.admits(client.get())) return monitors_.count_refused_peer();
    const auto peer = peer_of(client.get());
    const auto user = peer ? std::optional<std::uint32_t>(peer->uid) : std::nullopt;
    if (seats_.full_for(user)) return monitors_.count_refused_user_limit();
    std::optional<Seat> seat = seats_.take(user);
    std::unique_ptr<Stream> stream =
        seat ? make_client_stream(std::move(client), place_.way, traits_, path_, loop_, monitors_, traffic_)
             : nullptr;
    if (!stream) {
      monitors_.count_refused();
      return;
    }
    if (on_client_) on_client_();
    monitors_.open(std::move(stream), traits_, std::move(*seat));
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

  Place place_;
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

Result<Listener::Place> Listener::listening_place(const ListenerConfig& config) {
  if (config.tcp) {
    auto socket = listen_on_tcp(config.tcp->host, config.tcp->port);
    if (!socket) return socket.error();
    return Place{UnixSocket(std::move(socket.value().fd)), PeerCheck(), tcp_address(socket.value().address)};
  }
  if (!config.abstract) {
    auto socket = UnixSocket::listen(config.path);
    if (!socket) return socket.error();
    return Place{std::move(socket).value(),
                 PeerCheck::of(config.allowed_uids, config.allowed_gids),
                 {"unix:" + config.path}};
  }
  auto socket = listen_on_abstract_name(config.path, config.tight);
  if (!socket) return socket.error();
  return Place{UnixSocket(std::move(socket).value()),
               PeerCheck::without_file(config.allowed_uids, config.allowed_gids),
               {"abstract:" + config.path}};
}

Listener::Place Listener::adopted_place(UniqueFd socket, const InheritedSocket& inherited,
                                        const ListenerConfig& config) {
  if (inherited.tcp) return {UnixSocket(std::move(socket)), PeerCheck(), tcp_address(*inherited.tcp)};
  return {UnixSocket(std::move(socket)),
          inherited.abstract ? PeerCheck::without_file(config.allowed_uids, config.allowed_gids)
                             : PeerCheck::of(config.allowed_uids, config.allowed_gids),
          {(config.abstract ? "abstract:" : "unix:") + config.path}};
}

Result<std::unique_ptr<Listener>> Listener::create(const ListenerConfig& config, Loop& loop,
                                                   Monitors& monitors, TrafficQueue* traffic) {
  if (auto checked = check_guards(config); !checked) return checked.error();
  auto way = ClientWay::of(config);
  if (!way) return way.error();
  Result<Place> place = listening_place(config);
  if (!place) return place.error();
  place.value().way = std::move(way).value();
  return open(std::move(place).value(), config, loop, monitors, traffic);
}

Result<std::unique_ptr<Listener>> Listener::adopt(UniqueFd socket, const InheritedSocket& inherited,
                                                  const ListenerConfig& config, Loop& loop,
                                                  Monitors& monitors, TrafficQueue* traffic) {
  if (auto checked = check_guards(config); !checked) return checked.error();
  auto way = ClientWay::of(config);
  if (!way) return way.error();
  Place place = adopted_place(std::move(socket), inherited, config);
  place.way = std::move(way).value();
  return open(std::move(place), config, loop, monitors, traffic);
}

Result<std::unique_ptr<Listener>> Listener::open(Place place, const ListenerConfig& config, Loop& loop,
                                                 Monitors& monitors, TrafficQueue* traffic) {
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer)
    return Error{ErrorCode::system, std::string("cannot create a timer descriptor: ") + std::strerror(errno)};
  auto door = std::make_unique<Door>(std::move(place), std::move(timer), config, loop, monitors, traffic);
  const Result<void> opened = door->open();
  if (!opened) return opened.error();
  return std::unique_ptr<Listener>(new Listener(std::move(door)));
}

Listener::Listener(std::unique_ptr<Door> door) noexcept : door_(std::move(door)) {}
Listener::~Listener() = default;
const ListenerAddress& Listener::address() const noexcept {
  return door_->address();
}
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
