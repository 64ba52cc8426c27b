// SPDX-License-Identifier: MIT
// Descriptors that are shared stay as they are, blocking ones too: each is asked whether it is ready before
// it is used, and a pipe that is takes PIPE_BUF bytes without waiting. epoll refuses what never waits (a
// file, the null device): a signal that always stands is watched in its place, so that who wants it is told
// once a round, between the others, and who does not leaves the loop asleep.
#include "monitor/pipe_stream.hpp"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/unique_fd.hpp"
#include "loop/loop.hpp"

namespace qmpev {
namespace {

bool is_ready(int fd, short events) noexcept {
  pollfd ready{fd, events, 0};
  return ::poll(&ready, 1, 0) == 1;
}

class PipeStream final : public Stream {
 public:
  PipeStream(int input, int output, Loop& loop) : input_(*this, input), output_(*this, output), loop_(loop) {}
  ~PipeStream() override { PipeStream::close(); }

  bool join() { return input_.join() && output_.join(); }

  void attach(StreamUser& user) noexcept override { user_ = &user; }

  ssize_t read(char* bytes, std::size_t size) noexcept override {
    if (input_over_ || !is_ready(input_.fd(), POLLIN)) return -EAGAIN;
    const ssize_t count = ::read(input_.fd(), bytes, size);
    if (count > 0) return count;
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return -errno;
    input_over_ = true;
    input_.want(0);
    return -EAGAIN;
  }

  ssize_t write(const char* bytes, std::size_t size) noexcept override {
    if (!is_ready(output_.fd(), POLLOUT)) return -EAGAIN;
    const std::size_t most = output_.never_waits() ? size : std::min<std::size_t>(size, PIPE_BUF);
    const ssize_t count = ::write(output_.fd(), bytes, most);
    return count >= 0 ? count : -errno;
  }

  void want(bool readable, bool writable) noexcept override {
    input_.want(readable && !input_over_ ? EPOLLIN : 0u);
    output_.want(writable ? EPOLLOUT : 0u);
  }

  void close() noexcept override {
    user_ = nullptr;
    input_.leave();
    output_.leave();
  }

 private:
  /// One direction, watched by a descriptor of our own: the two may be one, and others may watch theirs.
  class End final : public Loop::Watcher {
   public:
    End(PipeStream& stream, int fd) : stream_(stream), fd_(::fcntl(fd, F_DUPFD_CLOEXEC, 0)) {}

    int fd() const noexcept { return fd_.get(); }
    /// It has no readiness: it is a file, or a device like one.
    bool never_waits() const noexcept { return static_cast<bool>(signal_); }
    bool join() {
      if (!fd_) return false;
      if (watch(fd_.get())) return true;
      if (errno != EPERM) return false;
      signal_.reset(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
      return signal_ && watch(signal_.get());
    }
    /// Who wants nothing hears nothing, and a hang-up would be reported for ever.
    void want(std::uint32_t events) noexcept {
      const std::uint32_t wanted = never_waits() ? EPOLLIN : events;
      if (watched_ >= 0) stream_.loop_.modify(watched_, events != 0 ? wanted : EPOLLET);
    }
    void leave() noexcept {
      if (watched_ >= 0) stream_.loop_.remove(watched_);
      watched_ = -1;
      signal_.reset();
      fd_.reset();
    }

   private:
    void ready(std::uint32_t events) override { stream_.tell(*this, events); }
    bool watch(int fd) {
      if (stream_.loop_.add(fd, 0, *this)) watched_ = fd;
      return watched_ >= 0;
    }

    PipeStream& stream_;
    UniqueFd fd_;
    UniqueFd signal_;   ///< an eventfd that is readable for ever, in the place of what never waits
    int watched_ = -1;  ///< one of the two
  };

  void tell(const End& end, std::uint32_t events) noexcept {
    if (user_ == nullptr) return;
    const bool broken = &end == &output_ && (events & EPOLLERR) != 0;  // nobody reads any more
    if (&end == &input_ && input_over_) return;  // its hang-up is told once more when something is wanted
    if (&end == &input_) return user_->ready({.readable = true});
    user_->ready({.readable = broken, .writable = true, .gone = broken});
  }

  End input_;
  End output_;
  Loop& loop_;
  StreamUser* user_ = nullptr;
  bool input_over_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_pipe_stream(int input, int output, Loop& loop) {
  auto stream = std::make_unique<PipeStream>(input, output, loop);
  if (!stream->join()) return nullptr;
  return stream;
}

}  // namespace qmpev
