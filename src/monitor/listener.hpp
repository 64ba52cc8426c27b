// SPDX-License-Identifier: MIT
// Accepts clients of one UNIX socket or TCP port into sessions. Loop thread.
#pragma once

#include <cstddef>
#include <memory>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

#include "base/unique_fd.hpp"
#include "monitor/monitors.hpp"

namespace qmpev {

class Loop;
struct InheritedSocket;
class TrafficQueue;

/// Clients accepted per dispatch: the default of max_clients, so that one listener cannot hold the loop.
inline constexpr int kAcceptBudget = 64;
/// How long a listener that found no free descriptor looks away. Long enough not to spin, short for a person.
inline constexpr long kAcceptRetryMs = 100;

class Listener {
 public:
  /// Starts listening. `loop`, `monitors` and `traffic` are borrowed for the life of this object, `traffic`
  /// for that of its sessions, too; null when nobody wants to know what passes them. The sentences of
  /// failures name the path and what to do.
  static Result<std::unique_ptr<Listener>> create(const ListenerConfig& config, Loop& loop,
                                                  Monitors& monitors, TrafficQueue* traffic = nullptr);
  /// The same for a socket that listens already, which it takes. Of one of TCP, config.tcp is its address.
  static Result<std::unique_ptr<Listener>> adopt(UniqueFd socket, const InheritedSocket& inherited,
                                                 const ListenerConfig& config, Loop& loop, Monitors& monitors,
                                                 TrafficQueue* traffic = nullptr);
  /// Stops accepting and removes the socket's file if it is still ours. Sessions stay.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Where it is, with the port that was picked.
  const ListenerAddress& address() const noexcept;
  WireForm form() const noexcept;
  std::size_t clients() const noexcept;
  /// Out of descriptors: not watching for clients until the retry timer.
  bool paused() const noexcept;

 private:
  class Door;
  struct Place;
  static Result<Place> listening_place(const ListenerConfig& config);
  static Place adopted_place(UniqueFd socket, const InheritedSocket& inherited, const ListenerConfig& config);
  static Result<std::unique_ptr<Listener>> open(Place place, const ListenerConfig& config, Loop& loop,
                                                Monitors& monitors, TrafficQueue* traffic);
  explicit Listener(std::unique_ptr<Door> door) noexcept;
  std::unique_ptr<Door> door_;
};

}  // namespace qmpev
