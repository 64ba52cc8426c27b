// SPDX-License-Identifier: MIT
#include "cli/trigger.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <vector>

#include "cli/default_socket.hpp"
#include "cli/event_text.hpp"
#include "cli/qmp_client.hpp"
#include "cli/trigger_reply.hpp"
#include "cli/trigger_text.hpp"
#include "hypervisor/trigger_command.hpp"

namespace qmpev {

namespace {

using Clock = std::chrono::steady_clock;

/// For the greeting, and for the reply: what a guest does takes less, or hangs.
constexpr auto kPatience = std::chrono::seconds(30);
/// For events that a rate limit holds back: the limits that machines start with are one second.
constexpr auto kDelayedPatience = std::chrono::seconds(2);
/// Of other clients' making as well: a trigger has a handful.
constexpr std::size_t kMaxEffects = 1'000;

int say(const std::string& sentence, int status) {
  std::fprintf(stderr, "qmpev: %s\n", sentence.c_str());
  return status;
}

int print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return kTriggerDone;
  return say(std::string("cannot print what came of it: ") + std::strerror(errno), kTriggerLost);
}

int refused(const Error& error) {
  return say(error.sentence, error.code == ErrorCode::system ? kTriggerLost : kTriggerRefused);
}

/// One command to the server, and what came before its reply.
class Exchange {
 public:
  explicit Exchange(QmpClient& client) : client_(client) {}

  /// False when the server is lost or says nothing in time.
  bool run(const std::string& arguments) {
    if (!receive_until([this] { return client_.negotiated(); }, kPatience)) return false;
    sent_ = Clock::now();
    const bool sent = client_.execute(kTriggerCommand, arguments, [this](const std::string& line) {
      reply_ = line;
      before_reply_ = effects_.size();
    });
    return sent && receive_until([this] { return reply_.has_value(); }, kPatience);
  }

  /// Waits for events that the rate limits hold back; returns those that did not come.
  std::vector<std::string> wait_for(std::vector<std::string> names) {
    std::size_t next = before_reply_;
    const auto come = [&] {
      for (; next < effects_.size(); ++next) {
        const auto event = read_event(effects_[next].line);
        const auto waited = std::find(names.begin(), names.end(), event->name);
        effects_[next].held_back = waited != names.end();
        if (waited != names.end()) names.erase(waited);
      }
      return names.empty();
    };
    receive_until(come, kDelayedPatience);
    return names;
  }

  const std::string& reply() const { return *reply_; }
  const std::vector<TriggerEffect>& effects() const { return effects_; }
  std::string reason() const {
    if (!client_.reason().empty()) return client_.reason();
    if (client_.negotiated()) return "the server did not answer in time";
    return "the server did not greet in time: is it a QMP server without another client?";
  }

 private:
  template <class Reached>
  bool receive_until(Reached reached, std::chrono::milliseconds patience) {
    const auto end = Clock::now() + patience;
    bool alive = true;
    while (!reached()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
      if (!alive || left.count() <= 0) return false;
      pollfd readable{client_.fd(), POLLIN, 0};
      ::poll(&readable, 1, static_cast<int>(left.count()));
      alive = client_.receive([this](const std::string& line) { note(line); });
    }
    return true;
  }

  void note(const std::string& line) {
    if (sent_ && effects_.size() < kMaxEffects && read_event(line))
      effects_.push_back({line, std::chrono::duration<double>(Clock::now() - *sent_).count()});
  }

  QmpClient& client_;
  std::optional<Clock::time_point> sent_;
  std::optional<std::string> reply_;
  std::vector<TriggerEffect> effects_;
  std::size_t before_reply_ = 0;  // effects that came before it
};

int show_device(const std::vector<ListedDevice>& devices, const std::string& name, const std::string& call) {
  std::string names;
  for (const ListedDevice& device : devices) {
    if (device.name == name) return print(device_text(device, call));
    names += (names.empty() ? "" : ", ") + device.name;
  }
  return say("there is no device '" + name + "': there are " + names, kTriggerRefused);
}

int show_list(const Exchange& exchange, const TriggerOptions& options, const std::string& program) {
  const auto devices = read_trigger_list(exchange.reply());
  if (!devices) return refused(devices.error());
  if (options.json) return print(printable(exchange.reply()));
  const std::string call = program + " trigger" + (options.path.empty() ? "" : " " + options.path);
  if (!options.device.empty()) return show_device(devices.value(), options.device, call);
  return print(list_text(devices.value(), call));
}

int show_outcome(Exchange& exchange, const TriggerOptions& options) {
  const auto reply = read_trigger_reply(exchange.reply());
  if (!reply) return refused(reply.error());
  const std::vector<std::string> missing = exchange.wait_for(reply.value().delayed);
  if (options.json) return print(outcome_json(reply.value(), exchange.effects()));
  return print(outcome_text(reply.value(), exchange.effects(), missing));
}

}  // namespace

int trigger(const TriggerOptions& options, const std::string& program) {
  const std::string path = options.path.empty() ? usual_socket_path(read_surroundings()) : options.path;
  auto client = QmpClient::connect(path);
  if (!client) return say(client.error().sentence, kTriggerLost);
  Exchange exchange(*client.value());
  const bool list = options.list || options.device.empty();
  if (!exchange.run(list ? "" : trigger_arguments(options))) return say(exchange.reason(), kTriggerLost);
  return list ? show_list(exchange, options, program) : show_outcome(exchange, options);
}

}  // namespace qmpev
