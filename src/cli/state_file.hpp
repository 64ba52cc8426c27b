// SPDX-License-Identifier: MIT
// What `qmpev watch --state FILE` remembers from one run to the next: of which life of the server it has
// printed the events, and up to which number. A file is replaced whole or not at all, whenever the program is
// killed. Main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <qmpev/result.hpp>

namespace qmpev {

struct WatchedUpTo {
  std::string epoch;
  std::uint64_t next = 0;  ///< the first number that was not printed
};

class StateFile {
 public:
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  /// Nothing when there is no such file. Fails with invalid_argument (it is something else) or system.
  Result<std::optional<WatchedUpTo>> load() const;
  /// Fails with system; then the file is as it was.
  Result<void> save(const WatchedUpTo& state) const;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace qmpev
