// SPDX-License-Identifier: MIT
#include "cli/monitor_line.hpp"

#include "cli/socket_place.hpp"

namespace qmpev {

std::string monitor_line(const ListenerConfig& listener) {
  std::string line = "qmpev " QMPEV_VERSION "   ";
  if (!listener.tcp) line += kUnixPlace;
  line += place_of(listener) + "   wire=";
  line += form_word(listener.form);
  if (listener.tls) line += "   tls";
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
  const Chardev& chardev = monitor.chardev;
  const bool handed_down = chardev.kind == Chardev::Kind::descriptor;
  return "whoever reaches " +
         (handed_down ? tcp_place(chardev.tcp) + " (" + name_of(chardev) + ")" : name_of(chardev)) +
         " controls the machine, since nothing proves who that is: a UNIX socket has its mode, and --listen "
         "tcp: is for events only";
}

std::string try_text(const std::string& program, const ListenerConfig& listener, bool is_default) {
  const std::string place = place_of(listener);
  const std::string socket = is_default ? "" : " " + place;
  const std::string port = listener.tcp ? place.substr(kTcpPlace.size()) : "";
  std::string line = "try:  ";
  if (listener.tls) {
    line += "openssl s_client -quiet -connect " + port +
            " -CAfile ca-cert.pem -cert client-cert.pem -key client-key.pem";
  } else {
    line += program + " watch --json" + socket + "    " + program + " trigger" + socket + "    socat - " +
            (listener.tcp ? "TCP:" + port : "UNIX:" + place);
  }
  return line + "\nCtrl-C ends the machine: its clients receive SHUTDOWN.";
}

std::string callable_name(const std::string& program, const std::string& folder) {
  if (program.empty()) return "qmpev";
  if (program.rfind(folder + "/", 0) == 0) return program.substr(folder.size() + 1);
  return program;
}

}  // namespace qmpev
