// SPDX-License-Identifier: MIT
#include "cli/watch.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>

#include "cli/default_socket.hpp"
#include "cli/event_text.hpp"
#include "cli/qmp_client.hpp"
#include "cli/terminal.hpp"
#include "cli/watch_goal.hpp"
#include "cli/watch_line.hpp"

namespace qmpev {

namespace {

using Clock = std::chrono::steady_clock;

/// What poll() takes: milliseconds until the end, -1 when there is none.
int wait_ms(const std::optional<Clock::time_point>& end) {
  if (!end) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

void print(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

int lost(const std::string& reason) {
  std::fprintf(stderr, "qmpev: %s\n", reason.c_str());
  return kWatchLost;
}

int watch_until(QmpClient& client, WatchGoal& goal, const WatchOptions& options) {
  const Style style = style_of(STDOUT_FILENO);
  std::optional<Clock::time_point> end;
  if (options.timeout) end = Clock::now() + *options.timeout;
  const auto on_event = [&](const std::string& line) {
    const auto event = read_event(line);
    if (!event || goal.reached()) return;
    print(options.json ? line : watch_line(*event, style));
    goal.see(event->name);
  };
  for (;;) {
    pollfd readable{client.fd(), POLLIN, 0};
    ::poll(&readable, 1, wait_ms(end));
    const bool alive = client.receive(on_event);
    if (goal.reached()) return kWatchSeen;
    if (!alive) return lost(client.reason());
    if (end && Clock::now() >= *end) return goal.satisfied() ? kWatchSeen : kWatchNotSeen;
  }
}

}  // namespace

int watch(const WatchOptions& options) {
  const std::string path = options.path.empty() ? default_socket_path(read_surroundings()) : options.path;
  auto client = QmpClient::connect(path);
  if (!client) return lost(client.error().sentence);
  WatchGoal goal(options.count, options.until);
  return watch_until(*client.value(), goal, options);
}

}  // namespace qmpev
