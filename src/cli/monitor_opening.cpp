// SPDX-License-Identifier: MIT
#include "cli/monitor_opening.hpp"

#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "monitor/inherited_socket.hpp"

namespace qmpev {

namespace {

/// A connected socket has nobody to wait for, and one that listens is no client: QEMU fails there, too.
Result<void> check_descriptor(const Chardev& chardev) {
  const auto found = inspect_socket(chardev.fd);
  if (!found || found.value().listening == chardev.server) return {};  // what is no socket is refused later
  const std::string name = "-chardev: descriptor " + std::to_string(chardev.fd);
  if (chardev.server)
    return Error{ErrorCode::invalid_argument, name + " is connected already: leave out server=on and wait"};
  return Error{ErrorCode::invalid_argument, name + " listens: add server=on"};
}

/// The port that whoever reaches it comes in by: the one that was named, or what a descriptor listens on.
std::optional<TcpAddress> exposed_port(const Chardev& chardev) {
  if (chardev.kind == Chardev::Kind::tcp_socket) return chardev.tcp;
  if (chardev.kind != Chardev::Kind::descriptor) return std::nullopt;
  const auto inherited = inspect_socket(chardev.fd);
  if (!inherited || !inherited.value().listening || !inherited.value().tcp) return std::nullopt;
  return TcpAddress{inherited.value().tcp->host(), inherited.value().tcp->port()};
}

/// The address is the one that was named, and QEMU asks no more of who comes there.
std::optional<TcpAddress> port_of(const Chardev& chardev) {
  if (chardev.kind != Chardev::Kind::tcp_socket) return std::nullopt;
  return chardev.tcp;
}

std::string place_of(const Chardev& chardev) {
  return chardev.kind == Chardev::Kind::unix_socket ? chardev.path : name_of(chardev);
}

ConnectionConfig connection_of(const QemuMonitor& monitor) {
  return {.path = place_of(monitor.chardev),
          .form = WireForm::qemu,
          .pretty = monitor.pretty,
          .abstract = monitor.chardev.abstract,
          .tight = monitor.chardev.tight,
          .reconnect_ms = monitor.chardev.reconnect_ms,
          .tcp = port_of(monitor.chardev),
          .beyond_loopback = true};
}

/// One client at a time, and the next waits for it to leave: QEMU's way.
ListenerConfig listener_of(const QemuMonitor& monitor) {
  return {.path = place_of(monitor.chardev),
          .form = WireForm::qemu,
          .max_clients = 1,
          .role = ListenerRole::full,
          .pretty = monitor.pretty,
          .no_seat = NoSeat::waits,
          .abstract = monitor.chardev.abstract,
          .tight = monitor.chardev.tight,
          .tcp = port_of(monitor.chardev),
          .beyond_loopback = true,
          .negotiation_timeout_ms = 0};
}

}  // namespace

MonitorOpening::MonitorOpening(Server& server, std::vector<QemuMonitor> monitors, Told told)
    : server_(server), monitors_(std::move(monitors)), told_(std::move(told)) {}

Result<void> MonitorOpening::begin() {
  return open_on();
}

void MonitorOpening::announce(std::function<void(const QemuMonitor&)> opened) {
  for (std::size_t i = 0; i < open_count_; ++i) opened(monitors_[i]);
  opened_ = std::move(opened);
}

Result<void> MonitorOpening::open_on() {
  while (open_count_ < monitors_.size()) {
    QemuMonitor& monitor = monitors_[open_count_];
    if (auto opened = open(monitor); !opened) return opened;
    ++open_count_;
    if (opened_) opened_(monitor);
    if (monitor.chardev.wait) return {};
  }
  return told_.done();
}

Result<void> MonitorOpening::open(QemuMonitor& monitor) {
  const Chardev& chardev = monitor.chardev;
  switch (chardev.kind) {
    case Chardev::Kind::stdio:
      return server_.converse(STDIN_FILENO, STDOUT_FILENO, connection_of(monitor));
    case Chardev::Kind::descriptor:
      if (auto checked = check_descriptor(chardev); !checked) return checked;
      return listen(monitor);
    case Chardev::Kind::unix_socket:
    case Chardev::Kind::tcp_socket:
      break;
  }
  return chardev.server ? listen(monitor) : server_.dial(connection_of(monitor));
}

Result<void> MonitorOpening::listen(QemuMonitor& monitor) {
  Chardev& chardev = monitor.chardev;
  ListenerConfig listener = listener_of(monitor);
  if (chardev.wait) {
    listener.on_client = [this, first = true]() mutable {
      if (std::exchange(first, false)) client_came();
    };
  }
  const auto exposed = exposed_port(chardev);  // asked before: an adopted descriptor's number is free
  const bool descriptor = chardev.kind == Chardev::Kind::descriptor;
  if (auto listening = descriptor ? server_.adopt(chardev.fd, listener) : server_.listen(listener);
      !listening)
    return listening;
  if (!exposed) return {};
  chardev.tcp = {exposed->host, server_.addresses().back().port};
  if (told_.exposed) told_.exposed(monitor);
  return {};
}

void MonitorOpening::client_came() {
  if (auto opened = open_on(); !opened) told_.refused(opened.error());
}

}  // namespace qmpev
