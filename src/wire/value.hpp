// SPDX-License-Identifier: MIT
// A JSON value as QMP has them: integers keep their 64 bits, strings are bytes with a length (U+0000
// included), objects remember the order of insertion. A plain value type: copying copies the tree. Any
// thread, one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace qmpev {

class Value;

/// One name and its value. A template only because Value is not complete where it first needs it.
template <class T>
struct Named {
  std::string name;
  T value;
  friend bool operator==(const Named&, const Named&) = default;
};
using Member = Named<Value>;

/// Trees may be nested as deep as the reader lets them (1,024): every operation recurses once per level.
class Value {
 public:
  enum class Kind { null, boolean, int64, uint64, real, string, array, object };
  using Items = std::vector<Value>;
  using Members = std::vector<Member>;

  // Implicit, so that commands read well: {{"status", "running"}, {"running", true}}.
  // Out of line all: inlined into initialiser lists they make gcc 12 warn of members that are never read.
  Value() noexcept;                  ///< null
  Value(std::nullptr_t) noexcept;    // NOLINT
  Value(double number) noexcept;     // NOLINT
  Value(const char* text);           // NOLINT
  Value(std::string_view text);      // NOLINT
  Value(std::string text) noexcept;  // NOLINT
  /// bool stays bool. An integer is uint64 only when it is above the largest int64, as on the wire.
  template <class T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
  Value(T number) noexcept : Value(Widened{}, static_cast<Wide<T>>(number)) {}  // NOLINT
  template <class T>
  Value(T*) = delete;  // a pointer is not a bool
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  static Value array();
  static Value array(std::initializer_list<Value> items);
  static Value array(Items items);
  static Value object();
  static Value object(std::initializer_list<Member> members);  ///< names are distinct

  Kind kind() const noexcept { return static_cast<Kind>(held_.index()); }
  bool is_null() const noexcept { return kind() == Kind::null; }
  bool is_bool() const noexcept { return kind() == Kind::boolean; }
  bool is_integer() const noexcept { return kind() == Kind::int64 || kind() == Kind::uint64; }
  bool is_string() const noexcept { return kind() == Kind::string; }
  bool is_array() const noexcept { return kind() == Kind::array; }
  bool is_object() const noexcept { return kind() == Kind::object; }

  // The value as what it is. Asking for another kind is a bug: check first.
  bool as_bool() const;
  std::int64_t as_int64() const;    ///< of int64 only
  std::uint64_t as_uint64() const;  ///< of uint64, and of int64 that is not negative
  double as_double() const;         ///< of any number, rounded
  const std::string& as_string() const;
  const Items& items() const;
  Items& items();
  const Members& members() const;
  Members& members();

  /// The member `name` of an object, nullptr when there is none. Linear in the members; borrowed until a
  /// change.
  const Value* find(std::string_view name) const;
  Value* find(std::string_view name);
  /// Gives the object's member `name` this value: in place when it exists, else as the last one.
  Value& set(std::string_view name, Value value);
  /// Adds an item to an array.
  Value& append(Value item);

  /// Same kind and content; objects compare without regard to order (quadratic: for tests and small objects).
  friend bool operator==(const Value& left, const Value& right);

 private:
  struct Widened {};
  template <class T>
  using Wide = std::conditional_t<std::is_same_v<T, bool>, bool,
                                  std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;
  Value(Widened, bool truth) noexcept;
  Value(Widened, std::int64_t number) noexcept;
  Value(Widened, std::uint64_t number) noexcept;

  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, Items, Members> held_;
};

}  // namespace qmpev
