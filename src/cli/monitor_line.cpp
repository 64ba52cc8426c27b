// SPDX-License-Identifier: MIT
#include "cli/monitor_line.hpp"

#include "cli/socket_place.hpp"

namespace qmpev {

std::string monitor_line(const ListenOption& listener) {
  std::string line = "qmpev " QMPEV_VERSION "   ";
  if (!listener.tcp) line += kUnixPlace;
  line += place_of(listener) + "   wire=";
  line += form_word(listener.form);
  if (listener.role == ListenerRole::events_only) line += "   role=events (no command changes anything)";
  if (listener.form == WireForm::document) line += "   (libvirt: wire=qemu)";
  return line;
}

std::string monitor_line(const QemuMonitor& monitor) {
  const Chardev& chardev = monitor.chardev;
  std::string line = "qmpev " QMPEV_VERSION "   " + name_of(chardev) + "   wire=qemu";
  if (monitor.pretty) line += "   pretty";
  const bool dials = chardev.kind == Chardev::Kind::unix_socket || chardev.kind == Chardev::Kind::tcp_socket;
  if (dials && !chardev.server) line += "   dialled";
  if (chardev.wait) line += "   waits for a client";
  return line;
}

std::string exposure_warning(const QemuMonitor& monitor) {
  return "whoever reaches " + name_of(monitor.chardev) +
         " controls the machine, since nothing proves who that is: a UNIX socket has its mode, and --listen "
         "tcp: is for events only";
}

std::string try_text(const std::string& program, const std::string& path, bool is_default) {
  const std::string socket = is_default ? "" : " " + path;
  const std::string address = is_tcp_place(path) ? "TCP:" + path.substr(kTcpPlace.size()) : "UNIX:" + path;
  return "try:  " + program + " watch --json" + socket + "    " + program + " trigger" + socket +
         "    socat - " + address + "\nCtrl-C ends the machine: its clients receive SHUTDOWN.";
}

std::string callable_name(const std::string& program, const std::string& folder) {
  if (program.empty()) return "qmpev";
  if (program.rfind(folder + "/", 0) == 0) return program.substr(folder.size() + 1);
  return program;
}

}  // namespace qmpev
