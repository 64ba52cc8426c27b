// SPDX-License-Identifier: MIT
#include "scenario/json_tree.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <variant>

#include "wire/literal.hpp"
#include "wire/utf8.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// "`x`", or the number of a byte that should not reach a terminal.
std::string shown(char c) {
  if (c > ' ' && c <= '~') return std::string("`") + c + "`";
  return "a byte " + std::to_string(static_cast<unsigned char>(c));
}

class TreeReader {
 public:
  explicit TreeReader(std::string_view text) : rest_(text) {}

  std::pair<JsonTree, std::optional<TextMistake>> read() {
    JsonTree tree;
    if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark)
      fail("the file begins with a byte order mark: save it as UTF-8 without one");
    else if (read_value(tree, 0)) {
      skip_space();
      if (!rest_.empty()) fail("nothing may follow the closing bracket: remove what begins with " + next());
    }
    return {std::move(tree), std::move(mistake_)};
  }

 private:
  bool fail(std::string sentence) {
    if (!mistake_) mistake_ = TextMistake{line_, std::move(sentence)};
    return false;
  }

  std::string next() const { return rest_.empty() ? "the end of the file" : shown(rest_[0]); }

  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\r' || rest_[0] == '\n')) {
      if (rest_[0] == '\n') ++line_;
      rest_.remove_prefix(1);
    }
  }

  bool take(char wanted) {
    skip_space();
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// False at the last item; a comma behind that is noted as the mistake, and reading goes on to the end.
  bool take_comma(char closing) {
    if (!take(',')) return false;
    skip_space();
    if (rest_.empty() || rest_[0] != closing) return true;
    return fail("nothing follows this comma but " + next() + ": remove the comma");
  }

  bool read_value(JsonTree& tree, std::size_t depth) {
    skip_space();
    tree.line = line_;
    if (rest_.empty()) return fail("a value is missing: the file ends here");
    switch (rest_[0]) {
      case '{':
        return read_object(tree, depth + 1);
      case '[':
        return read_array(tree, depth + 1);
      case '"':
        tree.kind = JsonTree::Kind::text;
        return read_text(tree.text);
      default:
        return rest_[0] == '-' || is_digit(rest_[0]) ? read_number(tree) : read_word(tree);
    }
  }

  bool enter(std::size_t depth) {
    rest_.remove_prefix(1);
    if (depth <= kMaxJsonDepth) return true;
    return fail("more than " + std::to_string(kMaxJsonDepth) + " levels of brackets: nest less");
  }

  bool read_array(JsonTree& tree, std::size_t depth) {
    tree.kind = JsonTree::Kind::array;
    if (!enter(depth)) return false;
    if (take(']')) return true;
    do {
      if (!read_value(tree.items.emplace_back(), depth)) return false;
    } while (take_comma(']'));
    return take(']') || fail("expected `,` or `]`, found " + next());
  }

  bool read_object(JsonTree& tree, std::size_t depth) {
    tree.kind = JsonTree::Kind::object;
    if (!enter(depth)) return false;
    if (take('}')) return true;
    do {
      if (!read_member(tree, depth)) return false;
    } while (take_comma('}'));
    return take('}') || fail("expected `,` or `}`, found " + next());
  }

  bool read_member(JsonTree& tree, std::size_t depth) {
    skip_space();
    JsonTree::NamedTree member{{}, line_, {}};
    if (tree.members.size() == kMaxJsonMembers)
      return fail("an object has more than " + std::to_string(kMaxJsonMembers) + " members: remove some");
    if (rest_.empty() || rest_[0] != '"') return fail("expected a name in double quotes, found " + next());
    if (!read_text(member.name)) return false;
    if (tree.find(member.name) != nullptr)
      return fail("this object has a second \"" + member.name + "\": keep one of them");
    if (!take(':')) return fail("expected `:` behind a name, found " + next());
    tree.members.push_back(std::move(member));
    return read_value(tree.members.back().value, depth);
  }

  /// The bytes up to the closing quote, checked; 0 when it is not a string.
  std::size_t string_size() {
    std::size_t at = 1;
    while (at < rest_.size() && rest_[at] != '"') {
      const Character character = decode_character(rest_.substr(at));
      if (!character.valid || character.code_point == 0)
        return fail("this text is not UTF-8: save the file in that encoding"), 0;
      if (character.code_point < ' ')
        return fail("a text ends in the line it begins in: close the quote, or write \\n"), 0;
      if (character.code_point != '\\') {
        at += character.bytes;
        continue;
      }
      if (at + 1 < rest_.size() &&
          std::string_view("\"\\/bfnrtu").find(rest_[at + 1]) == std::string_view::npos)
        return fail("a backslash before " + shown(rest_[at + 1]) +
                    " is no escape of JSON: write two of them"),
               0;
      at += 2;
    }
    if (at >= rest_.size()) return fail("a text is not closed: a double quote is missing"), 0;
    return at + 1;
  }

  bool read_text(std::string& text) {
    const std::size_t size = string_size();
    if (size == 0) return false;
    auto read = read_string(rest_.substr(0, size));
    rest_.remove_prefix(size);
    if (std::holds_alternative<LiteralMistake>(read)) return fail("an escape \\u is not a character");
    text = std::get<std::string>(std::move(read));
    return text.find('\0') == std::string::npos || fail("a text cannot contain the character 0");
  }

  bool read_word(JsonTree& tree) {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (rest_.substr(0, word.size()) != word) continue;
      rest_.remove_prefix(word.size());
      tree.kind = word == "null" ? JsonTree::Kind::null : JsonTree::Kind::boolean;
      tree.truth = word == "true";
      return true;
    }
    if (rest_[0] == '/' || rest_[0] == '#') return fail("JSON has no comments: remove it");
    return fail("expected a value, found " + next() + ": texts and names stand in double quotes");
  }

  std::size_t digits(std::size_t at) const {
    while (at < rest_.size() && is_digit(rest_[at])) ++at;
    return at;
  }

  /// Moves `at` over digits; false when there is none.
  bool some_digits(std::size_t& at) const {
    const std::size_t end = digits(at);
    return std::exchange(at, end) != end;
  }

  bool number_ends(std::size_t& at) const {
    if (rest_[at] == '-') ++at;
    const std::size_t first = at;
    if (!some_digits(at) || (rest_[first] == '0' && at > first + 1)) return false;
    if (at < rest_.size() && rest_[at] == '.' && !some_digits(++at)) return false;
    if (at < rest_.size() && (rest_[at] == 'e' || rest_[at] == 'E')) {
      ++at;
      if (at < rest_.size() && (rest_[at] == '+' || rest_[at] == '-')) ++at;
      if (!some_digits(at)) return false;
    }
    return true;
  }

  bool read_number(JsonTree& tree) {
    std::size_t end = 0;
    if (!number_ends(end))
      return fail("this is no number of JSON: write it as 12 or 0.5, or \"0x81\" in quotes");
    tree.kind = JsonTree::Kind::number;
    tree.text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return true;
  }

  std::string_view rest_;
  std::size_t line_ = 1;
  std::optional<TextMistake> mistake_;
};

}  // namespace

const JsonTree* JsonTree::find(std::string_view name) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const NamedTree& member) { return member.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

std::optional<std::uint64_t> JsonTree::whole() const {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  if (kind != Kind::number || text.empty()) return std::nullopt;
  const auto [stopped, refused] = std::from_chars(text.data(), end, number);
  return refused == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

std::optional<double> JsonTree::real() const {
  double number = 0;
  if (kind != Kind::number) return std::nullopt;
  const auto [stopped, refused] = std::from_chars(text.data(), text.data() + text.size(), number);
  return refused == std::errc{} && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::string_view JsonTree::kind_text() const noexcept {
  switch (kind) {
    case Kind::boolean:
      return truth ? "true" : "false";
    case Kind::number:
      return "a number";
    case Kind::text:
      return "a text";
    case Kind::array:
      return "a list";
    case Kind::object:
      return "an object";
    case Kind::null:
      break;
  }
  return "null";
}

std::pair<JsonTree, std::optional<TextMistake>> read_json_tree(std::string_view text) {
  return TreeReader(text).read();
}

}  // namespace qmpev
