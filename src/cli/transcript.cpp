// SPDX-License-Identifier: MIT
#include "cli/transcript.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/transcript_line.hpp"

namespace qmpev {

namespace {

constexpr mode_t kOwnerOnly = 0600;  // it holds whatever clients say
/// Kept free for the line that tells of the limit: that has 90 bytes at most.
constexpr std::uint64_t kReserveBytes = 128;

Error refusal(const std::string& path, int error) {
  const std::string cannot = "cannot create the transcript " + path + ": ";
  switch (error) {
    case EEXIST:
      return {ErrorCode::address_in_use,
              cannot + "it exists and is left as it is; remove it or name another file"};
    case ENOENT:
    case ENOTDIR:
      return {ErrorCode::not_found, cannot + "its folder does not exist; create it or name another file"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {ErrorCode::permission, cannot + std::strerror(error) + "; name a file in another folder"};
    default:
      return {ErrorCode::system, cannot + std::strerror(error)};
  }
}

}  // namespace

Result<std::unique_ptr<Transcript>> Transcript::create(const TranscriptOption& option, Warn warn) {
  UniqueFd file(::open(option.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
  if (!file) return refusal(option.path, errno);
  return std::unique_ptr<Transcript>(new Transcript(std::move(file), option, std::move(warn)));
}

void Transcript::add(const Traffic& traffic) {
  if (traffic.bytes.empty()) add_line(transcript_line(traffic, {}), traffic.time_us);
  for (const std::string_view piece : line_pieces(traffic.bytes))
    add_line(transcript_line(traffic, piece), traffic.time_us);
}

void Transcript::add_line(std::string_view line, std::int64_t time_us) {
  if (!file_) return;
  if (size_ + line.size() + kReserveBytes <= option_.limit_bytes) {
    if (!write(line)) stop(std::strerror(errno));
    return;
  }
  if (!write(stopped_line(time_us, option_.limit_bytes))) return stop(std::strerror(errno));
  stop("it has reached its limit of " + std::to_string(option_.limit_bytes) +
       " bytes; give it more with --transcript FILE,limit=SIZE");
}

bool Transcript::write(std::string_view line) {
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      // Half a line would spoil the file for who reads it as JSON.
      if (::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) return errno = error, false;
      errno = error;
      return false;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  size_ += line.size();
  return true;
}

void Transcript::stop(const std::string& why) {
  file_.reset();
  warn_("the transcript " + option_.path + " records nothing more: " + why);
}

}  // namespace qmpev
