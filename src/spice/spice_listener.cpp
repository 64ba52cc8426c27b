// SPDX-License-Identifier: MIT
// The listening socket is ours and the library is given each client: so the address can be refused with a
// sentence before anything starts, a UNIX socket has its mode and goes with us, and the connections are
// bounded.
#include "spice/spice_listener.hpp"

#include <utility>

#include <spice.h>

#include "base/tcp_socket.hpp"
#include "base/unique_fd.hpp"
#include "monitor/unix_socket.hpp"
#include "spice/accept_source.hpp"
#include "spice/blank_display.hpp"
#include "spice/channel_events.hpp"
#include "spice/core_interface.hpp"
#include "spice/idle_devices.hpp"
#include "spice/log_domain.hpp"
#include "spice/spice_library.hpp"

namespace qmpev {

namespace {

/// Where viewers knock: one of the two.
struct Door {
  std::optional<UnixSocket> unix_socket{};
  TcpSocket tcp{};
  int fd() const noexcept { return unix_socket ? unix_socket->fd() : tcp.fd.get(); }
};

Result<Door> open_door(const SpiceListenConfig& config) {
  Door door;
  if (!config.path.empty()) {
    auto socket = UnixSocket::listen(config.path);
    if (!socket) return socket.error();
    door.unix_socket.emplace(std::move(socket).value());
    return door;
  }
  auto socket = listen_on_tcp(config.host, config.port);
  if (!socket) return socket.error();
  door.tcp = std::move(socket).value();
  return door;
}

class LibraryListener final : public SpiceListener {
 public:
  LibraryListener(const SpiceLibrary& library, Door door, SpiceServer& model,
                  std::function<void(std::string_view)> log)
      : library_(library), log_(std::move(log)), model_(model), events_(model), door_(std::move(door)) {}

  ~LibraryListener() override {
    accepting_.reset();
    events_.end();
  }

  Result<void> start(const SpiceListenConfig& config, GMainContext* context) {
    core_ = CoreInterface::claim(context, events_);
    if (!core_)
      return Error{ErrorCode::invalid_argument,
                   "a process has one SPICE server at most: end the other first"};
    server_.reset(library_.spice_server_new());
    if (!set_access(config.password))
      return Error{ErrorCode::invalid_argument, "libspice-server does not take this password: use another"};
    library_.spice_server_set_name(server_.get(), "qmpev");
    if (library_.spice_server_init(server_.get(), core_->table()) != 0)
      return Error{ErrorCode::system, "libspice-server could not start"};
    devices_.emplace(library_, server_.get());
    if (config.display) display_.emplace(library_, server_.get());
    library_.spice_server_vm_start(server_.get());
    accepting_.emplace(door_.fd(), context, [this](UniqueFd client) { admit(std::move(client)); });
    return {};
  }

  std::uint16_t port() const noexcept override {
    return door_.unix_socket ? std::uint16_t{0} : door_.tcp.address.port();
  }
  bool is_server_mouse() const noexcept override {
    return library_.spice_server_is_server_mouse(server_.get()) != 0;
  }

 private:
  bool set_access(const std::optional<std::string>& password) {
    if (!password) return library_.spice_server_set_noauth(server_.get()) == 0;
    return library_.spice_server_set_ticket(server_.get(), password->c_str(), 0, 0, 0) == 0;
  }

  void admit(UniqueFd client) {
    if (!model_.has_room()) return model_.count_refused();
    const int fd = client.release();
    if (library_.spice_server_add_client(server_.get(), fd, 0) < 0) UniqueFd(fd).reset();
  }

  // In the order in which they are needed: each goes after those below it.
  const SpiceLibrary library_;
  LogDomain log_;
  SpiceServer& model_;
  ChannelEvents events_;
  Door door_;
  std::unique_ptr<CoreInterface> core_;
  std::optional<IdleDevices> devices_;
  std::optional<BlankDisplay> display_;
  std::unique_ptr<::SpiceServer, decltype(&::spice_server_destroy)> server_{nullptr,
                                                                            library_.spice_server_destroy};
  std::optional<AcceptSource> accepting_;
};

}  // namespace

Result<std::unique_ptr<SpiceListener>> listen_for_viewers(const SpiceListenConfig& config,
                                                          SpiceServer& server, GMainContext* context,
                                                          std::function<void(std::string_view)> log) {
  const auto library = SpiceLibrary::open();
  if (!library) return library.error();
  auto door = open_door(config);
  if (!door) return door.error();
  auto listener =
      std::make_unique<LibraryListener>(library.value(), std::move(door).value(), server, std::move(log));
  if (auto started = listener->start(config, context); !started) return started.error();
  return std::unique_ptr<SpiceListener>(std::move(listener));
}

std::string spice_library_version() {
  constexpr unsigned version = SPICE_SERVER_VERSION;
  return std::to_string(version >> 16) + '.' + std::to_string(version >> 8 & 0xff) + '.' +
         std::to_string(version & 0xff);
}

}  // namespace qmpev
