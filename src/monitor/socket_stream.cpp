// SPDX-License-Identifier: MIT
#include "monitor/socket_stream.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "loop/loop.hpp"
#include "monitor/peer_check.hpp"

namespace qmpev {
namespace {

class SocketStream final : public Stream, private Loop::Watcher {
 public:
  SocketStream(UniqueFd socket, Loop& loop) : socket_(std::move(socket)), loop_(loop) {}
  ~SocketStream() override { SocketStream::close(); }

  bool join() { return watched_ = static_cast<bool>(loop_.add(socket_.get(), 0, *this)); }

  void attach(StreamUser& user) noexcept override { user_ = &user; }

  ssize_t read(char* bytes, std::size_t size) noexcept override {
    const ssize_t count = ::recv(socket_.get(), bytes, size, MSG_DONTWAIT);
    return count >= 0 ? count : -errno;
  }

  ssize_t write(const char* bytes, std::size_t size) noexcept override {
    const ssize_t count = ::send(socket_.get(), bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    return count >= 0 ? count : -errno;
  }

  void want(bool readable, bool writable) noexcept override {
    const std::uint32_t wanted = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u);
    // Who wants nothing cannot act on the loss of the peer, which would be reported for ever.
    const std::uint32_t events = wanted != 0 ? wanted : EPOLLET;
    loop_.modify(socket_.get(), events);
  }

  std::optional<PeerCredentials> peer() const noexcept override { return peer_of(socket_.get()); }

  void close() noexcept override {
    if (watched_) loop_.remove(socket_.get());
    watched_ = false;
    user_ = nullptr;
    socket_.reset();
  }

 private:
  void ready(std::uint32_t events) override {
    if (user_ == nullptr) return;
    const bool over = (events & (EPOLLHUP | EPOLLERR)) != 0;
    user_->ready({over || (events & EPOLLIN) != 0, over || (events & EPOLLOUT) != 0, over});
  }

  UniqueFd socket_;
  Loop& loop_;
  StreamUser* user_ = nullptr;
  bool watched_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_socket_stream(UniqueFd socket, Loop& loop) {
  auto stream = std::make_unique<SocketStream>(std::move(socket), loop);
  if (!stream->join()) return nullptr;
  return stream;
}

}  // namespace qmpev
