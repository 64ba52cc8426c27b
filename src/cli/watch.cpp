// SPDX-License-Identifier: MIT
#include "cli/watch.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
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

/// Returns 0, or the errno of an output that takes nothing more.
int print(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? 0 : errno;
}

int lost(const std::string& reason) {
  std::fprintf(stderr, "qmpev: %s\n", reason.c_str());
  return kWatchLost;
}

int out_of_time(const QmpClient& client, const WatchGoal& goal) {
  if (goal.satisfied()) return kWatchSeen;
  // Not the same as a quiet server: QEMU keeps a second client of one monitor waiting in just this way.
  if (!client.negotiated())
    std::fputs("qmpev: the server did not greet in time: is it a QMP server without another client?\n",
               stderr);
  return kWatchNotSeen;
}

int watch_until(QmpClient& client, WatchGoal& goal, const WatchOptions& options) {
  const Style style = style_of(STDOUT_FILENO);
  std::optional<Clock::time_point> end;
  if (options.timeout) end = Clock::now() + *options.timeout;
  int output_error = 0;
  const auto on_event = [&](const std::string& line) {
    const auto event = read_event(line);
    if (!event || goal.reached() || output_error != 0) return;
    output_error = print(options.json ? line : watch_line(*event, style));
    goal.see(event->name);
  };
  for (;;) {
    // A pipe whose reader has gone says so unasked: nobody would see what a quiet server says in an hour.
    pollfd waits[] = {{client.fd(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    ::poll(waits, 2, wait_ms(end));
    if (waits[1].revents != 0) return kWatchLost;  // without a word, as a broken pipe ends any other program
    const bool alive = client.receive(on_event);
    if (output_error != 0) return lost(std::string("cannot print events: ") + std::strerror(output_error));
    if (goal.reached()) return kWatchSeen;
    if (!alive) return lost(client.reason());
    if (end && Clock::now() >= *end) return out_of_time(client, goal);
  }
}

}  // namespace

int watch(const WatchOptions& options) {
  const std::string path = options.path.empty() ? usual_socket_path(read_surroundings()) : options.path;
  auto client = QmpClient::connect(path);
  if (!client) return lost(client.error().sentence);
  WatchGoal goal(options.count, options.until);
  return watch_until(*client.value(), goal, options);
}

}  // namespace qmpev
