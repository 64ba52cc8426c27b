// SPDX-License-Identifier: MIT
// Events of the embedder's own, declared while the program runs: a name that no QEMU will ever have, and the
// members it carries. The device side takes the way of the schema's events and costs about a fifth more
// (`./dev bench`). A client receives them only when it asks for them by name (x-qmpev-filter), or when its
// listener says so (ListenerConfig::registered_events); both wire forms spell them alike.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <qmpev/events.hpp>

namespace qmpev {

class EmitterCore;
class EventShape;

/// Events that one server takes besides those of the schema. A VMM has a handful of its own, and each costs
/// every server some counters whether it is used or not.
inline constexpr std::size_t kMaxRegisteredEvents = 64;
/// Bytes of a text in an event, before escaping: the limit of the schema's texts as well.
inline constexpr std::size_t kMaxEventTextBytes = 255;

/// One member of `data`.
struct EventMember {
  /// What its values are: JSON has one kind of number, a client has to know what fits.
  enum class Type : std::uint8_t {
    boolean,           ///< true or false
    integer,           ///< of 64 bits with a sign
    unsigned_integer,  ///< of 64 bits without
    number,            ///< a finite floating-point number
    text,              ///< see max_bytes
  };
  std::string name;       ///< letters, digits, '-' and '_', beginning with a letter
  Type type;              ///< of every value it is given
  bool optional = false;  ///< may be left out: std::nullopt
  /// Of a text: the only ones it can be (introspection shows an enumeration). Empty: any.
  std::vector<std::string> values{};
  /// Of a text: bytes, 1 to kMaxEventTextBytes.
  std::size_t max_bytes = kMaxEventTextBytes;
  /// Of a text that is longer: prose is cut at a character, an identifier makes its event refused.
  bool prose = false;
};

/// An event of the embedder's own, as Server::add_event() takes it.
struct EventDeclaration {
  /// Capitals, digits and '_' behind "X_", or behind "__" and a domain of the embedder's and "_" (QAPI's rule
  /// for names that are not upstream's): "X_LAMP_CHANGED", "__org.example_LAMP_CHANGED". Not "X_QMPEV_...".
  std::string name;
  /// Whatever they hold, the line must stay within 4,096 bytes: texts may need a smaller max_bytes.
  std::vector<EventMember> members{};
  /// As of the schema's events: at most one per interval, the latest; milliseconds, 0 (none) to 3,600,000.
  std::uint32_t rate_limit_ms = 0;
  /// The name of a member, a text that is not optional, whose every value has an interval of its own. Empty:
  /// one for the event.
  std::string key{};
};

/// The value of one member, borrowed for the call; nothing for an optional member that is left out.
class EventValue {
 public:
  /// What was put in.
  enum class Kind : std::uint8_t {
    absent,    ///< nothing: an optional member is left out
    boolean,   ///< a truth
    negative,  ///< an integer below zero
    natural,   ///< an integer from zero on
    number,    ///< a floating-point number
    text,      ///< borrowed
  };

  /// Nothing: the same as std::nullopt.
  constexpr EventValue() noexcept = default;
  /// Leaves an optional member out.
  constexpr EventValue(std::nullopt_t) noexcept {}  // NOLINT
  /// A truth, and nothing that only converts to one.
  constexpr EventValue(std::same_as<bool> auto value) noexcept
      : kind_(Kind::boolean), natural_(value) {}  // NOLINT
  /// An integer of any type.
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) constexpr EventValue(Integer value) noexcept  // NOLINT
      : kind_(std::is_signed_v<Integer> && value < Integer{} ? Kind::negative : Kind::natural),
        natural_(static_cast<std::uint64_t>(value)) {}
  /// A number; one that is infinite, or none, makes its event refused.
  constexpr EventValue(double value) noexcept : kind_(Kind::number), number_(value) {}  // NOLINT
  /// A text, borrowed for the emit.
  constexpr EventValue(std::string_view value) noexcept : kind_(Kind::text), text_(value) {}  // NOLINT
  /// Likewise.
  EventValue(const std::string& value) noexcept : EventValue(std::string_view(value)) {}  // NOLINT
  /// Null: as if it were left out.
  constexpr EventValue(const char* value) noexcept  // NOLINT
      : kind_(value != nullptr ? Kind::text : Kind::absent), text_(value != nullptr ? value : "") {}
  /// What is there, or as if it were left out.
  template <class T>
  constexpr EventValue(const std::optional<T>& value) noexcept  // NOLINT
      : EventValue(value ? EventValue(*value) : EventValue()) {}

  /// Which of the following there is.
  constexpr Kind kind() const noexcept { return kind_; }
  /// Of a boolean.
  constexpr bool boolean() const noexcept { return natural_ != 0; }
  /// Of an integer; of a negative one, its two's complement.
  constexpr std::uint64_t natural() const noexcept { return natural_; }
  /// Of a number.
  constexpr double number() const noexcept { return number_; }
  /// Of a text.
  constexpr std::string_view text() const noexcept { return text_; }

 private:
  Kind kind_ = Kind::absent;
  std::uint64_t natural_ = 0;
  double number_ = 0;
  std::string_view text_{};
};

/// A handle on an event that Server::add_event() took. Copies are cheap; a copy may outlive the server, as an
/// Emitter may.
class RegisteredEvent {
 public:
  /// As Emitter::emit, in everything. `values`: one for each member, in the order of the declaration. What
  /// does not fit the declaration (too few or too many, a required one left out, another type, a word that is
  /// none of the values, an infinite number) is refused and counted as invalid, an identifier that is too
  /// long as oversize. Any thread.
  void emit(std::span<const EventValue> values) const noexcept;
  /// Likewise, with the values written out: `lamp.emit({true, "red"})`.
  void emit(std::initializer_list<EventValue> values) const noexcept {
    emit(std::span<const EventValue>(values.begin(), values.size()));
  }

  /// What Statistics and Server::set_rate_limit() know it by; unique in its server.
  EventKind kind() const noexcept { return kind_; }

  /// For the server.
  RegisteredEvent(std::shared_ptr<EmitterCore> core, std::shared_ptr<const EventShape> shape,
                  EventKind kind) noexcept
      : core_(std::move(core)), shape_(std::move(shape)), kind_(kind) {}

 private:
  std::shared_ptr<EmitterCore> core_;
  std::shared_ptr<const EventShape> shape_;
  EventKind kind_;
};

}  // namespace qmpev
