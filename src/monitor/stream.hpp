// SPDX-License-Identifier: MIT
// What a session sees of its connection: bytes in, bytes out, and when. Sockets stand behind it in the
// program, a scripted fake in the tests. Loop thread.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <optional>

#include <qmpev/statistics.hpp>

namespace qmpev {

/// What a connection is ready for. One that has failed or lost its peer is ready for both: trying shows it,
/// but `gone` says so to who does not want to try.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool gone = false;  ///< no direction is left; one that is half closed is not gone
};

/// Whoever uses a stream. Level-triggered: told again until it has read, written, or said that it does not
/// want to.
class StreamUser {
 public:
  virtual void ready(Readiness readiness) noexcept = 0;

 protected:
  ~StreamUser() = default;
};

class Stream {
 public:
  virtual ~Stream() = default;
  /// Whom to tell. Borrowed until close(). Nothing is wanted yet.
  virtual void attach(StreamUser& user) noexcept = 0;
  /// Bytes read, 0 at the end of input, or -errno (-EAGAIN: nothing there now). Never waits.
  virtual ssize_t read(char* bytes, std::size_t size) noexcept = 0;
  /// Bytes taken, at most `size`, or -errno (-EAGAIN: no room now). Never waits, never raises SIGPIPE.
  virtual ssize_t write(const char* bytes, std::size_t size) noexcept = 0;
  /// What to be told of. The loss of the peer in both directions is told in any case, to who wants neither
  /// at least once behind each call of this.
  virtual void want(bool readable, bool writable) noexcept = 0;
  /// Whether bytes that write() took still wait in here for room. They go when there is some, without a call;
  /// the user is told of readiness then.
  virtual bool holds_output() const noexcept { return false; }
  /// Who is at the other end, if that can be told.
  virtual std::optional<PeerCredentials> peer() const noexcept { return std::nullopt; }
  /// Ends the connection at once. Afterwards the user is never told again and nothing else may be called.
  virtual void close() noexcept = 0;
};

/// Whether a write that gave `result` may succeed later. Kernel memory can be short for a moment; that is no
/// reason to end a session.
inline bool may_take_later(ssize_t result) noexcept {
  return result == 0 || result == -EAGAIN || result == -EINTR || result == -ENOBUFS || result == -ENOMEM;
}

}  // namespace qmpev
