// SPDX-License-Identifier: MIT
// Files that clients name: each is opened and read by a thread of its own, since either may take as long as
// it likes (a FIFO waits for its writer, a network for its cable). Only regular files and FIFOs are opened:
// what is not one of them may act when it is. Loop thread, but for what is said of Done.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <qmpev/result.hpp>

namespace qmpev {

/// A configuration is a page; more is a mistake, or no configuration.
inline constexpr std::size_t kMaxClientFileBytes = std::size_t{64} << 10;
/// Threads that read at once. A client has one file under way at a time, and takes it along when it goes; the
/// bound is for those that hang in the kernel, where nothing can call them back.
inline constexpr std::size_t kMaxClientFiles = 64;

/// What came of one.
struct ClientFile {
  enum class Outcome { read, not_opened, not_read, not_a_file, too_long };
  Outcome outcome;
  int error = 0;       ///< errno with not_opened and not_read
  std::string text{};  ///< with read
};

class ClientFiles {
 public:
  /// Called once, on the thread that read, and destroyed there; never after a cancellation was noticed.
  using Done = std::function<void(ClientFile)>;

  /// Begins to read `path` to its end: of a FIFO, until the first writer has closed it. The result, to be
  /// called on any thread and at any time, cancels that. Fails when too many are under way, or the system
  /// gives no thread.
  Result<std::function<void()>> read(std::string path, Done done);
  /// Threads that have not ended yet.
  std::size_t under_way() const noexcept { return *under_way_; }

 private:
  std::shared_ptr<std::atomic<std::size_t>> under_way_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace qmpev
