// SPDX-License-Identifier: MIT
// A client of one QMP server: connects, waits for the greeting, negotiates without any capability, then hands
// over events and replies. Never waits by itself: the caller polls fd() and calls receive(). Main thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <qmpev/result.hpp>

#include "base/unique_fd.hpp"
#include "cli/line_splitter.hpp"

namespace qmpev {

/// No event and no reply to what this client asks comes near it.
inline constexpr std::size_t kMaxReceivedLineBytes = std::size_t{1} << 20;

class QmpClient {
 public:
  /// Takes one event line as it was received, without its CR LF.
  using OnEvent = std::function<void(const std::string& line)>;

  /// `place` is a path, or tcp:HOST:PORT. Fails with not_found, permission or system; the sentence names
  /// `qmpev serve`.
  static Result<std::unique_ptr<QmpClient>> connect(const std::string& place);
  /// Speaks over a connected socket that does not block; takes it.
  explicit QmpClient(UniqueFd connected) : fd_(std::move(connected)), lines_(kMaxReceivedLineBytes) {}

  int fd() const noexcept { return fd_.get(); }
  /// Events can arrive from now on.
  bool negotiated() const noexcept { return phase_ == Phase::events; }

  /// Reads what is there, without waiting. False: the server is lost, and reason() says how.
  bool receive(const OnEvent& on_event);
  const std::string& reason() const noexcept { return reason_; }

  /// Takes the line of a reply, likewise.
  using OnReply = std::function<void(const std::string& line)>;

  /// Sends a command; `arguments` is a JSON object, or empty. `on_reply` may be left out. False: the server
  /// is lost.
  bool execute(std::string_view command, std::string_view arguments = {}, OnReply on_reply = {});

 private:
  enum class Phase { greeting, negotiation, events, lost };
  bool read_some(bool& more);
  bool send(std::string_view command, std::string_view arguments);
  bool take_line(const std::string& line, const OnEvent& on_event);
  void take_reply(const std::string& line);
  bool lose(std::string reason);

  UniqueFd fd_;
  LineSplitter lines_;
  Phase phase_ = Phase::greeting;
  std::deque<OnReply> unanswered_;  // a server answers in the order of the commands
  std::string reason_;
};

}  // namespace qmpev
