// SPDX-License-Identifier: MIT
#include "monitor/tapped_stream.hpp"

#include <cstdint>
#include <utility>

#include "monitor/traffic_queue.hpp"

namespace qmpev {
namespace {

class TappedStream final : public Stream {
 public:
  TappedStream(std::unique_ptr<Stream> stream, TrafficQueue& traffic, const std::string& path)
      : stream_(std::move(stream)),
        traffic_(traffic),
        path_(std::make_shared<const std::string>(path)),
        session_(traffic.open(path_)) {}

  // The user is told by the stream itself: readiness is not traffic.
  void attach(StreamUser& user) noexcept override { stream_->attach(user); }

  ssize_t read(char* bytes, std::size_t size) noexcept override {
    const ssize_t count = stream_->read(bytes, size);
    note(Traffic::Kind::received, bytes, count);
    return count;
  }

  ssize_t write(const char* bytes, std::size_t size) noexcept override {
    const ssize_t count = stream_->write(bytes, size);
    note(Traffic::Kind::sent, bytes, count);
    return count;
  }

  void want(bool readable, bool writable) noexcept override { stream_->want(readable, writable); }

  bool holds_output() const noexcept override { return stream_->holds_output(); }
  std::optional<PeerCredentials> peer() const noexcept override { return stream_->peer(); }

  void close() noexcept override {
    stream_->close();
    traffic_.add(Traffic::Kind::closed, session_, path_, {});
  }

 private:
  void note(Traffic::Kind kind, const char* bytes, ssize_t count) noexcept {
    if (count > 0) traffic_.add(kind, session_, path_, {bytes, static_cast<std::size_t>(count)});
  }

  std::unique_ptr<Stream> stream_;
  TrafficQueue& traffic_;
  std::shared_ptr<const std::string> path_;
  std::uint64_t session_;
};

}  // namespace

std::unique_ptr<Stream> make_tapped_stream(std::unique_ptr<Stream> stream, TrafficQueue& traffic,
                                           const std::string& path) {
  return std::make_unique<TappedStream>(std::move(stream), traffic, path);
}

}  // namespace qmpev
