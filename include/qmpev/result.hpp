// SPDX-License-Identifier: MIT
// A refusal of the outside as a value: what the caller asked for cannot be had, and the sentence says what to
// do about it. Bugs are assertions and the way of an event only counts, so neither of them ever is a Result.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace qmpev {

/// Why something was refused. Append only.
enum class ErrorCode {
  invalid_argument,  ///< the caller's configuration or option cannot be used as written
  address_in_use,    ///< somebody already serves this address
  not_found,         ///< a file, socket or name that has to exist does not
  permission,        ///< the operating system does not allow it
  system,            ///< any other refusal of the operating system
};

/// A refusal: a code for programs, a sentence for people ("... is in use: stop the other process or ...").
struct Error {
  ErrorCode code;        ///< for programs
  std::string sentence;  ///< for people: what was refused, why, and what to do
};

/// A T, or the reason why there is none. Reading the wrong half ends the process: that is a bug of the
/// reader.
template <class T>
class [[nodiscard]] Result {
 public:
  /// Success.
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit, so that `return value;` reads well
  /// A refusal.
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit, likewise
  /// Whether there is a value.
  explicit operator bool() const noexcept { return value_.has_value(); }
  /// Of a success.
  const T& value() const& noexcept { return value_ ? *value_ : (std::abort(), *value_); }
  /// Of a success.
  T& value() & noexcept { return value_ ? *value_ : (std::abort(), *value_); }
  /// Of a success, to be moved out.
  T&& value() && noexcept { return value_ ? std::move(*value_) : (std::abort(), std::move(*value_)); }
  /// Of a refusal.
  const Error& error() const noexcept { return value_ ? (std::abort(), error_) : error_; }

 private:
  std::optional<T> value_;
  Error error_{};
};

/// Success without a value, or the reason of the refusal.
template <>
class [[nodiscard]] Result<void> {
 public:
  /// Success.
  Result() = default;
  /// A refusal.
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit, as above
  /// Whether it is a success.
  explicit operator bool() const noexcept { return !error_.has_value(); }
  /// Of a refusal.
  const Error& error() const noexcept { return error_ ? *error_ : (std::abort(), *error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace qmpev
