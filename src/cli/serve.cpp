// SPDX-License-Identifier: MIT
#include "cli/serve.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include <glib-unix.h>

#include "cli/default_socket.hpp"
#include "cli/monitor_line.hpp"
#include "cli/screen.hpp"
#include "cli/serving.hpp"
#include "cli/socket_place.hpp"
#include "cli/terminal.hpp"

namespace qmpev {

namespace {

/// Where to listen: what the user named, or the default socket in a folder of our own.
Result<std::vector<ListenerConfig>> listeners_of(const ServeOptions& options) {
  if (!options.listen.empty() || !options.qemu_monitors.empty()) return options.listen;
  const Surroundings surroundings = read_surroundings();
  if (auto made = make_private_folder(default_folder(surroundings)); !made) return made.error();
  const std::string path = default_socket_path(surroundings);
  if (auto usable = check_socket_path(path); !usable) return usable.error();
  return std::vector<ListenerConfig>{{.path = path, .form = WireForm::document}};
}

bool speaks_on_stdio(const ServeOptions& options) {
  return std::any_of(options.qemu_monitors.begin(), options.qemu_monitors.end(),
                     [](const QemuMonitor& monitor) { return monitor.chardev.kind == Chardev::Kind::stdio; });
}

gboolean on_signal(gpointer serving) {
  static_cast<Serving*>(serving)->end();
  return G_SOURCE_CONTINUE;
}

/// Whoever started us with nohup wants us to outlive the terminal.
bool ignores_hangup() {
  struct sigaction now {};
  return ::sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

/// While this lives, SIGINT, SIGTERM and SIGHUP (the terminal is closed) end the machine instead of the
/// process.
class SignalWatch {
 public:
  explicit SignalWatch(Serving& serving) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
      if (number != SIGHUP || !ignores_hangup())
        sources_.push_back(g_unix_signal_add(number, on_signal, &serving));
  }
  ~SignalWatch() {
    for (const guint source : sources_) g_source_remove(source);
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  std::vector<guint> sources_;
};

}  // namespace

int serve(const ServeOptions& options, const std::string& program) {
  ignore_write_signals();
  auto text = load_scenario(options.played());
  if (!text) return refuse(text.error());
  const int output = speaks_on_stdio(options) ? STDERR_FILENO : STDOUT_FILENO;
  Screen screen(output, style_of(output));
  auto created = Serving::create(options, text.value(), {});
  if (!created) return refuse(created.error());
  Serving& serving = *created.value();
  auto listeners = listeners_of(options);
  if (!listeners) return refuse(listeners.error());
  // From here on, before there is a socket that could be left behind.
  const SignalWatch signals(serving);
  if (auto listening = serving.listen(listeners.value()); !listening) return refuse(listening.error());
  if (auto opened = serving.open(options); !opened) return refuse(opened.error());

  say_what_is_passed_over(options.qemu);
  for (const ListenerConfig& listener : listeners.value()) screen.say(monitor_line(listener));
  serving.announce([&screen](const QemuMonitor& monitor) { screen.say(monitor_line(monitor)); });
  if (const std::string& viewer = serving.viewer_address(); !viewer.empty())
    screen.say("SPICE viewers: " + viewer);
  if (listeners.value().empty()) return serving.run();
  const ListenerConfig& listener = listeners.value().front();
  const std::string try_lines = try_text(program, listener, options.listen.empty());
  if (auto playing = serving.play(screen, place_of(listener), try_lines); !playing)
    return refuse(playing.error());
  return serving.run();
}

}  // namespace qmpev
