// SPDX-License-Identifier: MIT
// The reference hypervisor process: a QMP server, the machine it speaks for, and the guest that runs on it.
// Owns all three and ends them in an order that lets clients hear of it. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <qmpev/server.hpp>

#include "hypervisor/guest.hpp"
#include "hypervisor/hypervisor_config.hpp"
#include "hypervisor/reference_machine.hpp"
#include "hypervisor/spice_commands.hpp"
#include "hypervisor/trigger.hpp"
#include "hypervisor/trigger_runner.hpp"
#include "spice/spice_listener.hpp"

namespace qmpev {

class Hypervisor {
 public:
  /// Runs on the default GMainContext. `on_end` is called there, once, after the machine has ended (SIGINT,
  /// quit, the guest) and what its command still has to answer is queued, with the exit status the process
  /// should have. Fails as Server::create, open_disk and listen_for_viewers do.
  static Result<std::unique_ptr<Hypervisor>> create(HypervisorConfig config, LogCallback log,
                                                    std::function<void(int exit_status)> on_end);
  ~Hypervisor();
  Hypervisor(const Hypervisor&) = delete;
  Hypervisor& operator=(const Hypervisor&) = delete;

  Server& server() noexcept { return *server_; }
  ReferenceMachine& machine() noexcept { return *machine_; }
  Guest& guest() noexcept { return *guest_; }
  /// Everything that can be triggered, and who does it: for x-qmpev-trigger and scenarios alike.
  const std::vector<TriggerDevice>& triggers() const noexcept { return triggers_; }
  TriggerRunner& trigger_runner() noexcept { return *trigger_runner_; }
  /// Where real viewers connect, as remote-viewer takes it: "spice://127.0.0.1:5930". Empty: nowhere.
  const std::string& viewer_address() const noexcept { return viewer_address_; }

  /// Stops the guest and the viewers and writes what is queued, for at most a second. Clients are still
  /// connected afterwards.
  void settle();

 private:
  explicit Hypervisor(std::function<void(int)> on_end) : on_end_(std::move(on_end)) {}
  Result<void> build(const HypervisorConfig& config, LogCallback log);
  RunControl life();
  void wake_guest();
  Result<void> listen_for_spice(const SpiceOption& option, LogCallback log);
  Result<void> add_commands();
  void post(std::function<void()> job);
  void move_balloon();
  void end_guest();
  void answer_unplug();

  std::function<void(int)> on_end_;
  // Until when a source on the context may still call us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<Server> server_;
  std::unique_ptr<ReferenceMachine> machine_;
  std::unique_ptr<Guest> guest_;
  std::unique_ptr<SpiceListener> spice_listener_;
  SpiceFace spice_face_;
  std::string viewer_address_;
  std::string name_;  ///< of the machine
  std::vector<TriggerDevice> triggers_;
  std::unique_ptr<TriggerRunner> trigger_runner_;
};

}  // namespace qmpev
