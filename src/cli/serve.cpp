// SPDX-License-Identifier: MIT
#include "cli/serve.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <glib-unix.h>

#include "cli/default_socket.hpp"
#include "cli/monitor_line.hpp"
#include "cli/passed_listeners.hpp"
#include "cli/screen.hpp"
#include "cli/service_notice.hpp"
#include "cli/serving.hpp"
#include "cli/socket_place.hpp"
#include "cli/terminal.hpp"

namespace qmpev {

namespace {

/// The --listen options, those of passed sockets included.
Result<std::vector<ListenOption>> find_named(const ServeOptions& options) {
  auto found = find_passed(options.listen);
  if (!found || found.value().empty()) return found;
  if (auto checked = check_played_at(options, found.value().front()); !checked) return checked.error();
  return found;
}

/// Where to listen: what the user named, or the default socket in a folder of our own.
Result<std::vector<ListenOption>> listeners_of(const ServeOptions& options, std::vector<ListenOption> named) {
  if (!named.empty() || !options.qemu_monitors.empty()) return named;
  const Surroundings surroundings = read_surroundings();
  if (auto made = make_private_folder(default_folder(surroundings)); !made) return made.error();
  const std::string path = default_socket_path(surroundings);
  if (auto usable = check_socket_path(path); !usable) return usable.error();
  return std::vector<ListenOption>{{{.path = path, .form = WireForm::document}}};
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

void say_what_is_there(const ServeOptions& options, const std::vector<ListenOption>& listeners,
                       Serving& serving, Screen& screen) {
  say_what_is_passed_over(options.qemu);
  for (const ListenOption& listener : listeners) screen.say(monitor_line(listener));
  serving.announce([&screen](const QemuMonitor& monitor) { screen.say(monitor_line(monitor)); });
  if (const std::string& viewer = serving.viewer_address(); !viewer.empty())
    screen.say("SPICE viewers: " + viewer);
}

void say_in_log(const std::string& sentence) {
  std::fprintf(stderr, "qmpev: %s\n", sentence.c_str());
}

/// Through the first listener.
Result<void> play(const ServeOptions& options, const std::vector<ListenOption>& listeners,
                  const std::string& program, Serving& serving, Screen& screen) {
  if (listeners.empty()) return {};
  const ListenOption& first = listeners.front();
  return serving.play(screen, place_of(first), try_text(program, first, options.listen.empty()));
}

}  // namespace

int serve(const ServeOptions& options, const std::string& program) {
  ignore_write_signals();
  // Before anything else is open: the passed descriptors are known by their numbers.
  auto named = find_named(options);
  if (!named) return refuse(named.error());
  const ServiceNotice service(ServiceNotice::take_place_from_environment(), say_in_log);
  auto text = load_scenario(options.played());
  if (!text) return refuse(text.error());
  const int output = speaks_on_stdio(options) ? STDERR_FILENO : STDOUT_FILENO;
  Screen screen(output, style_of(output));
  auto created = Serving::create(options, text.value(), {});
  if (!created) return refuse(created.error());
  Serving& serving = *created.value();
  auto listeners = listeners_of(options, std::move(named).value());
  if (!listeners) return refuse(listeners.error());
  // From here on, before there is a socket that could be left behind.
  const SignalWatch signals(serving);
  if (auto listening = serving.listen(listeners.value()); !listening) return refuse(listening.error());
  if (auto opened = serving.open(options); !opened) return refuse(opened.error());
  say_what_is_there(options, listeners.value(), serving, screen);
  if (auto playing = play(options, listeners.value(), program, serving, screen); !playing)
    return refuse(playing.error());

  service.ready(status_text(listeners.value(), options.qemu_monitors));
  return serving.run([&service] { service.stopping("ending, clients receive what is owed to them"); });
}

}  // namespace qmpev
