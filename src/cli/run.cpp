// SPDX-License-Identifier: MIT
// The order of the end: the command ends and with it the machine, or the machine first and its clients are
// closed while the command goes on. Either way the command is waited for, then what it left is removed.
#include "cli/run.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <utility>

#include "base/clock.hpp"
#include "cli/child.hpp"
#include "cli/default_socket.hpp"
#include "cli/passed_listeners.hpp"
#include "cli/private_folder.hpp"
#include "cli/serving.hpp"
#include "cli/signal_queue.hpp"
#include "cli/terminal.hpp"
#include "cli/traffic_tail.hpp"

namespace qmpev {

namespace {

int not_run(const Error& error, int status) {
  refuse(error);
  return status;
}

std::vector<ListenOption> listeners_of(const RunOptions& options, const std::string& path) {
  std::vector<ListenOption> listeners{{{.path = path, .form = options.form}}};
  listeners.insert(listeners.end(), options.serve.listen.begin(), options.serve.listen.end());
  return listeners;
}

/// Clients can connect when this returns, though nobody is answered before the loop runs.
Result<std::unique_ptr<Serving>> start_serving(const RunOptions& options, const ScenarioText& text,
                                               const std::string& path, TrafficTail& tail, Screen& screen) {
  auto created = Serving::create(options.serve, text, [&tail](const Traffic& traffic) { tail.add(traffic); });
  if (!created) return created;
  Serving& serving = *created.value();
  auto listeners = listeners_of(options, path);
  if (auto listening = serving.listen(listeners); !listening) return listening.error();
  if (auto opened = serving.open(options.serve); !opened) return opened.error();
  say_what_is_passed_over(options.serve.qemu);
  if (auto playing = serving.play(screen, path, "the scenario is over"); !playing) return playing.error();
  return created;
}

void show(const RunOptions& options, int status, const TrafficTail& tail) {
  const std::string passed = tail.text();
  std::fprintf(stderr, "qmpev: %s ended with status %d; ", options.command[0].c_str(), status);
  if (passed.empty()) {
    std::fprintf(stderr, "no client came to $%s\n", kSocketVariable);
  } else {
    const char* const own = options.serve.played().empty() ? "" : "the scenario's own client included, ";
    std::fprintf(stderr, "what passed its monitors, %sin seconds since the start:\n%s", own, passed.c_str());
  }
}

struct Outcome {
  int status;
  bool command_failed = false;
};

/// Runs the command beside the machine; the status is the command's.
Outcome run_beside(std::unique_ptr<Serving> serving, const RunOptions& options, const std::string& path,
                   SignalQueue& signals) {
  auto started = Child::start(options.command, with_variable(environ, kSocketVariable, path),
                              signals.mask_before(), [&serving] {
                                if (serving) serving->end();
                              });
  if (!started) {
    const bool missing = started.error().code == ErrorCode::not_found;
    return {not_run(started.error(), missing ? kExitNotFound : kExitNotExecutable)};
  }
  Child& child = *started.value();
  signals.listen([&child](int number, bool by_terminal) {
    if (!by_terminal) child.send(number);
  });
  serving->run();
  serving.reset();  // when the machine has ended first, its clients see that now
  const int status = child.wait();
  return {status, status != 0};
}

/// Leaves nothing behind when it returns.
Outcome run_machine(const RunOptions& options, const ScenarioText& text, TrafficTail& tail) {
  SignalQueue signals;  // before there is a folder that could be left behind
  auto folder = PrivateFolder::create(temporary_folder());
  if (!folder) return {not_run(folder.error(), kExitNotRun)};
  const std::string path = folder.value()->socket_path();
  Screen screen(STDERR_FILENO, style_of(STDERR_FILENO));  // the output is the command's
  auto serving = start_serving(options, text, path, tail, screen);
  if (!serving) return {not_run(serving.error(), kExitNotRun)};
  return run_beside(std::move(serving).value(), options, path, signals);
}

}  // namespace

int run(RunOptions options) {
  ignore_write_signals();
  auto listen = find_passed(options.serve.listen);
  if (!listen) return not_run(listen.error(), kExitNotRun);
  options.serve.listen = std::move(listen).value();
  ::signal(SIGCHLD, SIG_DFL);                         // ignored, the command's status would be lost
  auto text = load_scenario(options.serve.played());  // while Ctrl-C still ends the wait for a FIFO's writer
  if (!text) return not_run(text.error(), kExitNotRun);
  TrafficTail tail(system_clock().wall_us());
  const Outcome outcome = run_machine(options, text.value(), tail);
  // Only now, when a signal ends us again: it is much for a pipe that nobody reads.
  if (outcome.command_failed) show(options, outcome.status, tail);
  return outcome.status;
}

}  // namespace qmpev
