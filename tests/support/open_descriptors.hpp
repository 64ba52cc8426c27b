// SPDX-License-Identifier: MIT
// The descriptors of this process.
#pragma once

#include <dirent.h>

#include <cstddef>
#include <cstdlib>
#include <set>

namespace qmpev::test {

inline std::set<int> descriptors() {
  std::set<int> open;
  DIR* const folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return open;
  while (const dirent* entry = ::readdir(folder)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd != ::dirfd(folder)) open.insert(fd);
  }
  ::closedir(folder);
  return open;
}

inline std::size_t open_descriptors() {
  return descriptors().size();
}

}  // namespace qmpev::test
