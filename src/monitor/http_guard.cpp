// SPDX-License-Identifier: MIT
// Mechanism: as long as what came could become a method and its space, it is held back, which is a few bytes;
// what turns out to be something else is handed on with the next read.
#include "monitor/http_guard.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.hpp"

namespace qmpev {

namespace {

/// RFC 9110, RFC 5789, and the preface of HTTP/2 (RFC 9113). No message of QMP begins with a capital letter.
constexpr std::array<std::string_view, 10> kBeginnings = {
    "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH ", "PRI "};

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

bool is_request(std::string_view bytes) {
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [bytes](std::string_view beginning) { return begins_with(bytes, beginning); });
}

bool may_become_request(std::string_view bytes) {
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [bytes](std::string_view beginning) { return begins_with(beginning, bytes); });
}

class HttpGuard final : public Stream {
 public:
  HttpGuard(std::unique_ptr<Stream> stream, std::function<void()> on_http)
      : stream_(std::move(stream)), on_http_(std::move(on_http)) {}

  void attach(StreamUser& user) noexcept override { stream_->attach(user); }

  ssize_t read(char* bytes, std::size_t size) noexcept override {
    if (harmless_) return stream_->read(bytes, size);
    if (refused_) return -EPROTO;
    QMPEV_ASSERT(size > held_.size());
    const ssize_t count = stream_->read(bytes + held_.size(), size - held_.size());
    if (count == -EAGAIN || count == -EINTR || (count <= 0 && held_.empty())) return count;
    held_.copy(bytes, held_.size());
    // At the end of the input, or at an error, which will be told again, it becomes nothing else any more.
    return judge({bytes, held_.size() + static_cast<std::size_t>(std::max<ssize_t>(count, 0))}, count <= 0);
  }

  ssize_t write(const char* bytes, std::size_t size) noexcept override { return stream_->write(bytes, size); }
  void want(bool readable, bool writable) noexcept override { stream_->want(readable, writable); }
  bool holds_output() const noexcept override { return stream_->holds_output(); }
  std::optional<PeerCredentials> peer() const noexcept override { return stream_->peer(); }
  void close() noexcept override { stream_->close(); }

 private:
  ssize_t judge(std::string_view bytes, bool complete) noexcept {
    if (is_request(bytes)) {
      refused_ = true;
      on_http_();
      return -EPROTO;
    }
    if (!complete && may_become_request(bytes)) {
      held_ = bytes;
      return -EAGAIN;
    }
    harmless_ = true;
    return static_cast<ssize_t>(bytes.size());
  }

  std::unique_ptr<Stream> stream_;
  const std::function<void()> on_http_;
  std::string held_;  ///< read, and not handed on yet
  bool harmless_ = false;
  bool refused_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_http_guard(std::unique_ptr<Stream> stream, std::function<void()> on_http) {
  return std::make_unique<HttpGuard>(std::move(stream), std::move(on_http));
}

}  // namespace qmpev
