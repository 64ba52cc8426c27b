// SPDX-License-Identifier: MIT
#include "devices/faulty_child.hpp"

#include <algorithm>
#include <utility>

namespace qmpev {

namespace {

bool touches(const SectorSpan& sectors, const ByteRange& range) noexcept {
  if (range.bytes == 0) return false;
  const std::uint64_t first = range.offset / kSectorBytes;
  const std::uint64_t last = first + (range.offset % kSectorBytes + (range.bytes - 1)) / kSectorBytes;
  return last >= sectors.first &&
         (sectors.count == 0 || first < sectors.first || first - sectors.first < sectors.count);
}

std::string text_of(const SectorSpan& sectors) {
  if (sectors.first == 0 && sectors.count == 0) return "";
  const std::string first = std::to_string(sectors.first);
  if (sectors.count == 0) return " from sector " + first + " on";
  if (sectors.count == 1) return " of sector " + first;
  return " of " + std::to_string(sectors.count) + " sectors from " + first + " on";
}

const char* plural_of(QuorumOpType operation) noexcept {
  switch (operation) {
    case QuorumOpType::read:
      return "reads";
    case QuorumOpType::write:
      return "writes";
    case QuorumOpType::flush:
      break;
  }
  return "flushes";
}

void append(std::string& list, const std::string& entry) {
  list += (list.empty() ? "" : ", ") + entry;
}

}  // namespace

FaultyChild::FaultyChild(std::unique_ptr<QuorumChild> child) : child_(std::move(child)) {}

FaultyChild::~FaultyChild() {
  hurry();
}

/// Carries the request out now, or on a thread of our own when it is late.
void FaultyChild::after_delay(WorkThread::Job request) {
  {
    const std::lock_guard lock(mutex_);
    if (delay_ > std::chrono::milliseconds(0) && !hurried_) {
      if (!late_) late_.emplace();
      const auto at = std::chrono::steady_clock::now() + delay_;
      late_->post([this, at, heals = heals_, request = std::move(request)] {
        {
          std::unique_lock waiting(mutex_);
          changed_.wait_until(waiting, at, [&] { return hurried_ || heals_ != heals; });
        }
        request();
      });
      return;
    }
  }
  request();
}

int FaultyChild::failure_of(QuorumOpType operation, const ByteRange& range) const {
  const std::lock_guard lock(mutex_);
  const auto failure = std::find_if(failures_.rbegin(), failures_.rend(), [&](const Failure& candidate) {
    return candidate.operation == operation &&
           (operation == QuorumOpType::flush || touches(candidate.sectors, range));
  });
  return failure == failures_.rend() ? 0 : failure->error;
}

void FaultyChild::read(std::uint64_t offset, std::span<std::uint8_t> data, Done done) {
  after_delay([this, offset, data, done = std::move(done)] {
    if (const int error = failure_of(QuorumOpType::read, {offset, data.size()})) return done(error);
    child_->read(offset, data, [this, offset, data, done](int error) {
      {
        const std::lock_guard lock(mutex_);
        if (error == 0) rot_.spoil(offset, data);
      }
      done(error);
    });
  });
}

QuorumChild::Done FaultyChild::overwriting(const ByteRange& range, Done done) {
  return [this, range, done = std::move(done)](int error) {
    {
      const std::lock_guard lock(mutex_);
      if (error == 0) rot_.overwrite(range);
    }
    done(error);
  };
}

void FaultyChild::write(std::uint64_t offset, std::span<const std::uint8_t> data, Done done) {
  after_delay([this, offset, data, done = std::move(done)] {
    const ByteRange range{offset, data.size()};
    if (const int error = failure_of(QuorumOpType::write, range)) return done(error);
    child_->write(offset, data, overwriting(range, done));
  });
}

void FaultyChild::write_zeroes(std::uint64_t offset, std::uint64_t bytes, Done done) {
  after_delay([this, offset, bytes, done = std::move(done)] {
    const ByteRange range{offset, bytes};
    if (const int error = failure_of(QuorumOpType::write, range)) return done(error);
    child_->write_zeroes(offset, bytes, overwriting(range, done));
  });
}

void FaultyChild::flush(Done done) {
  after_delay([this, done = std::move(done)] {
    if (const int error = failure_of(QuorumOpType::flush, {})) return done(error);
    child_->flush(done);
  });
}

void FaultyChild::hurry() noexcept {
  {
    const std::lock_guard lock(mutex_);
    hurried_ = true;
    changed_.notify_all();
  }
  child_->hurry();
}

Result<void> FaultyChild::fail(QuorumOpType operation, int error, SectorSpan sectors) {
  const std::lock_guard lock(mutex_);
  if (failures_.size() >= kMaxChildErrors)
    return Error{ErrorCode::invalid_argument, std::string(node_name()) + " has " +
                                                  std::to_string(kMaxChildErrors) +
                                                  " errors already: heal it first"};
  failures_.push_back({operation, error, sectors});
  return {};
}

Result<void> FaultyChild::rot(std::uint64_t sector, std::uint8_t flip) {
  const std::uint64_t bytes = child_->bytes();
  if (sector >= bytes / kSectorBytes + (bytes % kSectorBytes != 0))
    return Error{ErrorCode::invalid_argument, std::string(node_name()) + " has no sector " +
                                                  std::to_string(sector) + ": it has " +
                                                  std::to_string(bytes) + " bytes"};
  const std::lock_guard lock(mutex_);
  if (!rot_.add(sector, flip))
    return Error{ErrorCode::invalid_argument, std::string(node_name()) + " has " +
                                                  std::to_string(kMaxRottenSectors) +
                                                  " wrong sectors already: heal it first"};
  return {};
}

void FaultyChild::delay(std::chrono::milliseconds time) {
  const std::lock_guard lock(mutex_);
  delay_ = std::min(time, kMaxChildDelay);
}

void FaultyChild::heal() {
  const std::lock_guard lock(mutex_);
  failures_.clear();
  rot_.clear();
  delay_ = std::chrono::milliseconds(0);
  ++heals_;
  changed_.notify_all();
}

std::string FaultyChild::faults() const {
  const std::lock_guard lock(mutex_);
  std::string list;
  for (const Failure& failure : failures_)
    append(list, plural_of(failure.operation) + text_of(failure.sectors) + " fail (" +
                     std::string(ErrnoText(failure.error).view()) + ")");
  if (!rot_.empty()) append(list, "wrong bytes in sector " + rot_.text());
  if (delay_ > std::chrono::milliseconds(0)) append(list, std::to_string(delay_.count()) + " ms late");
  return list;
}

}  // namespace qmpev
