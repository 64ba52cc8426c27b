// SPDX-License-Identifier: MIT
// The monitors in QEMU's spelling are opened one after another, in the order of their chardevs. One that
// waits for a client holds back those behind it until the first one has come, so whoever starts the program
// connects in that order, too. Main thread.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

#include "cli/qemu_monitors.hpp"

namespace qmpev {

class MonitorOpening {
 public:
  struct Told {
    /// All are open and none waits any more, before the last one's client is greeted. What it refuses is
    /// refused here.
    std::function<Result<void>()> done;
    /// One that was held back cannot be opened; nothing more is. From inside a dispatch: not the place to end
    /// the server.
    std::function<void(const Error&)> refused;
    /// One listens on a port now: whoever reaches that has the powers that QEMU gives. Empty: nobody is told.
    std::function<void(const QemuMonitor&)> exposed{};
  };

  /// `server` is borrowed for as long as it is dispatched, and then for this object's end.
  MonitorOpening(Server& server, std::vector<QemuMonitor> monitors, Told told);
  MonitorOpening(const MonitorOpening&) = delete;
  MonitorOpening& operator=(const MonitorOpening&) = delete;

  /// Opens as far as the first one that waits. Once. Fails as Server::listen, adopt, dial and converse do,
  /// and with what `done` refuses.
  Result<void> begin();
  /// Has `opened` called for each that is open, and for the others when they are. Once, behind begin().
  void announce(std::function<void(const QemuMonitor&)> opened);

 private:
  Result<void> open_on();
  /// Its port becomes the one that was found, if any was asked for.
  Result<void> open(QemuMonitor& monitor);
  Result<void> listen(QemuMonitor& monitor);
  void client_came();

  Server& server_;
  std::vector<QemuMonitor> monitors_;
  const Told told_;
  std::function<void(const QemuMonitor&)> opened_;
  std::size_t open_count_ = 0;
};

}  // namespace qmpev
