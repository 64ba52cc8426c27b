// SPDX-License-Identifier: MIT
// The threads are detached and share what they need with nobody but their own cancel function: one that hangs
// in the kernel does not hold up the end of the process.
#include "hypervisor/client_files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/unique_fd.hpp"

namespace qmpev {
namespace {

using Outcome = ClientFile::Outcome;

ClientFile failed(Outcome outcome, int error = 0) {
  return {outcome, error};
}

/// Looks at what `path` is before it opens it for good, by way of the descriptor, so that nobody can put
/// something else in its place meanwhile. Nothing here waits for a FIFO's writer.
std::optional<ClientFile> open_file(const std::string& path, UniqueFd& opened) {
  const UniqueFd seen(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!seen) return failed(Outcome::not_opened, errno);
  struct stat status {};
  if (::fstat(seen.get(), &status) != 0) return failed(Outcome::not_opened, errno);
  if (S_ISDIR(status.st_mode)) return failed(Outcome::not_read, EISDIR);
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) return failed(Outcome::not_a_file);
  const std::string same = "/proc/self/fd/" + std::to_string(seen.get());
  opened.reset(::open(same.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!opened) return failed(Outcome::not_opened, errno);
  return std::nullopt;
}

/// Until there is something to read, or a writer has come and gone. False: cancelled.
bool wait_for_input(int file, int cancel) {
  std::array<pollfd, 2> ready{{{file, POLLIN, 0}, {cancel, POLLIN, 0}}};
  while (::poll(ready.data(), ready.size(), -1) < 0 && errno == EINTR) {
  }
  return ready[1].revents == 0;
}

/// nullopt: cancelled.
std::optional<ClientFile> read_file(const std::string& path, int cancel) {
  UniqueFd file;
  if (auto refused = open_file(path, file)) return refused;
  ClientFile result{Outcome::read};
  std::array<char, 4096> part;
  for (;;) {
    if (!wait_for_input(file.get(), cancel)) return std::nullopt;
    const ssize_t count = ::read(file.get(), part.data(), part.size());
    if (count == 0) return result;
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) return failed(Outcome::not_read, errno);
    result.text.append(part.data(), static_cast<std::size_t>(count));
    if (result.text.size() > kMaxClientFileBytes) return failed(Outcome::too_long);
  }
}

Error cannot(const std::string& why) {
  return {ErrorCode::system, why};
}

/// One file under way, counted.
struct Job {
  Job(std::string its_path, ClientFiles::Done its_done, std::shared_ptr<std::atomic<std::size_t>> counter)
      : path(std::move(its_path)), done(std::move(its_done)), under_way(std::move(counter)) {
    ++*under_way;
  }
  ~Job() { --*under_way; }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  std::string path;
  ClientFiles::Done done;
  std::shared_ptr<std::atomic<std::size_t>> under_way;
};

}  // namespace

Result<std::function<void()>> ClientFiles::read(std::string path, Done done) {
  if (*under_way_ >= kMaxClientFiles) {
    return cannot(std::to_string(kMaxClientFiles) + " files are being opened already: try again later");
  }
  const auto cancel = std::make_shared<UniqueFd>(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!*cancel) return cannot(std::string("no descriptor to open a file with: ") + std::strerror(errno));
  auto job = std::make_unique<Job>(std::move(path), std::move(done), under_way_);
  try {
    std::thread([job = std::move(job), cancel] {
      if (std::optional<ClientFile> file = read_file(job->path, cancel->get())) job->done(std::move(*file));
    }).detach();
  } catch (const std::system_error& error) {
    return cannot(std::string("no thread to open a file with: ") + error.what());
  }
  return std::function<void()>([cancel] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(cancel->get(), &one, sizeof one);  // it cannot fill up
  });
}

}  // namespace qmpev
