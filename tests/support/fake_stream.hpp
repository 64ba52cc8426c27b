// SPDX-License-Identifier: MIT
// A connection without a socket: the test plays the client, decides how much goes through at a time and when
// it fails, and keeps every write() apart. Single thread.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/stream.hpp"

namespace qmpev::test {

/// The client's end, which outlives the stream.
class FakeClient {
 public:
  // What the client does.
  void send(std::string_view bytes) { input += bytes; }
  void half_close() { ended = true; }
  /// Takes so many bytes more from the server, whose socket has that much room from now on.
  void read(std::size_t bytes) { room = bytes > SIZE_MAX - room ? SIZE_MAX : room + bytes; }

  // What became of it.
  std::string received;
  std::vector<std::string> writes;  ///< by call that took something
  std::size_t write_calls = 0;      ///< also those that took nothing
  std::size_t reads = 0;
  bool closed = false;

  // How the connection behaves.
  std::size_t room = SIZE_MAX;
  std::size_t max_write = SIZE_MAX;
  std::size_t max_read = SIZE_MAX;
  int write_error = 0;  ///< an errno; before anything else
  int read_error = 0;   ///< an errno, once the input is read
  bool hung_up = false;
  bool holds = false;  ///< took what it has not sent, see Stream::holds_output

  // What the server sees.
  std::string input;
  bool ended = false;
  StreamUser* user = nullptr;
  bool wants_input = false;
  bool wants_output = false;

  /// What a level-triggered loop would tell now.
  Readiness readiness() const {
    if (closed || user == nullptr) return {};
    return {hung_up || (wants_input && (!input.empty() || ended || read_error != 0)),
            hung_up || (wants_output && (room > 0 || write_error != 0)), hung_up};
  }
  bool is_due() const {
    const Readiness now = readiness();
    return now.readable || now.writable;
  }
  /// Tells it.
  void poll() {
    if (is_due()) user->ready(readiness());
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (std::size_t at = 0, end; (end = received.find("\r\n", at)) != std::string::npos; at = end + 2) {
      lines.push_back(received.substr(at, end - at));
    }
    return lines;
  }
};

class FakeStream final : public Stream {
 public:
  explicit FakeStream(std::shared_ptr<FakeClient> client) : client_(std::move(client)) {}

  void attach(StreamUser& user) noexcept override { client_->user = &user; }

  ssize_t read(char* bytes, std::size_t size) noexcept override {
    FakeClient& client = *client_;
    ++client.reads;
    if (client.input.empty()) {
      if (client.read_error != 0) return -client.read_error;
      return client.ended || client.hung_up ? 0 : -EAGAIN;
    }
    const std::size_t count = std::min({size, client.max_read, client.input.size()});
    client.input.copy(bytes, count);
    client.input.erase(0, count);
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* bytes, std::size_t size) noexcept override {
    FakeClient& client = *client_;
    ++client.write_calls;
    if (client.write_error != 0) return -client.write_error;
    const std::size_t count = std::min({size, client.max_write, client.room});
    if (count == 0) return -EAGAIN;
    if (client.room != SIZE_MAX) client.room -= count;
    client.received.append(bytes, count);
    client.writes.emplace_back(bytes, count);
    return static_cast<ssize_t>(count);
  }

  bool holds_output() const noexcept override { return client_->holds; }

  void want(bool readable, bool writable) noexcept override {
    client_->wants_input = readable;
    client_->wants_output = writable;
  }

  void close() noexcept override {
    client_->closed = true;
    client_->user = nullptr;
  }

 private:
  std::shared_ptr<FakeClient> client_;
};

}  // namespace qmpev::test
