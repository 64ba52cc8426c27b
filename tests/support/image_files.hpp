// SPDX-License-Identifier: MIT
// Image files for tests, and what can become of them while they are in use.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "base/unique_fd.hpp"

namespace qmpev::test {

/// Makes the file, or makes it anew.
inline std::string make_image(const std::string& path, std::size_t bytes, char value = '\0') {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << std::string(bytes, value);
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
  return path;
}

/// Puts `replacement`, opened so, in the place of this process's descriptor of `path`.
inline void replace_descriptor(const std::string& path, const std::string& replacement, int flags) {
  const UniqueFd other(::open(replacement.c_str(), flags | O_CLOEXEC));
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry, gone) != path) continue;
    if (::dup3(other.get(), std::stoi(entry.path().filename()), O_CLOEXEC) >= 0) return;
  }
  throw std::runtime_error("no descriptor of " + path);
}

}  // namespace qmpev::test
