// SPDX-License-Identifier: MIT
// A client in a process of its own, as clients are: it reads whatever comes on one descriptor and keeps count
// in memory that it shares with us, until the other end closes.
#pragma once

#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace qmpev::bench {

class ReadingProcess {
 public:
  explicit ReadingProcess(int fd) {
    void* memory = mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    counts_ = new (memory) Counts;
    child_ = ::fork();
    if (child_ < 0) std::abort();
    if (child_ == 0) read_all(fd);
  }
  /// Its descriptor has to be closed or shut down before: it ends then.
  ~ReadingProcess() {
    ::waitpid(child_, nullptr, 0);
    munmap(counts_, sizeof(Counts));
  }
  ReadingProcess(const ReadingProcess&) = delete;
  ReadingProcess& operator=(const ReadingProcess&) = delete;

  std::uint64_t lines() const noexcept { return counts_->lines.load(std::memory_order_acquire); }
  std::uint64_t bytes() const noexcept { return counts_->bytes.load(std::memory_order_acquire); }
  void wait_for_lines(std::uint64_t wanted) const {
    while (lines() < wanted) sched_yield();
  }

 private:
  struct Counts {
    alignas(64) std::atomic<std::uint64_t> lines{0};
    std::atomic<std::uint64_t> bytes{0};
  };

  [[noreturn]] void read_all(int fd) {
    static char buffer[std::size_t{256} << 10];
    for (;;) {
      const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
      if (count <= 0) ::_exit(0);
      std::uint64_t lines = 0;
      const char* const end = buffer + count;
      for (const char* at = buffer;
           (at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) !=
           nullptr;
           ++at)
        ++lines;
      counts_->bytes.fetch_add(static_cast<std::uint64_t>(count), std::memory_order_relaxed);
      counts_->lines.fetch_add(lines, std::memory_order_release);
    }
  }

  Counts* counts_;
  pid_t child_;
};

}  // namespace qmpev::bench
