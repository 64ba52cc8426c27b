// SPDX-License-Identifier: MIT
#include "devices/image_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "hooks/quorum.hpp"

namespace qmpev {

namespace {

constexpr std::size_t kZeroBytes = 64 * 1024;  // what one write of zeros carries

/// Calls until no signal interrupts.
template <class Call>
auto uninterrupted(Call call) noexcept {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

Error refusal_of(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
      return {ErrorCode::not_found,
              "there is no image " + path + ": make it first, as in `truncate -s 1M " + path + "`"};
    case EISDIR:
      return {ErrorCode::system, path + " is a folder: name an image file in it"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {ErrorCode::permission,
              "may not read and write the image " + path + ": look at the rights of file and folder"};
    default:
      return {ErrorCode::system,
              "cannot open the image " + path + ": " + std::string(ErrnoText(error).view())};
  }
}

}  // namespace

Result<ImageFile> ImageFile::open(const std::string& path) {
  // O_NONBLOCK: a FIFO or a device must not hold us up; a regular file does not mind.
  UniqueFd fd(
      uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); }));
  if (!fd) return refusal_of(path, errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return refusal_of(path, errno);
  if (!S_ISREG(status.st_mode))
    return Error{ErrorCode::system, path + " is no regular file: name a raw disk image"};
  if (status.st_size == 0)
    return Error{ErrorCode::system,
                 "the image " + path + " is empty: give it a length, as in `truncate -s 1M " + path + "`"};
  return ImageFile(path, std::move(fd), static_cast<std::uint64_t>(status.st_size), status.st_dev,
                   status.st_ino);
}

ImageFile::ImageFile(std::string path, UniqueFd fd, std::uint64_t bytes, dev_t device, ino_t inode) noexcept
    : path_(std::move(path)), fd_(std::move(fd)), bytes_(bytes), device_(device), inode_(inode) {}

bool ImageFile::holds(std::uint64_t offset, std::uint64_t bytes) const noexcept {
  return offset <= bytes_ && bytes <= bytes_ - offset;
}

int ImageFile::read(std::uint64_t offset, std::span<std::uint8_t> data) const noexcept {
  if (!holds(offset, data.size())) return EIO;
  while (!data.empty()) {
    const ssize_t got = uninterrupted(
        [&] { return ::pread(fd_.get(), data.data(), data.size(), static_cast<off_t>(offset)); });
    if (got < 0) return errno;
    if (got == 0) {  // the file has shrunk
      std::fill(data.begin(), data.end(), std::uint8_t{0});
      return 0;
    }
    data = data.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return 0;
}

int ImageFile::write(std::uint64_t offset, std::span<const std::uint8_t> data) noexcept {
  if (!holds(offset, data.size())) return ENOSPC;
  while (!data.empty()) {
    const ssize_t put = uninterrupted(
        [&] { return ::pwrite(fd_.get(), data.data(), data.size(), static_cast<off_t>(offset)); });
    if (put < 0) return errno;
    if (put == 0) return EIO;  // would never end
    data = data.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return 0;
}

int ImageFile::write_zeroes(std::uint64_t offset, std::uint64_t bytes) noexcept {
  static constexpr std::array<std::uint8_t, kZeroBytes> kZeros{};
  if (!holds(offset, bytes)) return ENOSPC;
  while (bytes > 0) {
    const std::size_t now = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, kZeros.size()));
    if (const int error = write(offset, std::span(kZeros).first(now))) return error;
    offset += now;
    bytes -= now;
  }
  return 0;
}

int ImageFile::flush() noexcept {
  return uninterrupted([&] { return ::fdatasync(fd_.get()); }) == 0 ? 0 : errno;
}

Result<void> ImageFile::check_copies(const ImageFile& one, const ImageFile& other) {
  if (one.device_ == other.device_ && one.inode_ == other.inode_)
    return Error{ErrorCode::system,
                 one.path_ + " and " + other.path_ + " are the same file: each copy needs a file of its own"};
  if (one.bytes_ != other.bytes_)
    return Error{ErrorCode::system, "the copies of a quorum are equally long, but " + one.path_ + " has " +
                                        std::to_string(one.bytes_) + " bytes and " + other.path_ + " " +
                                        std::to_string(other.bytes_)};
  return {};
}

}  // namespace qmpev
