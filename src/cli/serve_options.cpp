// SPDX-License-Identifier: MIT
#include "cli/serve_options.hpp"

#include <utility>

#include "cli/argument_reader.hpp"
#include "hypervisor/action_option.hpp"

namespace qmpev {

namespace {

Result<void> take_listen(ArgumentReader& arguments, ServeOptions& options) {
  auto value = arguments.value(kListenForm);
  if (!value) return value.error();
  auto listen = parse_listen_option(value.value());
  if (!listen) return listen.error();
  options.listen.push_back(std::move(listen).value());
  return {};
}

Result<void> take_transcript(ArgumentReader& arguments, ServeOptions& options) {
  auto value = arguments.value("FILE[,limit=SIZE]");
  if (!value) return value.error();
  auto transcript = parse_transcript_option(value.value());
  if (!transcript) return transcript.error();
  options.transcript = std::move(transcript).value();
  return {};
}

Result<void> take_quorum(ArgumentReader& arguments, ServeOptions& options) {
  auto value = arguments.value(kQuorumOptionForm);
  if (!value) return value.error();
  auto quorum = parse_quorum_option(value.value());
  if (!quorum) return quorum.error();
  if (options.hypervisor.quorum) return usage_error("--quorum can be given once: the machine has one disk");
  options.hypervisor.quorum = std::move(quorum).value();
  return {};
}

Result<void> take_action(ArgumentReader& arguments, std::vector<std::string>& actions) {
  auto value = arguments.value("panic=pause|shutdown|exit-failure|none");
  if (!value) return value.error();
  if (auto parsed = parse_action_option(value.value()); !parsed) return parsed.error();
  actions.push_back(std::move(value).value());
  return {};
}

/// A short form of an action.
Result<void> take_no(const ArgumentReader& arguments, std::vector<std::string>& actions, const char* action) {
  bool given = false;
  actions.emplace_back(action);
  return arguments.take_flag(given);
}

Result<void> take_stopped(const ArgumentReader& arguments, MachineConfig& machine) {
  bool given = false;
  machine.start_running = false;
  return arguments.take_flag(given);
}

Result<void> take_preconfig(const ArgumentReader& arguments, MachineConfig& machine) {
  return arguments.take_flag(machine.preconfig);
}

Result<void> take_spice(ArgumentReader& arguments, ServeOptions& options) {
  auto value = arguments.value("port=N|unix=PATH[,password-file=PATH]");
  if (!value) return value.error();
  auto spice = parse_spice_option(value.value());
  if (!spice) return spice.error();
  if (options.hypervisor.spice.kind != SpiceOption::Kind::synthetic)
    return usage_error("a machine has one SPICE server at most: give --spice once");
  options.hypervisor.spice = std::move(spice).value();
  return {};
}

Result<void> take_scenario(ArgumentReader& arguments, ServeOptions& options) {
  auto value = arguments.value("list");
  if (!value) return value.error();
  if (value.value().empty()) return usage_error("--scenario takes a name or a file: see --scenario list");
  options.scenario = std::move(value).value();
  return {};
}

Result<void> take_seed(ArgumentReader& arguments, ServeOptions& options) {
  auto value = arguments.value("7");
  if (!value) return value.error();
  auto seed = parse_seed(value.value());
  if (!seed) return seed.error();
  options.seed = seed.value();
  return {};
}

}  // namespace

Result<void> take_serve_option(ArgumentReader& arguments, ServeOptions& options, std::string_view verb) {
  const std::string name = long_name(arguments.name());
  auto qemus = take_qemu_option(arguments, options.qemu);
  if (!qemus) return qemus.error();
  if (qemus.value()) return {};
  if (arguments.name() == "--listen") return take_listen(arguments, options);
  if (arguments.name() == "--transcript") return take_transcript(arguments, options);
  if (arguments.name() == "--quorum") return take_quorum(arguments, options);
  if (arguments.name() == "--spice") return take_spice(arguments, options);
  MachineConfig& machine = options.hypervisor.machine;
  if (name == "--action") return take_action(arguments, options.actions);
  if (name == "--no-shutdown") return take_no(arguments, options.actions, "shutdown=pause");
  if (name == "--no-reboot") return take_no(arguments, options.actions, "reboot=shutdown");
  if (arguments.name() == "-S") return take_stopped(arguments, machine);
  if (name == "--preconfig") return take_preconfig(arguments, machine);
  if (arguments.name() == "--scenario") return take_scenario(arguments, options);
  if (arguments.name() == "--seed") return take_seed(arguments, options);
  if (arguments.name() == "--demo") return arguments.take_flag(options.demo);
  if (arguments.name() == "--help" || arguments.name() == "-h") return arguments.take_flag(options.help);
  if (arguments.is_option() && may_ignore(arguments, options.qemu)) {
    ignore_option(arguments, options.qemu);
    return {};
  }
  if (arguments.is_option()) return unknown_option(verb, arguments.name());
  return usage_error(std::string(verb) + " takes no '" + std::string(arguments.name()) +
                     "': name a socket with --listen unix:PATH");
}

/// What the demo tells about the machine has to be true of it.
Result<void> check_demo(const ServeOptions& options) {
  if (options.played() != kDemoScenario) return {};
  const HypervisorConfig& config = options.hypervisor;
  if (config.quorum) return usage_error("--demo plays with a disk of its own in memory: leave out --quorum");
  if (config.spice.kind == SpiceOption::Kind::none)
    return usage_error("--demo shows a SPICE viewer: leave out --spice none");
  const MachineActions& actions = config.machine.actions;
  if (actions.panic != PanicPolicy::pause || actions.reboot != RebootPolicy::reset)
    return usage_error("--demo tells of a machine that pauses at a panic and resets: leave out --action");
  if (!config.machine.start_running) return usage_error("--demo needs a guest that runs: leave out -S");
  return {};
}

Result<void> check_played_at(const ServeOptions& options, const ListenerConfig& first) {
  if (options.played().empty()) return {};
  const std::string player = options.demo ? "--demo" : "--scenario";
  if (first.role == ListenerRole::events_only)
    return usage_error(player + " is a client of the first monitor and asks for things: give it role=full");
  if (first.tls)
    return usage_error(
        player + " is a client of the first monitor and has no certificate: name one without tls= first");
  if (first.abstract)
    return usage_error(player +
                       " is a client of the first monitor and finds no abstract name: name another first");
  return {};
}

namespace {

/// A machine whose monitors are in QEMU's spelling ends at a panic unless it is told otherwise, as QEMU's
/// does.
Result<void> finish_actions(ServeOptions& options) {
  MachineActions actions;
  if (!options.qemu_monitors.empty() && options.listen.empty()) actions.panic = PanicPolicy::shutdown;
  for (const std::string& text : options.actions) {
    auto parsed = parse_action_option(text, actions);
    if (!parsed) return parsed.error();
    actions = parsed.value();
  }
  options.hypervisor.machine.actions = actions;
  return {};
}

Result<void> check_serve_options(const ServeOptions& options) {
  if (!options.played().empty() && options.listen.empty() && !options.qemu_monitors.empty())
    return usage_error("a scenario is a client of the first --listen monitor: add --listen unix:PATH");
  if (auto checked = check_demo(options); !checked) return checked;
  if (!options.listen.empty()) {
    if (auto checked = check_played_at(options, options.listen.front()); !checked) return checked;
  }
  if (options.demo && !options.scenario.empty())
    return usage_error("--demo is --scenario demo: choose one of them");
  if (!options.played().empty() && options.hypervisor.machine.preconfig)
    return usage_error("a scenario needs a machine that is built: leave out --preconfig");
  if (options.seed && options.played().empty())
    return usage_error("--seed is for a scenario that draws lots: add --scenario");
  return {};
}

}  // namespace

Result<void> finish_serve_options(ServeOptions& options) {
  auto monitors = options.qemu.monitors.resolve();
  if (!monitors) return monitors.error();
  options.qemu_monitors = std::move(monitors).value();
  options.hypervisor.name = options.qemu.machine_name;
  if (auto finished = finish_actions(options); !finished) return finished;
  return check_serve_options(options);
}

Result<ServeOptions> parse_serve_options(std::vector<std::string> words) {
  ArgumentReader arguments(std::move(words));
  ServeOptions options;
  while (arguments.next())
    if (auto taken = take_serve_option(arguments, options, "serve"); !taken) return taken.error();
  if (auto finished = finish_serve_options(options); !finished) return finished.error();
  return options;
}

}  // namespace qmpev
