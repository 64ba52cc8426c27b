// SPDX-License-Identifier: MIT
// The server's end of TLS between a fake connection and a real client of it in memory. Single thread.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "monitor/tls.hpp"
#include "support/fake_stream.hpp"
#include "support/tls_peer.hpp"

namespace qmpev::test {

inline constexpr const char* kTls13 = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
inline constexpr const char* kTls12 = "NORMAL:-VERS-ALL:+VERS-TLS1.2";

/// Reads what comes as it is told of it, like a session.
struct Reading final : StreamUser {
  void ready(Readiness readiness) noexcept override {
    ++told;
    if (readiness.writable) writable = true;
    if (!readiness.readable || over) return;
    std::vector<char> bytes(std::size_t{64} << 10);
    const ssize_t count = stream->read(bytes.data(), bytes.size());
    if (count > 0) received.append(bytes.data(), static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && count != -EAGAIN)) over = count;
  }
  Stream* stream = nullptr;
  int told = 0;
  bool writable = false;
  std::string received;
  std::optional<ssize_t> over;
};

struct Connection {
  Connection(const TlsConfig& config, const Certificate* own, const char* versions = kTls13)
      : peer({.send =
                  [this](const void* bytes, std::size_t size) {
                    client->send({static_cast<const char*>(bytes), size});
                  },
              .receive = [this](void* bytes, std::size_t size) { return take(bytes, size); }},
             own, versions) {
    auto credentials = load_tls_credentials(config);
    REQUIRE(credentials);
    stream = make_tls_stream(std::make_unique<FakeStream>(client), std::move(credentials).value(),
                             [this](const std::string& reason) { refused.push_back(reason); });
    user.stream = stream.get();
    stream->attach(user);
    stream->want(true, true);
  }

  ssize_t take(void* bytes, std::size_t size) {
    const std::size_t count = std::min(size, client->received.size());
    if (count == 0 && client->closed) return 0;
    if (count == 0) return errno = EAGAIN, -1;
    client->received.copy(static_cast<char*>(bytes), count);
    client->received.erase(0, count);
    return static_cast<ssize_t>(count);
  }
  /// Both ends do what they can.
  void run() {
    for (int round = 0; round < 100; ++round) {
      peer.proceed();
      for (int poll = 0; poll < 10'000 && client->is_due() && !user.over; ++poll) {
        client->poll();
        if (user.writable) stream->want(true, false);
      }
    }
  }
  ssize_t write(const std::string& text) { return stream->write(text.data(), text.size()); }

  std::shared_ptr<FakeClient> client = std::make_shared<FakeClient>();
  TlsPeer peer;
  std::vector<std::string> refused;
  Reading user;
  std::unique_ptr<Stream> stream;
};

}  // namespace qmpev::test
