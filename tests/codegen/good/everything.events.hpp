// SPDX-License-Identifier: MIT
// Generated from everything.json; do not edit. One aggregate for each event, in C++ spelling; the comments
// give the wire's.
//
// All texts are std::string_view, borrowed for the call they are given to. An identifier (a name, an address)
// longer than its limit is refused whole; prose (an error text) is cut at a character.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace qmpev {

/// Every event, by name. The numbers may change from one version to the next.
enum class EventKind : std::uint8_t {
  lamp_change,  ///< LAMP_CHANGE
  lamp_seen,  ///< LAMP_SEEN
  lights_out,  ///< LIGHTS_OUT
};

/// How many kinds of event there are.
inline constexpr std::size_t kEventKinds = 3;

/// Colour of a lamp.
enum class LampColour : std::uint8_t {
  red,  ///< `red`: stop
  blue_green,  ///< `blue-green`: something between
};

/// Which address follows.
enum class AddressKind : std::uint8_t {
  inet,  ///< `inet`: a network address
  unix_socket,  ///< `unix`: a path
};

/// A network address.
struct InetAddress {
  /// Name or number.
  /// Wire: `host`. Identifier, at most 64 bytes.
  std::string_view host{};
  bool operator==(const InetAddress&) const = default;
};

/// A path.
struct UnixAddress {
  /// Where it is.
  /// Wire: `path`. Identifier, at most 107 bytes.
  std::string_view path{};
  /// Whether no file has it.
  /// Wire: `abstract`.
  std::optional<bool> abstract{};
  bool operator==(const UnixAddress&) const = default;
};

/// Where somebody is.
/// Wire: `type` is `inet` or `unix`, the other members stand beside it.
using Address = std::variant<InetAddress, UnixAddress>;

/// State of one lamp.
struct LampState {
  /// Its name.
  /// Wire: `lamp`. Identifier, at most 31 bytes.
  std::string_view lamp{};
  /// Its colour.
  /// Wire: `colour`.
  std::optional<LampColour> colour{};
  /// What it takes.
  /// Wire: `watts`, in form document `power`. Unit: watts. Range: 0 to 2^16-1.
  std::uint16_t watts = 0;
  /// How large it is.
  /// Wire: `size`. Unit: bytes. Range: 0 to 2^64-1.
  std::uint64_t size = 0;
  bool operator==(const LampState&) const = default;
};

/// LAMP_CHANGE: A lamp changed.
/// Rate limit: the first goes out at once, then the latest, at most one in 250 ms for each `lamp`.
/// A client that lost events is told the newest one of each `lamp`.
/// In form qemu the members stand inside `lamp`.
/// Example (document):
/// {"event": "LAMP_CHANGE", "data": {"lamp": "hall", "power": 40, "size": 18446744073709551615}}
/// Example (qemu):
/// {"event": "LAMP_CHANGE", "data": {"lamp": {"lamp": "hall", "watts": 40, "size": 18446744073709551615, "colour": "blue-green"}}}
struct LampChange {
  /// Its name.
  /// Wire: `lamp`. Identifier, at most 31 bytes.
  std::string_view lamp{};
  /// Its colour.
  /// Wire: `colour`.
  std::optional<LampColour> colour{};
  /// What it takes.
  /// Wire: `watts`, in form document `power`. Unit: watts. Range: 0 to 2^16-1.
  std::uint16_t watts = 0;
  /// How large it is.
  /// Wire: `size`. Unit: bytes. Range: 0 to 2^64-1.
  std::uint64_t size = 0;
  bool operator==(const LampChange&) const = default;
};

/// LAMP_SEEN: Somebody saw a lamp.
/// Marked in introspection: unstable.
/// Example (document):
/// {"event": "LAMP_SEEN", "data": {"from": {"type": "unix", "path": "/tmp/x"}}, "timestamp": {"seconds": 1400000000, "microseconds": 0}}
/// Example (qemu):
/// {"event": "LAMP_SEEN", "data": {"from": {"type": "inet", "host": "::1"}, "remark": "bright", "distance": -128}}
struct LampSeen {
  /// Where they stood.
  /// Wire: `from`.
  Address from{};
  /// What they said.
  /// Wire: `remark`, not in form document. Prose, at most 255 bytes.
  std::optional<std::string_view> remark{};
  /// How it was before.
  /// Wire: `before`.
  std::optional<LampState> before{};
  /// How far off.
  /// Wire: `distance`. Unit: metres. Range: -2^7 to 2^7-1.
  std::optional<std::int8_t> distance{};
  bool operator==(const LampSeen&) const = default;
};

/// LIGHTS_OUT: All lamps are off.
/// A client that lost events is told the newest one.
/// QEMU has it until 2.1; newer ones send no such event.
/// Example:
/// {"event": "LIGHTS_OUT"}
struct LightsOut {
  bool operator==(const LightsOut&) const = default;
};

}  // namespace qmpev
