// SPDX-License-Identifier: MIT
// Bytes that a stream made of what it took, and that the stream behind it has no room for yet. Loop thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "monitor/stream.hpp"

namespace qmpev {

class HeldOutput {
 public:
  /// To append to.
  std::string& bytes() noexcept { return bytes_; }
  bool empty() const noexcept { return bytes_.empty(); }
  void clear() noexcept { bytes_.clear(); }

  /// Gives `stream` what it takes now. 0, or what went wrong for good: then nothing is held any more, since
  /// nobody will ever take it, and the next write to `stream` fails likewise.
  ssize_t send_to(Stream& stream) noexcept {
    ssize_t count = 0;
    std::size_t sent = 0;
    while (sent < bytes_.size() && (count = stream.write(bytes_.data() + sent, bytes_.size() - sent)) > 0)
      sent += static_cast<std::size_t>(count);
    const bool failed = count < 0 && !may_take_later(count);
    bytes_.erase(0, failed ? bytes_.size() : sent);
    return failed ? count : 0;
  }

 private:
  std::string bytes_;
};

}  // namespace qmpev
