// SPDX-License-Identifier: MIT
#include "hypervisor/hypervisor.hpp"

#include <poll.h>

#include <chrono>
#include <utility>

#include <glib.h>

#include "hypervisor/acpi_commands.hpp"
#include "hypervisor/balloon_commands.hpp"
#include "hypervisor/balloon_driver.hpp"
#include "hypervisor/block_commands.hpp"
#include "hypervisor/cpu_commands.hpp"
#include "hypervisor/human_monitor.hpp"
#include "hypervisor/oob_commands.hpp"
#include "hypervisor/qom_commands.hpp"
#include "hypervisor/run_state_commands.hpp"
#include "hypervisor/trigger_command.hpp"
#include "hypervisor/triggers.hpp"

namespace qmpev {

namespace {

constexpr const char* kName = "qmpev";                ///< of a machine that nobody has named
constexpr auto kLastWords = std::chrono::seconds(1);  // a client that does not read cannot hold up our end
constexpr int kLastWordsPollMs = 10;

std::string viewer_address_of(const SpiceListenConfig& listen, std::uint16_t port) {
  if (!listen.path.empty()) return "spice+unix://" + listen.path;
  const bool is_ipv6 = listen.host.find(':') != std::string::npos;
  return "spice://" + (is_ipv6 ? "[" + listen.host + "]" : listen.host) + ":" + std::to_string(port);
}

struct PostedJob {
  std::function<void()> job;
};

gboolean run_posted_job(gpointer data) {
  static_cast<PostedJob*>(data)->job();
  return G_SOURCE_REMOVE;
}

void free_posted_job(gpointer data) {
  delete static_cast<PostedJob*>(data);
}

/// Any thread, also one that outlives the hypervisor.
void post_while(const std::shared_ptr<bool>& alive, std::function<void()> job) {
  auto guarded = [alive, job = std::move(job)] {
    if (*alive) job();
  };
  g_idle_add_full(G_PRIORITY_DEFAULT, run_posted_job, new PostedJob{std::move(guarded)}, free_posted_job);
}

}  // namespace

Result<std::unique_ptr<Hypervisor>> Hypervisor::create(HypervisorConfig config, LogCallback log,
                                                       std::function<void(int)> on_end) {
  std::unique_ptr<Hypervisor> hypervisor(new Hypervisor(std::move(on_end)));
  if (auto built = hypervisor->build(config, std::move(log)); !built) return built.error();
  return hypervisor;
}

Result<void> Hypervisor::build(const HypervisorConfig& config, LogCallback log) {
  ServerConfig server_config;
  name_ = config.name.empty() ? kName : config.name;
  server_config.name = name_;
  server_config.run_state = life();
  server_config.log = log;
  server_config.on_traffic = config.on_traffic;
  auto server = Server::create(std::move(server_config));
  if (!server) return server.error();
  server_ = std::move(server).value();
  machine_ = std::make_unique<ReferenceMachine>(
      server_->emitter(), [this](int exit_status) { post([this, exit_status] { on_end_(exit_status); }); },
      config);
  if (config.quorum) {
    auto disk = open_disk(server_->emitter(), *config.quorum);
    if (!disk) return disk.error();
    machine_->disk = std::move(disk).value();
  }
  guest_ = std::make_unique<Guest>([this] { return machine_->machine.status().running; });
  triggers_ = all_triggers({*machine_, *guest_});
  trigger_runner_ = std::make_unique<TriggerRunner>(
      machine_->machine, *guest_, [this](std::function<void()> job) { post(std::move(job)); });
  if (auto listening = listen_for_spice(config.spice, std::move(log)); !listening) return listening.error();
  if (auto added = add_commands(); !added) return added.error();
  server_->attach(g_main_context_default());
  return {};
}

/// The guest is woken when the command has its reply: a vCPU waits for the thread that answers.
RunControl Hypervisor::life() {
  return run_control([this]() -> Machine& { return machine_->machine; }, [this] { wake_guest(); });
}

void Hypervisor::wake_guest() {
  post([this] { guest_->wake(); });
}

/// The library logs from any thread; our log is for the loop's, and hears of it as of details.
Result<void> Hypervisor::listen_for_spice(const SpiceOption& option, LogCallback log) {
  spice_face_ = {ReferenceMachine::kSpiceHost, ReferenceMachine::kSpicePort};
  if (option.kind != SpiceOption::Kind::real) return {};
  const auto note = [this, log = std::move(log)](std::string_view text) {
    if (log) post([log, text = "SPICE: " + std::string(text)] { log(LogLevel::debug, text); });
  };
  auto listener = listen_for_viewers(option.listen, machine_->spice, g_main_context_default(), note);
  if (!listener) return listener.error();
  spice_listener_ = std::move(listener).value();
  const std::uint16_t port = spice_listener_->port();
  viewer_address_ = viewer_address_of(option.listen, port);
  spice_face_ = {option.listen.path.empty() ? option.listen.host : option.listen.path};
  if (option.listen.path.empty()) spice_face_.port = machine_->spice_port = port;
  spice_face_.library_version = spice_library_version();
  spice_face_.is_server_mouse = [this] { return spice_listener_->is_server_mouse(); };
  return {};
}

Result<void> Hypervisor::add_commands() {
  const auto on_target = [this] { post([this] { move_balloon(); }); };
  if (auto added = add_run_state_commands(*server_, machine_->machine, [this] { wake_guest(); }); !added)
    return added.error();
  if (auto added = add_balloon_commands(*server_, machine_->balloon, on_target); !added) return added.error();
  const auto on_ask = [this] { post([this] { answer_unplug(); }); };
  if (auto added = add_acpi_commands(*server_, *machine_, on_ask); !added) return added.error();
  if (auto added = add_spice_commands(*server_, machine_->spice, spice_face_); !added) return added.error();
  if (auto added = add_cpu_commands(*server_, *machine_, *guest_); !added) return added.error();
  const auto post_from_anywhere = [alive = alive_](std::function<void()> job) {
    post_while(alive, std::move(job));
  };
  if (auto added = add_block_commands(*server_, post_from_anywhere); !added) return added.error();
  if (auto added = add_oob_commands(*server_); !added) return added.error();
  if (auto added = add_qom_commands(*server_, *machine_); !added) return added.error();
  HumanMonitor monitor({life(), machine_->balloon, on_target, name_});
  if (auto added = add_human_monitor_command(*server_, std::move(monitor), machine_->cpus); !added)
    return added.error();
  return add_trigger_command(*server_, triggers_, *trigger_runner_);
}

Hypervisor::~Hypervisor() {
  *alive_ = false;
  spice_listener_.reset();
  end_guest();
  if (trigger_runner_) trigger_runner_->end();
  server_.reset();  // before the machine, which its commands use; the machine's emitter outlives it
}

/// Later on the loop, when the command that is running has its reply. Any thread.
void Hypervisor::post(std::function<void()> job) {
  post_while(alive_, std::move(job));
}

void Hypervisor::move_balloon() {
  guest_->post_once("balloon", [this] {
    VirtioBalloon& balloon = machine_->balloon;
    follow_balloon_target(balloon, [this] { return guest_->rest(kBalloonStepTime); });
  });
}

void Hypervisor::answer_unplug() {
  guest_->post_once("device_del", [this] {
    machine_->hotplug_driver.scan_dimms();
    machine_->hotplug_driver.scan_cpus();
  });
}

/// Also when it waits for its disk.
void Hypervisor::end_guest() {
  if (!guest_) return;
  machine_->disk.quorum->hurry();
  guest_->end();
}

void Hypervisor::settle() {
  end_guest();
  trigger_runner_->end();  // who asked for what has ended the machine is answered, too
  const auto end = std::chrono::steady_clock::now() + kLastWords;
  while (!server_->flush() && std::chrono::steady_clock::now() < end) {
    pollfd ready{server_->fd(), POLLIN, 0};
    ::poll(&ready, 1, kLastWordsPollMs);
    server_->dispatch();
  }
}

}  // namespace qmpev
