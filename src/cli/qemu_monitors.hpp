// SPDX-License-Identifier: MIT
// The monitors that QEMU's options describe: -qmp, -qmp-pretty, and -mon with the -chardev it names, in any
// order. Main thread.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/result.hpp>

#include "cli/chardev_option.hpp"

namespace qmpev {

struct QemuMonitor {
  Chardev chardev;
  bool pretty = false;
};

class KeyValues;

class QemuMonitors {
 public:
  // Each takes the value of an option. All fail with invalid_argument and a sentence.
  Result<void> add_qmp(std::string_view option, std::string_view text, bool pretty);
  Result<void> add_chardev(std::string_view text);
  Result<void> add_mon(std::string_view text);

  bool empty() const noexcept { return monitors_.empty(); }
  /// All of them, in the order of the options that made their places, which is that of opening. Fails when a
  /// monitor's -chardev is not there, or another monitor wants the same place.
  Result<std::vector<QemuMonitor>> resolve() const;
  /// Ids of what no monitor uses; they stay closed.
  std::vector<std::string> unused() const;

 private:
  struct Wanted {
    bool pretty = false;
    std::string chardev_id;            ///< to be found; empty: it has a place of its own
    std::optional<std::size_t> place;  ///< that one, among the chardevs
    std::string option;                ///< which made it
  };
  Result<void> take_mon_id(KeyValues& settings);
  /// Its place among the chardevs.
  std::optional<std::size_t> find(std::string_view id) const noexcept;

  std::vector<Chardev> chardevs_;  ///< in the order of their options; without an id: of a -qmp
  std::vector<Wanted> monitors_;
  std::set<std::string> mon_ids_;
};

}  // namespace qmpev
