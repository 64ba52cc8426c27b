// SPDX-License-Identifier: MIT
// The command line of `qmpev serve`. Main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/result.hpp>

#include "cli/listen_option.hpp"
#include "cli/qemu_options.hpp"
#include "cli/scenario_option.hpp"
#include "cli/transcript_option.hpp"
#include "hypervisor/hypervisor_config.hpp"

namespace qmpev {

struct ServeOptions {
  std::vector<ListenOption> listen;  ///< empty: the default socket
  std::optional<TranscriptOption> transcript;
  HypervisorConfig hypervisor{};
  QemuOptions qemu;                        ///< in QEMU's own spelling
  std::vector<QemuMonitor> qemu_monitors;  ///< what comes of them
  std::vector<std::string> actions;        ///< of --action and its short forms, in their order
  std::string scenario;                    ///< of --scenario; empty: not given
  std::optional<std::uint64_t> seed;
  bool demo = false;
  bool help = false;

  /// The scenario that is played, however it was asked for; empty: none.
  std::string played() const { return demo ? std::string(kDemoScenario) : scenario; }
};

class ArgumentReader;

/// Takes one option, for any verb that serves. Fails as parse_serve_options does.
Result<void> take_serve_option(ArgumentReader& arguments, ServeOptions& options, std::string_view verb);
/// What all of them together mean, once they are taken, and which do not go together.
Result<void> finish_serve_options(ServeOptions& options);

/// Whether the scenario that is played, if any, can be a client of `first`, the first monitor: a passed
/// socket has told by then what it is. Fails with invalid_argument.
Result<void> check_played_at(const ServeOptions& options, const ListenerConfig& first);

/// Fails with invalid_argument and a sentence that says what to write instead.
Result<ServeOptions> parse_serve_options(std::vector<std::string> words);

}  // namespace qmpev
