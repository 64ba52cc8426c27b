// SPDX-License-Identifier: MIT
// A file with everything that passes the monitors, one JSON object per line. Whatever becomes of the file,
// the machine goes on: a recorder that fails says so once and stops. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <qmpev/result.hpp>
#include <qmpev/traffic.hpp>

#include "base/unique_fd.hpp"
#include "cli/transcript_option.hpp"

namespace qmpev {

class Transcript {
 public:
  /// Takes the one sentence about why nothing more is recorded.
  using Warn = std::function<void(const std::string& sentence)>;

  /// Creates the file, mode 0600. One that is there is refused: it may be the evidence somebody looks for,
  /// and two runs in one file could not be told apart, since both begin with client 1. Fails with
  /// address_in_use (it exists), not_found, permission or system.
  static Result<std::unique_ptr<Transcript>> create(const TranscriptOption& option, Warn warn);

  /// Writes at once, so that a process that is killed leaves whole lines. The file never gets longer than the
  /// limit: its last line says so then.
  void add(const Traffic& traffic);

 private:
  Transcript(UniqueFd file, const TranscriptOption& option, Warn warn)
      : file_(std::move(file)), option_(option), warn_(std::move(warn)) {}
  void add_line(std::string_view line, std::int64_t time_us);
  bool write(std::string_view line);
  void stop(const std::string& why);

  UniqueFd file_;
  TranscriptOption option_;
  Warn warn_;
  std::uint64_t size_ = 0;
};

}  // namespace qmpev
