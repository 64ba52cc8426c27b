// SPDX-License-Identifier: MIT
// A fresh folder for a socket, for this user alone, removed with everything in it. Main thread.
#pragma once

#include <memory>
#include <string>

#include <qmpev/result.hpp>

namespace qmpev {

class PrivateFolder {
 public:
  /// Makes one with mode 0700 in `parent`, or in /tmp when a socket's path would be too long there. Fails
  /// with permission, not_found or system.
  static Result<std::unique_ptr<PrivateFolder>> create(const std::string& parent);
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  /// Of a socket in it; absolute.
  std::string socket_path() const;

 private:
  explicit PrivateFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// $TMPDIR, or /tmp without one.
std::string temporary_folder();

}  // namespace qmpev
