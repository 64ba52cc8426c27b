// SPDX-License-Identifier: MIT
#include "monitor/pretty_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "monitor/held_output.hpp"

namespace qmpev {

namespace {

constexpr std::size_t kIndent = 4;

class PrettyStream final : public Stream, private StreamUser {
 public:
  explicit PrettyStream(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {
    stream_->attach(*this);
  }

  void attach(StreamUser& user) noexcept override { user_ = &user; }

  ssize_t read(char* bytes, std::size_t size) noexcept override { return stream_->read(bytes, size); }

  ssize_t write(const char* bytes, std::size_t size) noexcept override {
    if (const ssize_t error = send_held(); error < 0) return error;
    if (!held_.empty()) return -EAGAIN;
    const std::size_t taken = std::min(size, kPrettyChunkBytes);
    text_.add({bytes, taken}, held_.bytes());
    if (const ssize_t error = send_held(); error < 0) return error;
    return static_cast<ssize_t>(taken);
  }

  void want(bool readable, bool writable) noexcept override {
    wants_input_ = readable;
    wants_output_ = writable;
    say_what_is_wanted();
  }

  bool holds_output() const noexcept override { return !held_.empty() || stream_->holds_output(); }

  std::optional<PeerCredentials> peer() const noexcept override { return stream_->peer(); }

  void close() noexcept override {
    send_held();
    held_.clear();
    user_ = nullptr;
    stream_->close();
  }

 private:
  void ready(Readiness readiness) noexcept override {
    if (readiness.writable && !held_.empty()) send_held();
    // Who uses us is told of room when there is some, and of a loss in any case.
    readiness.writable = readiness.writable && (held_.empty() || readiness.gone);
    if (user_ != nullptr) user_->ready(readiness);
  }

  /// 0, or what went wrong.
  ssize_t send_held() noexcept {
    const ssize_t error = held_.send_to(*stream_);
    say_what_is_wanted();
    return error;
  }

  void say_what_is_wanted() noexcept {
    const bool output = wants_output_ || !held_.empty();
    if (said_input_ == wants_input_ && said_output_ == output) return;
    said_input_ = wants_input_;
    said_output_ = output;
    stream_->want(said_input_, said_output_);
  }

  std::unique_ptr<Stream> stream_;
  StreamUser* user_ = nullptr;
  PrettyText text_;
  HeldOutput held_;  ///< spread
  bool wants_input_ = false;
  bool wants_output_ = false;
  bool said_input_ = false;
  bool said_output_ = false;
};

}  // namespace

void PrettyText::break_line(std::string& out) const {
  out += "\r\n";
  out.append(depth_ * kIndent, ' ');
}

void PrettyText::add_structure(char c, std::string& out) {
  const bool closes = c == '}' || c == ']';
  if (closes) --depth_;
  if (closes || opened_) break_line(out);
  opened_ = c == '{' || c == '[';
  if (opened_) ++depth_;
  separated_ = c == ',';
  in_string_ = c == '"';
  out += c;
  if (separated_) break_line(out);
}

void PrettyText::add(std::string_view compact, std::string& out) {
  for (const char c : compact) {
    if (in_string_) {
      out += c;
      in_string_ = escaped_ || c != '"';
      escaped_ = !escaped_ && c == '\\';
    } else if (separated_ && c == ' ') {
      separated_ = false;
    } else {
      add_structure(c, out);
    }
  }
}

std::unique_ptr<Stream> make_pretty_stream(std::unique_ptr<Stream> stream) {
  return std::make_unique<PrettyStream>(std::move(stream));
}

}  // namespace qmpev
