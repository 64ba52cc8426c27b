// SPDX-License-Identifier: MIT
// The words of `qmpev serve` about its monitors, and about what to try with them. Main thread.
#pragma once

#include <string>
#include <vector>

#include "cli/listen_option.hpp"
#include "cli/qemu_monitors.hpp"

namespace qmpev {

/// `qmpev 0.1.0   unix:PATH   wire=FORM`, or tcp:HOST:PORT or abstract:NAME, its role unless that is full,
/// and a hint who wants the other form.
std::string monitor_line(const ListenerConfig& listener);

/// The same for one in QEMU's spelling.
std::string monitor_line(const QemuMonitor& monitor);

/// All of them in one line, each with its form in brackets: `QMP at unix:PATH (document), fd:5 (qemu)`.
std::string status_text(const std::vector<ListenOption>& listeners, const std::vector<QemuMonitor>& monitors);

/// What is to be said of one that listens on a port with all of QEMU's powers.
std::string exposure_warning(const QemuMonitor& monitor);

/// What a newcomer can type next, and how it ends. `is_default`: watch finds the socket by itself.
std::string try_text(const std::string& program, const ListenerConfig& listener, bool is_default);

/// How to call this program again from `folder`, the current one.
std::string callable_name(const std::string& program, const std::string& folder);

}  // namespace qmpev
