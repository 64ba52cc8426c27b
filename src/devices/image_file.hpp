// SPDX-License-Identifier: MIT
// A raw disk image: a regular file, opened once and used through its descriptor, whatever becomes of its
// name. The disk's length is the file's at that moment: a file that shrinks later reads as zeros there.
// Thread: one at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>

#include <qmpev/result.hpp>

#include "base/unique_fd.hpp"

namespace qmpev {

class ImageFile {
 public:
  /// Fails with a sentence when there is no such file, when it may not be read and written, is no regular
  /// file or is empty.
  static Result<ImageFile> open(const std::string& path);

  const std::string& path() const noexcept { return path_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

  // Each returns 0 or an errno. Beyond the length a read fails with EIO and a write with ENOSPC: a disk does
  // not grow.
  int read(std::uint64_t offset, std::span<std::uint8_t> data) const noexcept;
  int write(std::uint64_t offset, std::span<const std::uint8_t> data) noexcept;
  int write_zeroes(std::uint64_t offset, std::uint64_t bytes) noexcept;
  int flush() noexcept;

  /// Can the two be copies of one disk? Fails with a sentence when they are one file or differ in length.
  static Result<void> check_copies(const ImageFile& one, const ImageFile& other);

 private:
  ImageFile(std::string path, UniqueFd fd, std::uint64_t bytes, dev_t device, ino_t inode) noexcept;
  bool holds(std::uint64_t offset, std::uint64_t bytes) const noexcept;

  std::string path_;
  UniqueFd fd_;
  std::uint64_t bytes_;
  dev_t device_;
  ino_t inode_;
};

}  // namespace qmpev
