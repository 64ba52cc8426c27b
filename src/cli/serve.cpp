// SPDX-License-Identifier: MIT
#include "cli/serve.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include <glib-unix.h>
#include <glib.h>

#include "cli/default_socket.hpp"
#include "cli/demo.hpp"
#include "cli/monitor_line.hpp"
#include "cli/screen.hpp"
#include "cli/terminal.hpp"
#include "cli/usage.hpp"
#include "hypervisor/hypervisor.hpp"

namespace qmpev {

namespace {

struct QuitLoop {
  void operator()(GMainLoop* loop) const noexcept { g_main_loop_unref(loop); }
};
using MainLoop = std::unique_ptr<GMainLoop, QuitLoop>;

void say_on_stderr(LogLevel level, std::string_view text) {
  if (level < LogLevel::warning) return;
  std::fprintf(stderr, "qmpev: %.*s\n", static_cast<int>(text.size()), text.data());
}

int refused(const Error& error) {
  std::fprintf(stderr, "qmpev: %s\n", error.sentence.c_str());
  return error.code == ErrorCode::invalid_argument ? kExitUsage : kExitRefused;
}

/// Where to listen: what the user named, or the default socket in a folder of our own.
Result<std::vector<ListenOption>> listeners_of(const ServeOptions& options) {
  if (!options.listen.empty()) return options.listen;
  const Surroundings surroundings = read_surroundings();
  if (auto made = make_private_folder(default_folder(surroundings)); !made) return made.error();
  const std::string path = default_socket_path(surroundings);
  if (auto usable = check_socket_path(path); !usable) return usable.error();
  return std::vector<ListenOption>{{path}};
}

Result<void> listen_on_all(Server& server, const std::vector<ListenOption>& listeners) {
  for (const ListenOption& listener : listeners)
    if (auto listening = server.listen({listener.path, listener.form}); !listening) return listening.error();
  return {};
}

gboolean on_signal(gpointer machine) {
  static_cast<Machine*>(machine)->end(ShutdownCause::host_signal);
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
  explicit SignalWatch(Machine& machine) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
      if (number != SIGHUP || !ignores_hangup())
        sources_.push_back(g_unix_signal_add(number, on_signal, &machine));
  }
  ~SignalWatch() {
    for (const guint source : sources_) g_source_remove(source);
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  std::vector<guint> sources_;
};

/// Plays the scene, and shows what the guest does later because another client asked for it.
Result<std::unique_ptr<Demo>> start_demo(Hypervisor& hypervisor, Screen& screen, const std::string& path,
                                         const std::string& try_lines) {
  hypervisor.set_on_balloon_move([&screen](std::uint32_t from, std::uint32_t to) {
    screen.cause(Actor::guest,
                 "balloon: moves actual from " + std::to_string(from) + " to " + std::to_string(to) +
                     " pages, step by step",
                 "the command `balloon` asked for it");
  });
  return Demo::start(hypervisor, screen, path, [&screen, try_lines] { screen.say(try_lines); });
}

/// Runs until the machine has ended, then lets everybody hear of it.
void run(Hypervisor& hypervisor, GMainLoop* loop, Demo* demo) {
  g_main_loop_run(loop);
  hypervisor.settle();
  if (demo != nullptr) demo->receive();
}

}  // namespace

int serve(const ServeOptions& options, const std::string& program) {
  ::signal(SIGPIPE, SIG_IGN);  // a screen that is closed must not end the machine
  auto listeners = listeners_of(options);
  if (!listeners) return refused(listeners.error());

  const MainLoop loop(g_main_loop_new(nullptr, FALSE));
  int exit_status = kExitDone;
  auto hypervisor = Hypervisor::create({}, say_on_stderr, [&](int status) {
    exit_status = status;
    g_main_loop_quit(loop.get());
  });
  if (!hypervisor) return refused(hypervisor.error());
  // From here on, before there is a socket that could be left behind.
  const SignalWatch signals(hypervisor.value()->machine().machine);
  if (auto listening = listen_on_all(hypervisor.value()->server(), listeners.value()); !listening)
    return refused(listening.error());

  Screen screen(STDOUT_FILENO, style_of(STDOUT_FILENO));
  for (const ListenOption& listener : listeners.value()) screen.say(monitor_line(listener));

  std::unique_ptr<Demo> demo;
  if (options.demo) {
    const std::string& path = listeners.value().front().path;
    auto started =
        start_demo(*hypervisor.value(), screen, path, try_text(program, path, options.listen.empty()));
    if (!started) return refused(started.error());
    demo = std::move(started).value();
  }
  run(*hypervisor.value(), loop.get(), demo.get());
  return exit_status;
}

}  // namespace qmpev
