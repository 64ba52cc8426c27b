// SPDX-License-Identifier: MIT
#include "cli/watch.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>

#include "cli/default_socket.hpp"
#include "cli/event_text.hpp"
#include "cli/qmp_client.hpp"
#include "cli/resumption.hpp"
#include "cli/state_file.hpp"
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

/// One run of the command, from connection to exit status.
class Watch {
 public:
  Watch(QmpClient& client, const WatchOptions& options)
      : client_(client), options_(options), goal_(options.count, options.until), file_(options.state) {}

  /// `before`: what the state file says. Only with --state.
  void resume_from(std::optional<WatchedUpTo> before) {
    resumption_.emplace(
        client_, std::move(before),
        Resumption::Listener{
            [this](const std::string& line, const WatchedUpTo& after) {
              if (done() || !save(after)) return false;
              show(line);
              return !done();
            },
            [this](const WatchedUpTo& state) { return !done() && save(state); },
            [](const std::string& sentence) { std::fprintf(stderr, "qmpev: %s\n", sentence.c_str()); }});
  }

  int run() {
    std::optional<Clock::time_point> end;
    if (options_.timeout) end = Clock::now() + *options_.timeout;
    for (;;) {
      // A pipe whose reader has gone says so unasked: nobody would see what a quiet server says in an hour.
      pollfd waits[] = {{client_.fd(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
      ::poll(waits, 2, wait_ms(end));
      if (waits[1].revents != 0)
        return kWatchLost;  // without a word, as a broken pipe ends any other program
      const bool alive = receive();
      if (output_error_ != 0)
        return lost(std::string("cannot print events: ") + std::strerror(output_error_));
      if (!failure_.empty()) return lost(failure_);
      if (resumption_ && !resumption_->failure().empty()) return lost(resumption_->failure());
      if (goal_.reached()) return kWatchSeen;
      if (!alive) return lost(client_.reason());
      if (end && Clock::now() >= *end) return out_of_time(client_, goal_);
    }
  }

 private:
  bool done() const { return goal_.reached() || output_error_ != 0 || !failure_.empty(); }

  bool receive() {
    const bool alive = client_.receive([this](const std::string& line) {
      if (resumption_) return resumption_->take_event(line);
      if (!done()) show(line);
    });
    if (!alive || !resumption_ || begun_ || !client_.negotiated()) return alive;
    begun_ = true;
    return resumption_->begin();
  }

  void show(const std::string& line) {
    const auto event = read_event(line);
    if (!event) return;
    output_error_ = print(options_.json ? line : watch_line(*event, style_));
    goal_.see(event->name);
  }

  /// Before it is printed: who is ended in between has not printed it, and will not print it twice.
  bool save(const WatchedUpTo& state) {
    if (auto saved = file_.save(state); !saved) failure_ = saved.error().sentence;
    return failure_.empty();
  }

  QmpClient& client_;
  const WatchOptions& options_;
  WatchGoal goal_;
  StateFile file_;
  const Style style_ = style_of(STDOUT_FILENO);
  std::optional<Resumption> resumption_;
  bool begun_ = false;
  int output_error_ = 0;
  std::string failure_;
};

}  // namespace

int watch(const WatchOptions& options) {
  const std::string path = options.path.empty() ? usual_socket_path(read_surroundings()) : options.path;
  auto client = QmpClient::connect(path);
  if (!client) return lost(client.error().sentence);
  Watch watch(*client.value(), options);
  if (!options.state.empty()) {
    auto before = StateFile(options.state).load();
    if (!before) return lost(before.error().sentence);
    watch.resume_from(std::move(before).value());
  }
  return watch.run();
}

}  // namespace qmpev
