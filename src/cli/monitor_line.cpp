// SPDX-License-Identifier: MIT
#include "cli/monitor_line.hpp"

#include "cli/socket_place.hpp"

namespace qmpev {

namespace {

std::string full_place_of(const ListenerConfig& listener) {
  if (listener.tcp) return place_of(listener);
  return (listener.abstract ? "abstract:" : std::string(kUnixPlace)) + place_of(listener);
}

/// What socat calls it.
std::string socat_place_of(const ListenerConfig& listener) {
  const std::string place = place_of(listener);
  if (listener.tcp) return "TCP:" + place.substr(kTcpPlace.size());
  return (listener.abstract ? "ABSTRACT-CONNECT:" : "UNIX:") + place;
}

}  // namespace

std::string monitor_line(const ListenerConfig& listener) {
  std::string line = "qmpev " QMPEV_VERSION "   " + full_place_of(listener) + "   wire=";
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

std::string status_text(const std::vector<ListenOption>& listeners,
                        const std::vector<QemuMonitor>& monitors) {
  std::string line;
  const auto add = [&line](const std::string& place, WireForm form) {
    line += (line.empty() ? "QMP at " : ", ") + place + " (" + std::string(form_word(form)) + ")";
  };
  for (const ListenOption& listener : listeners) add(full_place_of(listener), listener.form);
  for (const QemuMonitor& monitor : monitors) add(name_of(monitor.chardev), WireForm::qemu);
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
  std::string line = "try:  ";
  if (listener.tls) {
    line += "openssl s_client -quiet -connect " + place.substr(kTcpPlace.size()) +
            " -CAfile ca-cert.pem -cert client-cert.pem -key client-key.pem";
  } else {
    // An abstract name is none that our own clients find.
    if (!listener.abstract)
      line += program + " watch --json" + socket + "    " + program + " trigger" + socket + "    ";
    line += "socat - " + socat_place_of(listener);
  }
  return line + "\nCtrl-C ends the machine: its clients receive SHUTDOWN.";
}

std::string callable_name(const std::string& program, const std::string& folder) {
  if (program.empty()) return "qmpev";
  if (program.rfind(folder + "/", 0) == 0) return program.substr(folder.size() + 1);
  return program;
}

}  // namespace qmpev
