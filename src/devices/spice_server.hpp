// SPDX-License-Identifier: MIT
// The connections of a SPICE server as QMP sees them, one per channel: accepted, linked, authenticated, up,
// closed. There is no SPICE protocol in here. A real server, which decides by itself, says what became of a
// connection (accept, initialize, close); a synthetic viewer says what it sends (accept, link, authenticate,
// close) and this class decides as a real server does. Any thread: SPICE calls from threads of its own. The
// lock is held across emit so that the events leave in the order of what happened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/emitter.hpp>

#include "hooks/spice.hpp"

namespace qmpev {

// Channel types of the SPICE protocol.
inline constexpr std::uint8_t kSpiceMain = 1;
inline constexpr std::uint8_t kSpiceDisplay = 2;
inline constexpr std::uint8_t kSpiceInputs = 3;
inline constexpr std::uint8_t kSpiceCursor = 4;
inline constexpr std::uint8_t kSpicePlayback = 5;
inline constexpr std::uint8_t kSpiceRecord = 6;

inline constexpr std::uint32_t kSpiceMagic = 0x51444552;  // "REDQ", least significant byte first
inline constexpr std::uint32_t kSpiceMajor = 2;
/// A link message in bytes: its fixed part, and more capabilities than anybody has.
inline constexpr std::uint32_t kMinSpiceLinkBytes = 18;
inline constexpr std::uint32_t kMaxSpiceLinkBytes = 4096;

/// What a viewer sends first on a connection.
struct SpiceLink {
  std::int32_t connection_id = 0;  ///< 0: the main channel of a new session
  std::uint8_t channel_type = kSpiceMain;
  std::uint8_t channel_id = 0;
  bool tls = false;
  std::uint32_t magic = kSpiceMagic;
  std::uint32_t major = kSpiceMajor;
  std::uint32_t bytes = kMinSpiceLinkBytes;
};

/// Why a viewer was sent away; QMP does not say it.
enum class SpiceRefusal {
  not_open,  ///< there is no such connection, or it is not where this belongs
  bad_magic,
  bad_version,
  bad_size,
  needs_tls,
  no_such_channel,
  wrong_password,
  unknown_connection_id,
  channel_in_use,  ///< the session has this channel already
};
std::string_view words_of(SpiceRefusal refusal) noexcept;

struct SpiceConfig {
  std::optional<std::string> auth;  ///< "none", "spice" or "sasl"; absent: not said
  std::string password;             ///< what authenticate() wants for "spice" and "sasl"
  std::uint32_t tls_channels = 0;   ///< bit N: channels of type N only with TLS
  /// Gives a session its number. Called under the lock; standard: random_connection_ids().
  std::function<std::int32_t()> draw_connection_id{};
  bool enabled = true;  ///< false: a machine without a SPICE server, which accepts nobody
};

/// Random numbers of 32 signed bits, as SPICE draws them; the same seed gives the same ones.
std::function<std::int32_t()> random_connection_ids(std::uint32_t seed);

class SpiceServer {
 public:
  /// Names a connection until it is closed; never used again.
  using ConnectionNumber = std::uint64_t;
  static constexpr ConnectionNumber kNoConnection = 0;
  /// Whoever can reach the port can open connections before any password; ten sessions of all channels are
  /// far more than the one that a SPICE server keeps.
  static constexpr std::size_t kMaxConnections = 64;

  /// What query-spice says about one channel.
  struct Channel {
    SpiceAddress client;
    SpiceChannelIdentity identity;
  };
  /// How authenticate() ended.
  struct Admission {
    std::optional<SpiceRefusal> refusal;
    std::int32_t connection_id = 0;  ///< of the session, when not refused
  };

  SpiceServer(Emitter emitter, SpiceConfig config);

  /// A client has connected, before any byte, TLS or authentication: SPICE_CONNECTED. At kMaxConnections
  /// there is no event, kNoConnection, and the refusal is counted: close the socket. Likewise, but not
  /// counted, when there is no SPICE server.
  ConnectionNumber accept(const SpiceAddress& server, const SpiceAddress& client);
  /// The stream is closed, whatever became of it: SPICE_DISCONNECTED, once. With the main channel of a
  /// session that authenticate() opened, its other channels go too, the newest first and main last.
  void close(ConnectionNumber number);

  /// From a real server: link stage and authentication have succeeded: SPICE_INITIALIZED, once.
  void initialize(ConnectionNumber number, const SpiceChannelIdentity& identity);

  /// From a synthetic viewer: its link message. What is refused is closed.
  std::optional<SpiceRefusal> link(ConnectionNumber number, const SpiceLink& link);
  /// From a synthetic viewer, after link(): its password. Refused and closed, or SPICE_INITIALIZED; before
  /// that, a new main channel closes the session there was, as a SPICE server has one viewer at a time.
  Admission authenticate(ConnectionNumber number, std::string_view password);

  /// Initialised channels, in the order in which they came up.
  std::vector<Channel> channels() const;
  /// Open connections, initialised or not, in the order in which they came (initialised ones last).
  std::vector<ConnectionNumber> connections() const;
  /// The number of the session that authenticate() opened.
  std::optional<std::int32_t> session() const;
  bool has_room() const;
  /// Connections turned away at kMaxConnections; count_refused() is for who asked has_room() first.
  std::uint64_t refused() const;
  void count_refused();
  const SpiceConfig& config() const noexcept { return config_; }

 private:
  struct Connection {
    ConnectionNumber number;
    SpiceAddress server;
    SpiceAddress client;
    std::optional<SpiceLink> link{};                 ///< from link() on
    std::optional<SpiceChannelIdentity> identity{};  ///< from initialize() or authenticate() on
  };
  struct Session {
    std::int32_t id;
    ConnectionNumber main;
  };
  using Connections = std::list<Connection>;
  Connections::iterator find(ConnectionNumber number);
  void drop(Connections::iterator connection);
  void end_session();
  std::optional<SpiceRefusal> judge(const SpiceLink& link) const;
  std::optional<SpiceRefusal> judge(const Connection& connection, std::string_view password) const;
  void bring_up(Connections::iterator connection, const SpiceChannelIdentity& identity);

  const Emitter emitter_;
  const SpiceConfig config_;
  mutable std::mutex mutex_;
  ConnectionNumber last_number_ = kNoConnection;  // guarded by mutex_
  Connections connections_;         // guarded by mutex_; a connection goes to the end when it comes up
  std::optional<Session> session_;  // guarded by mutex_
  std::uint64_t refused_ = 0;       // guarded by mutex_
};

}  // namespace qmpev
