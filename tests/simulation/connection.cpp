// SPDX-License-Identifier: MIT
#include "simulation/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace qmpev::simulation {
namespace {

class FaultyStream final : public Stream {
 public:
  explicit FaultyStream(std::shared_ptr<Connection> connection) : at_(std::move(connection)) {}

  void attach(StreamUser& user) noexcept override { at_->user = &user; }

  ssize_t read(char* bytes, std::size_t size) noexcept override {
    if (at_->dice.one_in(at_->falter_one_in)) return at_->dice.one_in(2) ? -EAGAIN : -EINTR;
    if (at_->to_server.empty()) {
      if (at_->read_error != 0) return -at_->read_error;
      return at_->ended || at_->hung_up ? 0 : -EAGAIN;
    }
    std::size_t count = std::min({size, at_->max_read, at_->to_server.size()});
    if (at_->dice.one_in(at_->falter_one_in)) count = 1 + at_->dice.below(count);
    at_->to_server.copy(bytes, count);
    at_->to_server.erase(0, count);
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* bytes, std::size_t size) noexcept override {
    if (at_->hung_up) return -EPIPE;
    if (at_->write_error != 0) return -at_->write_error;
    if (at_->dice.one_in(at_->falter_one_in)) {
      constexpr std::array kErrors = {EAGAIN, EINTR, ENOBUFS, ENOMEM};
      return -kErrors[at_->dice.below(kErrors.size())];
    }
    std::size_t count = std::min({size, at_->max_write, at_->room});
    if (count == 0) return -EAGAIN;
    if (at_->dice.one_in(at_->falter_one_in)) count = 1 + at_->dice.below(count);
    if (at_->room != SIZE_MAX) at_->room -= count;
    at_->to_client.append(bytes, count);
    at_->cuts.push_back(at_->to_client.size());
    return static_cast<ssize_t>(count);
  }

  void want(bool readable, bool writable) noexcept override {
    at_->wants_input = readable;
    at_->wants_output = writable;
  }

  void close() noexcept override {
    at_->closed = true;
    at_->user = nullptr;
  }

 private:
  std::shared_ptr<Connection> at_;
};

}  // namespace

Readiness Connection::readiness() const noexcept {
  if (closed || user == nullptr) return {};
  return {hung_up || (wants_input && (!to_server.empty() || ended || read_error != 0)),
          hung_up || (wants_output && (room > 0 || write_error != 0)), hung_up};
}

void Connection::heal() noexcept {
  room = max_write = max_read = SIZE_MAX;
  falter_one_in = 0;
}

std::unique_ptr<Stream> make_stream(std::shared_ptr<Connection> connection) {
  return std::make_unique<FaultyStream>(std::move(connection));
}

}  // namespace qmpev::simulation
