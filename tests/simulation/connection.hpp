// SPDX-License-Identifier: MIT
// A connection that does what networks do: takes a few bytes, none now, fails for a moment or for good, is
// half closed, is written to and never read. Errors of the moment are thrown by the dice at each call. Single
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "monitor/stream.hpp"
#include "simulation/dice.hpp"

namespace qmpev::simulation {

/// The client's end, which outlives the stream.
struct Connection {
  explicit Connection(Dice& its_dice) noexcept : dice(its_dice) {}

  // What the transport does.
  Dice& dice;
  std::size_t room = SIZE_MAX;       ///< bytes the client's side takes until it reads
  std::size_t max_write = SIZE_MAX;  ///< of one call
  std::size_t max_read = SIZE_MAX;
  std::uint64_t falter_one_in =
      0;                ///< EAGAIN, EINTR, ENOBUFS, ENOMEM or a short count, at one of so many calls
  int write_error = 0;  ///< for good: EPIPE, ECONNRESET
  int read_error = 0;
  bool ended = false;  ///< the client has said its last word
  bool hung_up = false;

  // What passes it.
  std::string to_server;
  std::string to_client;            ///< written by the server, taken away by whoever listens
  std::vector<std::size_t> cuts{};  ///< where a write ended, in to_client
  bool closed = false;

  // What the server wants.
  StreamUser* user = nullptr;
  bool wants_input = false;
  bool wants_output = false;

  /// What a level-triggered loop would tell now.
  Readiness readiness() const noexcept;
  bool due() const noexcept {
    const Readiness now = readiness();
    return now.readable || now.writable;
  }
  /// The server may close it, since the client or the transport ended it.
  bool may_close() const noexcept { return ended || hung_up || write_error != 0 || read_error != 0; }
  /// From now on all goes through at once.
  void heal() noexcept;
};

std::unique_ptr<Stream> make_stream(std::shared_ptr<Connection> connection);

}  // namespace qmpev::simulation
