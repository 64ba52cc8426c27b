// SPDX-License-Identifier: MIT
// The options of QEMU's command line that `qmpev serve` takes, so that a harness written for QEMU can start
// it: monitors, a name, the test library's port, and what a machine like ours already is. Each may begin with
// one dash or two. Main thread.
#pragma once

#include <string>
#include <vector>

#include <qmpev/result.hpp>

#include "cli/argument_reader.hpp"
#include "cli/qemu_monitors.hpp"

namespace qmpev {

struct QemuOptions {
  QemuMonitors monitors;
  std::string machine_name;          ///< of -name; empty: not given
  std::string qtest_path;            ///< of -qtest: who listens there; empty: not given
  bool ignore_unknown = false;       ///< what is not known is passed over
  std::vector<std::string> ignored;  ///< what was
};

/// QEMU's short spelling of an option made ours: "-qmp" and "--qmp" are both "--qmp"; "-S" stays.
std::string long_name(std::string_view option);

/// Takes the option that `arguments` stands at, if it is one of QEMU's that only they have; false: it is not.
/// Fails with invalid_argument and a sentence.
Result<bool> take_qemu_option(ArgumentReader& arguments, QemuOptions& options);

/// Whether what nobody knows is to be passed over: the option that says so may stand behind it.
bool may_ignore(const ArgumentReader& arguments, const QemuOptions& options);

/// Passes over an option that nobody knows, with its value: the next word, unless that is an option.
void ignore_option(ArgumentReader& arguments, QemuOptions& options);

}  // namespace qmpev
