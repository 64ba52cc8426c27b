// SPDX-License-Identifier: MIT
#include "cli/serving.hpp"

#include <cstdio>
#include <utility>

#include "cli/usage.hpp"

namespace qmpev {

namespace {

void say_on_stderr(LogLevel level, std::string_view text) {
  if (level < LogLevel::warning) return;
  std::fprintf(stderr, "qmpev: %.*s\n", static_cast<int>(text.size()), text.data());
}

}  // namespace

Result<std::unique_ptr<Serving>> Serving::create(const ServeOptions&) {
  std::unique_ptr<Serving> serving(new Serving());
  auto hypervisor = Hypervisor::create({}, say_on_stderr, [its = serving.get()](int exit_status) {
    its->exit_status_ = exit_status;
    g_main_loop_quit(its->loop_.get());
  });
  if (!hypervisor) return hypervisor.error();
  serving->hypervisor_ = std::move(hypervisor).value();
  return serving;
}

Result<void> Serving::listen(const std::vector<ListenOption>& listeners) {
  for (const ListenOption& listener : listeners)
    if (auto listening = hypervisor_->server().listen({listener.path, listener.form}); !listening)
      return listening.error();
  return {};
}

Result<void> Serving::play_demo(Screen& screen, const std::string& path, const std::string& try_lines) {
  // What the guest does later because another client asked for it is shown as well.
  hypervisor_->set_on_balloon_move([&screen](std::uint32_t from, std::uint32_t to) {
    screen.cause(Actor::guest,
                 "balloon: moves actual from " + std::to_string(from) + " to " + std::to_string(to) +
                     " pages, step by step",
                 "the command `balloon` asked for it");
  });
  auto demo = Demo::start(*hypervisor_, screen, path, [&screen, try_lines] { screen.say(try_lines); });
  if (!demo) return demo.error();
  demo_ = std::move(demo).value();
  return {};
}

int Serving::run() {
  g_main_loop_run(loop_.get());
  hypervisor_->settle();
  if (demo_) demo_->receive();
  return exit_status_;
}

void Serving::end() {
  hypervisor_->machine().machine.end(ShutdownCause::host_signal);
}

int refuse(const Error& error) {
  std::fprintf(stderr, "qmpev: %s\n", error.sentence.c_str());
  return error.code == ErrorCode::invalid_argument ? kExitUsage : kExitRefused;
}

}  // namespace qmpev
