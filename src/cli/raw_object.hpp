// SPDX-License-Identifier: MIT
// The members of one JSON object as they stand on the wire: raw text, nothing decoded and nothing lost. What
// the program shows is therefore what was sent: a 64-bit number keeps its digits, an escape stays an escape,
// and a server cannot write control characters to a terminal. Looks one level deep, without recursion. Main
// thread.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace qmpev {

class RawObject {
 public:
  /// Borrows `text`. Nothing when it is not an object whose strings and brackets end.
  static std::optional<RawObject> parse(std::string_view text);

  /// Name, without its quotes, and raw value of each.
  const std::vector<std::pair<std::string_view, std::string_view>>& members() const noexcept {
    return members_;
  }
  /// The raw value of a member, quotes and all.
  std::optional<std::string_view> find(std::string_view key) const;
  /// The inside of a member that is a string, not unescaped.
  std::optional<std::string_view> text(std::string_view key) const;

 private:
  std::vector<std::pair<std::string_view, std::string_view>> members_;
};

/// The raw items of one JSON array; borrows `text`. Nothing when it is not an array that ends.
std::optional<std::vector<std::string_view>> raw_items(std::string_view text);

}  // namespace qmpev
