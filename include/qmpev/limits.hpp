// SPDX-License-Identifier: MIT
// What guests and clients can make a server keep, where the default is not for everybody. What is beyond a
// limit is refused or let pass, as each says, and counted.
#pragma once

#include <cstddef>

namespace qmpev {

/// A machine has fewer disks than this, and a scan stays short.
inline constexpr std::size_t kMaxThrottleKeys = 128;
/// One key has no table.
inline constexpr std::size_t kMinThrottleKeys = 2;

/// As many as a machine has memory slots.
inline constexpr std::size_t kKeptKeys = 256;
/// Where a key is kept is a number of 16 bits, for all kinds together.
inline constexpr std::size_t kMaxKeptKeys = 1024;

/// QEMU's limits of one message: a client that says more could not talk to QEMU either. The depth is also
/// what recursion over a value has been tried with.
inline constexpr std::size_t kMaxMessageBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxMessageTokens = std::size_t{2} << 20;  ///< as kMaxMessageBytes
inline constexpr std::size_t kMaxMessageDepth = 1024;                   ///< as kMaxMessageBytes
/// Less would cut off what clients of QEMU say in earnest: a blockdev-add with its whole chain of backing
/// files inside it has some kilobytes, hundreds of tokens, and a level for each file.
inline constexpr std::size_t kMinMessageBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMinMessageTokens = 4096;  ///< as kMinMessageBytes
inline constexpr std::size_t kMinMessageDepth = 64;     ///< as kMinMessageBytes

/// More than one message of the largest size, less than what several clients could make of that limit.
inline constexpr std::size_t kAllInputBytes = std::size_t{256} << 20;
/// More is a unit mistaken: a process that small messages can make grow by gigabytes.
inline constexpr std::size_t kMaxAllInputBytes = std::size_t{1} << 30;
/// What a session may hold in any case, so that nobody's large message costs another its small one.
inline constexpr std::size_t kFreeInputBytes = std::size_t{1} << 20;

/// QEMU's number.
inline constexpr std::size_t kQueuedRequests = 8;
/// Who queues hundreds has no use for overtaking them.
inline constexpr std::size_t kMaxQueuedRequests = 256;

/// json-glib keeps members in a hash table without a seed: names chosen to collide make it quadratic, and
/// 1,024 of them still cost a few milliseconds. No command of QMP has near as many arguments.
inline constexpr std::size_t kMaxNodeMembers = 1024;
/// migrate-set-parameters has some forty.
inline constexpr std::size_t kMinNodeMembers = 64;

/// What guests and clients can make a server keep (ServerConfig::limits). A value out of its range is
/// refused.
struct Limits {
  /// Keys of one rate-limited event that are told apart, kMinThrottleKeys to kMaxThrottleKeys. Events of
  /// further ones pass without a limit (EventCounters::unlimited_keys).
  std::size_t throttle_keys = kMaxThrottleKeys;
  /// Keys of one event whose newest line is kept for slow clients, 1 to kMaxKeptKeys; a new one beyond takes
  /// the place of that which was silent longest (Statistics::kept_displaced).
  std::size_t kept_keys = kKeptKeys;
  /// One message of a client: bytes of its tokens, tokens, and nested levels, each from its kMin to its kMax.
  /// A larger one is answered with an error (SessionCounters::messages_too_large).
  std::size_t message_bytes = kMaxMessageBytes;
  std::size_t message_tokens = kMaxMessageTokens;  ///< as message_bytes
  std::size_t message_depth = kMaxMessageDepth;    ///< as message_bytes
  /// Memory of unfinished and queued input of all sessions together, kFreeInputBytes to kMaxAllInputBytes;
  /// who holds more than kFreeInputBytes is refused beyond (SessionCounters::input_refused).
  std::size_t input_bytes = kAllInputBytes;
  /// Commands that wait behind one that is answered later, of a client with out-of-band execution, 1 to
  /// kMaxQueuedRequests. When there are as many, further input waits, unread (SessionCounters::queue_full).
  std::size_t queued_requests = kQueuedRequests;
  /// Members of one object in the arguments of an embedder's command, kMinNodeMembers to kMaxNodeMembers;
  /// wider ones are answered with an error (SessionCounters::arguments_too_wide).
  std::size_t node_members = kMaxNodeMembers;
};

}  // namespace qmpev
