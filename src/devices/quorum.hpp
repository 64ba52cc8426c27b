// SPDX-License-Identifier: MIT
// A quorum of copies: a read is put to the vote by content, and what most copies hold wins if they are
// enough. Order of the reports: children that failed, as they answer; then the copies that lost, newest
// content first and highest child first; QUORUM_FAILURE last, and without a winner the losers are not named.
// All of them come from the thread of the request. Any thread; a request waits for the one before it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <qmpev/emitter.hpp>
#include <qmpev/result.hpp>

#include "devices/quorum_child.hpp"
#include "hooks/quorum.hpp"

namespace qmpev {

/// Children of one quorum; each may cost a thread and, in a read, a buffer.
inline constexpr std::size_t kMaxQuorumChildren = 32;

struct QuorumConfig {
  enum class ReadPattern {
    quorum,  ///< ask all, let them vote
    fifo,    ///< ask one after the other until one answers; nobody votes, and QUORUM_FAILURE is not said
  };
  std::string reference;  ///< device name, or the node name of a quorum without one
  std::size_t vote_threshold;
  ReadPattern read_pattern = ReadPattern::quorum;
  bool rewrite = false;  ///< copies that lost a vote are given what won; whether that succeeds is not told
  /// Exactly two copies that have to be equal. A read that finds a difference fails without an event (QEMU
  /// ends its process there).
  bool blkverify = false;
};

class Quorum {
 public:
  /// Takes the children. Fails with invalid_argument when the threshold cannot be met or asks for nothing,
  /// when options exclude each other, when there are too many children or some are longer than others.
  static Result<std::unique_ptr<Quorum>> create(Emitter emitter, QuorumConfig config,
                                                std::vector<std::unique_ptr<QuorumChild>> children);

  const QuorumConfig& config() const noexcept { return config_; }
  /// The length of the disk, which is that of each child.
  std::uint64_t bytes() const noexcept { return bytes_; }

  // The guest's requests. Each returns 0, or the errno the guest sees. A request for no byte succeeds and one
  // beyond the end fails with EIO, both without asking a child and without an event, as a block layer does.
  int read(std::uint64_t offset, std::span<std::uint8_t> data);
  int write(std::uint64_t offset, std::span<const std::uint8_t> data);
  int write_zeroes(std::uint64_t offset, std::uint64_t bytes);
  int flush();

  /// No child takes longer than it has to from now on, so that the process can end.
  void hurry() noexcept;

 private:
  /// The children's answers to one request, by child: 0 or an errno.
  using Errors = std::vector<int>;

  Quorum(Emitter emitter, QuorumConfig config, std::vector<std::unique_ptr<QuorumChild>> children);
  bool holds(const ByteRange& request) const noexcept;
  template <class Ask>
  void ask(QuorumOpType type, const ByteRange& request, const std::vector<std::size_t>& numbers,
           Errors& errors, Ask ask);
  int vote(const ByteRange& request, std::span<std::uint8_t> data);
  int read_first(const ByteRange& request, std::span<std::uint8_t> data);
  void rewrite(const ByteRange& request, const std::vector<std::size_t>& losers,
               std::span<const std::uint8_t> content);
  template <class Ask>
  int write_all(const ByteRange& request, Ask ask);
  bool enough(const Errors& errors) const noexcept;
  int fail(const ByteRange& request, int error) const noexcept;

  const Emitter emitter_;
  const QuorumConfig config_;
  const std::vector<std::unique_ptr<QuorumChild>> children_;
  std::vector<std::size_t> everyone_;  // the numbers of all children; constant
  const std::uint64_t bytes_;
  std::mutex mutex_;  // held over a request and its reports
};

}  // namespace qmpev
