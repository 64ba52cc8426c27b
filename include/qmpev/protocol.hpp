// SPDX-License-Identifier: MIT
// Words of the QMP protocol that an embedder shares with the server: version, error classes, argument types.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qmpev {

/// What the names of commands begin with that QEMU does not have. `x-` is QAPI's mark of what may change.
inline constexpr std::string_view kExtensionPrefix = "x-qmpev-";

/// What the greeting and query-version say. libvirt wants 6.2 or later, kata 5 or later.
struct Version {
  int major = 10;         ///< libvirt wants 6.2 or later, kata 5 or later
  int minor = 0;          ///< likewise
  int micro = 2;          ///< nobody looks at it
  std::string package{};  ///< empty: "qmpev X.Y.Z"
};

/// QMP's five error classes. Clients switch on them; there are no others.
enum class ErrorClass {
  generic_error,      ///< GenericError: the description says what is wrong
  command_not_found,  ///< CommandNotFound: also for one that is not there in this state or role
  device_not_active,  ///< DeviceNotActive: the device is there, but not in use
  device_not_found,   ///< DeviceNotFound: there is no device of that name
  kvm_missing_cap     ///< KVMMissingCap: the host's KVM cannot do it
};

/// What the clients of one listener may do.
enum class ListenerRole : unsigned char {
  full,         ///< every command
  events_only,  ///< negotiate, ask, listen: no command that changes anything exists for them
};

/// What becomes of a client that reads too slowly and loses events.
enum class OnLoss : unsigned char {
  stay,   ///< it goes on behind the gap: libvirt takes a closed monitor for a dead machine
  close,  ///< it gets what is owed to it, no event from behind the gap, and the end of the connection
};

/// What the clients of one monitor have of the events that the embedder registered (Server::add_event).
enum class RegisteredEvents {
  hidden,      ///< nothing: introspection does not show them and no filter knows them
  on_request,  ///< introspection shows them; who names one with x-qmpev-filter receives it
  always,      ///< introspection shows them, and they are sent like all others
};

/// One argument of a command, checked before its handler runs, in QEMU's order and words.
struct Argument {
  /// What its value has to be.
  enum class Type {
    integer,  ///< a whole number of 64 bits with a sign
    string,   ///< see values
    boolean,  ///< true or false
    array,    ///< of anything
    object,   ///< with any members
    any,      ///< any value, null included
  };
  std::string name;       ///< as a client writes it
  Type type;              ///< anything else is refused in QEMU's words
  bool optional = false;  ///< may be left out
  /// Of a string: the only ones it can be. Empty: any.
  std::vector<std::string> values{};
};

}  // namespace qmpev
