// SPDX-License-Identifier: MIT
// What an event that an embedder registered looks like: its declaration, checked once, with everything that
// its line needs besides the values rendered before the first is sent. The counterpart of the generator's
// tables and of wire/encoder.hpp for shapes that are known at run time only. Immutable; encoding allocates
// nothing. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/registered_event.hpp>
#include <qmpev/result.hpp>

#include "wire/qapi_tables.hpp"

namespace qmpev {

class EventShape {
 public:
  /// Fails with invalid_argument: a name that is not allowed, a member named twice, a key that is none, a
  /// limit out of range, a line that could be longer than kMaxLineBytes.
  static Result<std::shared_ptr<const EventShape>> build(EventDeclaration declaration);
  EventShape(const EventShape&) = delete;
  EventShape& operator=(const EventShape&) = delete;

  enum class Fit {
    fits,
    oversize,  ///< an identifier is too long
    invalid,   ///< anything else that the declaration does not allow
  };
  Fit fit(std::span<const EventValue> values) const noexcept;

  /// Writes the line into `line`, which has room for max_line_bytes(); returns its length, CR LF included.
  /// `values` fit.
  std::size_t encode(std::int64_t wall_us, std::span<const EventValue> values, char* line) const noexcept;
  /// Of values that fit: what tells rate windows apart; empty without a key.
  std::string_view key_of(std::span<const EventValue> values) const noexcept;

  const std::string& name() const noexcept { return declaration_.name; }
  bool keyed() const noexcept { return !declaration_.key.empty(); }
  std::uint32_t rate_limit_ms() const noexcept { return declaration_.rate_limit_ms; }
  std::size_t max_line_bytes() const noexcept { return max_line_bytes_; }
  /// For introspection; borrowed from this object.
  QapiEvent qapi() const noexcept;

 private:
  explicit EventShape(EventDeclaration declaration);
  std::string mistake() const;
  std::string mistake_of(const EventMember& member) const;
  std::string mistake_of_key() const;
  void build_tables();
  std::size_t bound() const noexcept;
  const QapiType& type_of(const EventMember& member);

  EventDeclaration declaration_;
  /// From behind the stamp up to the first member, and from behind the last one.
  std::string head_;
  std::string tail_;
  /// Indices of the members as they stand on the wire, and by declaration `, "name": `.
  std::vector<std::size_t> order_;
  std::vector<std::string> labels_;
  std::size_t key_index_ = 0;
  std::size_t max_line_bytes_ = 0;
  // Introspection. Nothing here moves once it is built.
  std::deque<std::vector<std::string_view>> words_;
  std::deque<QapiType> enumerations_;
  std::vector<QapiMember> qapi_members_;
  QapiType data_{.meta = QapiMeta::object, .name = "data"};
};

}  // namespace qmpev
