// SPDX-License-Identifier: MIT
#include "cli/monitor_opening.hpp"

#include <unistd.h>

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

std::string place_of(const Chardev& chardev) {
  return chardev.kind == Chardev::Kind::unix_socket ? chardev.path : name_of(chardev);
}

ConnectionConfig connection_of(const QemuMonitor& monitor) {
  return {.path = place_of(monitor.chardev),
          .form = WireForm::qemu,
          .pretty = monitor.pretty,
          .abstract = monitor.chardev.abstract,
          .tight = monitor.chardev.tight,
          .reconnect_ms = monitor.chardev.reconnect_ms};
}

/// One client at a time, and the next waits for it to leave: QEMU's way.
ListenerConfig listener_of(const QemuMonitor& monitor) {
  return {.path = place_of(monitor.chardev),
          .form = WireForm::qemu,
          .max_clients = 1,
          .pretty = monitor.pretty,
          .no_seat = NoSeat::waits,
          .abstract = monitor.chardev.abstract,
          .tight = monitor.chardev.tight};
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
    const QemuMonitor& monitor = monitors_[open_count_];
    if (auto opened = open(monitor); !opened) return opened;
    ++open_count_;
    if (opened_) opened_(monitor);
    if (monitor.chardev.wait) return {};
  }
  return told_.done();
}

Result<void> MonitorOpening::open(const QemuMonitor& monitor) {
  const Chardev& chardev = monitor.chardev;
  const bool is_socket = chardev.kind == Chardev::Kind::unix_socket;
  if (chardev.kind == Chardev::Kind::stdio)
    return server_.converse(STDIN_FILENO, STDOUT_FILENO, connection_of(monitor));
  if (is_socket && !chardev.server) return server_.dial(connection_of(monitor));
  ListenerConfig listener = listener_of(monitor);
  if (chardev.wait) {
    listener.on_client = [this, first = true]() mutable {
      if (std::exchange(first, false)) client_came();
    };
  }
  if (is_socket) return server_.listen(listener);
  if (auto checked = check_descriptor(chardev); !checked) return checked;
  return server_.adopt(chardev.fd, listener);
}

void MonitorOpening::client_came() {
  if (auto opened = open_on(); !opened) told_.refused(opened.error());
}

}  // namespace qmpev
