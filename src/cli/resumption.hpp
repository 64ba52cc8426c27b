// SPDX-License-Identifier: MIT
// A client's half of x-qmpev-subscribe and x-qmpev-resume: subscribes, asks page by page for what was missed,
// then listens. What it hears before the last page is on a page, and is left alone; so every event is handed
// over once, in order. Main thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/qmp_client.hpp"
#include "cli/state_file.hpp"

namespace qmpev {

class Resumption {
 public:
  /// Who is told. Each returns false to hear nothing more.
  struct Listener {
    /// An event, and what is printed once it is.
    std::function<bool(const std::string& line, const WatchedUpTo& after)> on_event;
    /// Nothing new, but this is behind us: where it begins, or what is gone.
    std::function<bool(const WatchedUpTo& state)> on_progress;
    /// A sentence for people.
    std::function<void(const std::string& sentence)> say;
  };

  /// `client` is borrowed. `before`: how far the last run came.
  Resumption(QmpClient& client, std::optional<WatchedUpTo> before, Listener listener);

  /// Asks, of a client that has negotiated. False: the server is lost.
  bool begin();
  /// A line of an event.
  void take_event(const std::string& line);
  /// Why it cannot go on; empty when it can.
  const std::string& failure() const noexcept { return failure_; }

 private:
  void take_subscription(const std::string& line);
  void take_page(const std::string& line);
  void ask_for_page();
  void hand_over(std::string_view event);
  void fail(std::string sentence);

  QmpClient& client_;
  std::optional<WatchedUpTo> before_;
  WatchedUpTo state_;
  Listener listener_;
  bool live_ = false;
  bool done_ = false;
  std::string failure_;
};

}  // namespace qmpev
