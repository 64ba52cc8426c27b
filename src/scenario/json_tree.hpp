// SPDX-License-Identifier: MIT
// A JSON text as a tree in which every value knows its line, so that whoever reads it can say where something
// is wrong. Strict RFC 8259: json-glib knows no lines but those of syntax errors, and takes comments,
// `var x =`, duplicate names and what stands behind the value. Reentrant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qmpev {

/// Levels of brackets in one text: steps in steps in steps; the reader recurses once per level.
inline constexpr std::size_t kMaxJsonDepth = 64;
/// Members of one object: names are compared with each other, and no object of ours has many.
inline constexpr std::size_t kMaxJsonMembers = 64;

struct JsonTree {
  enum class Kind { null, boolean, number, text, array, object };
  struct NamedTree;

  Kind kind = Kind::null;
  std::size_t line = 1;
  bool truth = false;              ///< of a boolean
  std::string text{};              ///< of a text; of a number as it was written
  std::vector<JsonTree> items{};   ///< of an array
  std::vector<NamedTree> members;  ///< of an object: distinct names, in order

  /// The member of an object; null when there is none.
  const JsonTree* find(std::string_view name) const;
  /// A number without fraction and exponent that fits.
  std::optional<std::uint64_t> whole() const;
  /// A number of any shape.
  std::optional<double> real() const;
  /// "a number", "an object".
  std::string_view kind_text() const noexcept;
};

struct JsonTree::NamedTree {
  std::string name;
  std::size_t line;
  JsonTree value;
};

/// What is wrong with a text, and where.
struct TextMistake {
  std::size_t line;
  std::string sentence;
};

/// A tree, or the first mistake of the text.
std::pair<JsonTree, std::optional<TextMistake>> read_json_tree(std::string_view text);

}  // namespace qmpev
