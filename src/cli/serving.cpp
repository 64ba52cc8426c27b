// SPDX-License-Identifier: MIT
#include "cli/serving.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <random>
#include <utility>

#include "cli/event_text.hpp"
#include "cli/monitor_line.hpp"
#include "cli/usage.hpp"
#include "scenario/scenario_parser.hpp"

namespace qmpev {

namespace {

void say_on_stderr(LogLevel level, std::string_view text) {
  if (level < LogLevel::info) return;
  std::fprintf(stderr, "qmpev: %.*s\n", static_cast<int>(text.size()), text.data());
}

bool some_wait(const std::vector<QemuMonitor>& monitors) {
  return std::any_of(monitors.begin(), monitors.end(),
                     [](const QemuMonitor& monitor) { return monitor.chardev.wait; });
}

/// The address is the socket's own.
Result<void> adopt(Server& server, const ListenOption& listener) {
  ListenerConfig config = listener;
  config.tcp.reset();
  return server.adopt(listener.fd, config);
}

/// A seed that nobody chose, short enough to be typed again.
std::uint64_t any_seed() {
  return std::random_device{}() % 1'000'000;
}

}  // namespace

Serving::Serving(const ServeOptions& options, TrafficCallback on_traffic)
    : loop_(g_main_loop_new(nullptr, FALSE)),
      transcript_option_(options.transcript),
      on_traffic_(std::move(on_traffic)) {}

Serving::~Serving() {
  play_.reset();
  qtest_.reset();
  hypervisor_.reset();  // its last words are noted
}

Result<std::unique_ptr<Serving>> Serving::create(const ServeOptions& options, const ScenarioText& text,
                                                 TrafficCallback on_traffic) {
  std::unique_ptr<Serving> serving(new Serving(options, std::move(on_traffic)));
  HypervisorConfig config = options.hypervisor;
  if (some_wait(options.qemu_monitors)) {
    serving->runs_then_ = config.machine.start_running && !config.machine.preconfig;
    config.machine.start_running = false;
  }
  if (serving->transcript_option_ || serving->on_traffic_ || !options.played().empty())
    config.on_traffic = [its = serving.get()](const Traffic& traffic) { its->note(traffic); };
  auto hypervisor =
      Hypervisor::create(std::move(config), say_on_stderr, [its = serving.get()](int exit_status) {
        its->exit_status_ = exit_status;
        g_main_loop_quit(its->loop_.get());
      });
  if (!hypervisor) return hypervisor.error();
  serving->hypervisor_ = std::move(hypervisor).value();
  if (auto read = serving->read_scenario(options, text); !read) return read.error();
  return serving;
}

Result<void> Serving::listen(std::vector<ListenOption>& listeners) {
  Server& server = hypervisor_->server();
  for (ListenOption& listener : listeners) {
    const bool passed = !listener.passed_name.empty();
    if (const auto listening = passed ? adopt(server, listener) : server.listen(listener); !listening)
      return listening;
    if (listener.tcp) listener.tcp->port = server.addresses().back().port;
  }
  if (!transcript_option_) return {};
  // Last, so that a refused monitor leaves no empty file. What passes is told by the loop, which comes later.
  auto transcript = Transcript::create(
      *transcript_option_, [](const std::string& sentence) { say_on_stderr(LogLevel::warning, sentence); });
  if (!transcript) return transcript.error();
  transcript_ = std::move(transcript).value();
  return {};
}

Result<void> Serving::open(const ServeOptions& options) {
  opening_ = std::make_unique<MonitorOpening>(
      hypervisor_->server(), options.qemu_monitors,
      MonitorOpening::Told{
          .done = [this, qtest_path = options.qemu.qtest_path] { return start(qtest_path); },
          .refused =
              [this](const Error& error) {
                exit_status_ = refuse(error);
                g_main_loop_quit(loop_.get());
              },
          .exposed =
              [](const QemuMonitor& monitor) { say_on_stderr(LogLevel::warning, exposure_warning(monitor)); },
      });
  return opening_->begin();
}

void Serving::announce(std::function<void(const QemuMonitor&)> opened) {
  opening_->announce(std::move(opened));
}

/// Every monitor has the client that it waited for.
Result<void> Serving::start(const std::string& qtest_path) {
  if (!qtest_path.empty()) {
    auto link = QtestLink::connect(qtest_path, hypervisor_->machine());
    if (!link) return link.error();
    qtest_ = std::move(link).value();
  }
  if (!runs_then_) return {};
  hypervisor_->machine().machine.cont();
  hypervisor_->guest().wake();
  return {};
}

void Serving::note(const Traffic& traffic) {
  if (transcript_) transcript_->add(traffic);
  if (on_traffic_) on_traffic_(traffic);
  if (play_) play_->see(traffic);
}

Result<void> Serving::read_scenario(const ServeOptions& options, const ScenarioText& text) {
  scenario_name_ = options.played();
  if (scenario_name_.empty()) return {};
  auto scenario = parse_scenario(text.file, text.text, hypervisor_->triggers());
  if (!scenario) return scenario.error();
  scenario_ = std::move(scenario).value();
  seed_ = options.seed.value_or(scenario_->seed.value_or(any_seed()));
  return {};
}

PlayParts Serving::play_parts(Screen& screen, const std::string& try_lines) {
  PlayParts parts;
  parts.run = [this](Trigger trigger, TriggerRunner::Done done) {
    hypervisor_->trigger_runner().run(std::move(trigger), std::move(done));
  };
  parts.statistics = [this] { return hypervisor_->server().statistics(); };
  parts.end_machine = [this] { end(); };
  parts.on_played = [this, &screen, try_lines](bool failed) {
    scenario_failed_ = failed;
    if (!hypervisor_->machine().machine.ended()) screen.say(try_lines);
  };
  return parts;
}

Result<void> Serving::play(Screen& screen, const std::string& path, const std::string& try_lines) {
  if (!scenario_) return {};
  if (scenario_name_ != kDemoScenario)
    screen.say("scenario " + scenario_->file + ": " + printable(scenario_->title));
  if (scenario_->has_choice) screen.say("seed " + std::to_string(seed_) + ": --seed repeats what is drawn");
  auto play = ScenarioPlay::start(*std::move(scenario_), seed_, screen, path, play_parts(screen, try_lines));
  if (!play) return play.error();
  play_ = std::move(play).value();
  return {};
}

int Serving::run(const std::function<void()>& on_end) {
  g_main_loop_run(loop_.get());
  if (on_end) on_end();
  hypervisor_->settle();
  if (play_) play_->receive();
  return exit_status_ == kExitDone && scenario_failed_ ? kExitRefused : exit_status_;
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

void say_what_is_passed_over(const QemuOptions& options) {
  for (const std::string& option : options.ignored)
    std::fprintf(stderr, "qmpev: passed over: %s\n", option.c_str());
  for (const std::string& id : options.monitors.unused())
    std::fprintf(stderr, "qmpev: the chardev %s has no monitor and stays closed\n", id.c_str());
}

}  // namespace qmpev
