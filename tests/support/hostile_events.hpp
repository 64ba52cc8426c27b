// SPDX-License-Identifier: MIT
// Events as nobody would send them: texts of hostile bytes, integers at their ends, members present and
// absent. The same seed gives the same events everywhere.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "event/event_tables.hpp"
#include "support/each_member.hpp"

namespace qmpev::test {

class HostileEvents {
 public:
  explicit HostileEvents(std::uint64_t seed) : state_(seed) {}

  /// An event whose texts live until the next call.
  template <class Event>
  Event next() {
    texts_.clear();
    Event event{};
    fill(event);
    return event;
  }

  std::int64_t wall_us() { return integer<std::int64_t>(); }

 private:
  std::uint64_t random() {
    state_ += 0x9E3779B97F4A7C15;  // splitmix64
    std::uint64_t word = state_;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
    return word ^ (word >> 31);
  }
  std::size_t below(std::size_t limit) { return random() % limit; }

  std::string_view text() {
    using namespace std::string_view_literals;
    static constexpr std::string_view kPieces[] = {
        "node0"sv,
        "\""sv,
        "\\"sv,
        "/"sv,
        "\n\r\t\b\f"sv,
        "\x01\x1f"sv,
        "\0"sv,
        "\x7f"sv,
        "\xc3\xa9"sv,
        "\xe2\x82\xac"sv,
        "\xf0\x9f\x98\x80"sv,
        "\xc0\x80"sv,
        "\x80"sv,
        "\xff"sv,
        "\xfe"sv,
        "\xed\xa0\x80"sv,
        "\xef\xbf\xbe"sv,
        "\xef\xbf\xbd"sv,
        "\xf4\x90\x80\x80"sv,
        "\xf0\x9f\x98"sv,
        "\xe2\x82"sv,
        "\xc1\xbf"sv,
        "\xf8\x88\x80\x80\x80"sv,
        "'},{\"a\":"sv,
        "</script>"sv,
        "\xe2\x80\xa8"sv,
        "\xf3\xaf\xbf\xbf"sv,
        "\xef\xb7\x90"sv,
    };
    std::string& text = texts_.emplace_back();
    static constexpr std::size_t kLengths[] = {0,   1,   4,   12,  31,  32,  33,  107, 108, 109,
                                               127, 128, 129, 254, 255, 256, 257, 258, 300};
    // Mostly short, since one text over its limit refuses the whole event.
    const std::size_t length = kLengths[below(4) != 0 ? below(6) : below(std::size(kLengths))];
    while (text.size() < length) text += kPieces[below(std::size(kPieces))];
    if (below(2) == 0) text.resize(length);
    return text;
  }

  template <class Integer>
  Integer integer() {
    using Limits = std::numeric_limits<Integer>;
    switch (below(6)) {
      case 0:
        return Limits::min();
      case 1:
        return Limits::max();
      case 2:
        return 0;
      case 3:
        return static_cast<Integer>(Limits::max() - 1);
      default:
        return static_cast<Integer>(static_cast<Integer>(random()) >> below(Limits::digits));
    }
  }

  template <std::size_t index = 0, class... T>
  void choose(std::variant<T...>& value, std::size_t chosen) {
    if constexpr (index < sizeof...(T)) {
      if (index == chosen) return fill(value.template emplace<index>());
      choose<index + 1>(value, chosen);
    }
  }

  template <class T>
  void fill(T& value) {
    if constexpr (is_optional_v<T>) {
      if (below(2) == 0) fill(value.emplace());
    } else if constexpr (std::is_same_v<T, std::string_view>) {
      value = text();
    } else if constexpr (std::is_same_v<T, bool>) {
      value = below(2) == 0;
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(below(Describe<T>::names.size()));
    } else if constexpr (std::is_integral_v<T>) {
      value = integer<T>();
    } else if constexpr (is_variant_v<T>) {
      choose(value, below(std::variant_size_v<T>));
    } else {
      each_member(value, [this](auto& member) { this->fill(member); });
    }
  }

  std::uint64_t state_;
  std::deque<std::string> texts_;  // growing it moves no text
};

}  // namespace qmpev::test
