// SPDX-License-Identifier: MIT
#include "cli/serving.hpp"

#include <csignal>
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

Serving::Serving(const ServeOptions& options, TrafficCallback on_traffic)
    : loop_(g_main_loop_new(nullptr, FALSE)),
      transcript_option_(options.transcript),
      on_traffic_(std::move(on_traffic)) {}

Result<std::unique_ptr<Serving>> Serving::create(const ServeOptions& options, TrafficCallback on_traffic) {
  std::unique_ptr<Serving> serving(new Serving(options, std::move(on_traffic)));
  HypervisorConfig config = options.hypervisor;
  if (serving->transcript_option_ || serving->on_traffic_)
    config.on_traffic = [its = serving.get()](const Traffic& traffic) { its->note(traffic); };
  auto hypervisor =
      Hypervisor::create(std::move(config), say_on_stderr, [its = serving.get()](int exit_status) {
        its->exit_status_ = exit_status;
        g_main_loop_quit(its->loop_.get());
      });
  if (!hypervisor) return hypervisor.error();
  serving->hypervisor_ = std::move(hypervisor).value();
  return serving;
}

Result<void> Serving::listen(const std::vector<ListenOption>& listeners) {
  for (const ListenOption& listener : listeners)
    if (auto listening = hypervisor_->server().listen(
            {.path = listener.path, .form = listener.form, .role = listener.role});
        !listening)
      return listening.error();
  if (!transcript_option_) return {};
  // Last, so that a refused monitor leaves no empty file. What passes is told by the loop, which comes later.
  auto transcript = Transcript::create(
      *transcript_option_, [](const std::string& sentence) { say_on_stderr(LogLevel::warning, sentence); });
  if (!transcript) return transcript.error();
  transcript_ = std::move(transcript).value();
  return {};
}

void Serving::note(const Traffic& traffic) {
  if (transcript_) transcript_->add(traffic);
  if (on_traffic_) on_traffic_(traffic);
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

void ignore_write_signals() {
  for (const int number : {SIGPIPE, SIGXFSZ}) ::signal(number, SIG_IGN);
}

int refuse(const Error& error) {
  std::fprintf(stderr, "qmpev: %s\n", error.sentence.c_str());
  return error.code == ErrorCode::invalid_argument ? kExitUsage : kExitRefused;
}

}  // namespace qmpev
