// SPDX-License-Identifier: MIT
#include "cli/raw_object.hpp"

namespace qmpev {

namespace {

/// A place in the text; each step returns false or empty where the text is not what it should be.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  void skip_space() {
    const std::size_t first = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }

  bool take(char wanted) {
    skip_space();
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// A string with its quotes.
  std::string_view take_string() {
    skip_space();
    if (rest_.empty() || rest_[0] != '"') return {};
    return take_bytes(string_size(0));
  }

  std::string_view take_value() {
    skip_space();
    if (rest_.empty()) return {};
    if (rest_[0] == '"') return take_string();
    if (rest_[0] == '{' || rest_[0] == '[') return take_bytes(bracketed_size());
    const std::size_t size = rest_.find_first_of(",}] \t\r\n");
    return take_bytes(size == std::string_view::npos ? 0 : size);
  }

  bool at_end() {
    skip_space();
    return rest_.empty();
  }

 private:
  std::string_view take_bytes(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  /// Size of the string that begins at `start`; 0 when it does not end.
  std::size_t string_size(std::size_t start) const {
    for (std::size_t at = start + 1; at < rest_.size(); ++at) {
      if (rest_[at] == '\\')
        ++at;
      else if (rest_[at] == '"')
        return at + 1 - start;
    }
    return 0;
  }

  /// Size of the array or object that begins here; 0 when it does not end.
  std::size_t bracketed_size() const {
    std::size_t depth = 0;
    for (std::size_t at = 0; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (c == '"') {
        const std::size_t size = string_size(at);
        if (size == 0) return 0;
        at += size - 1;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (--depth == 0) return at + 1;
      }
    }
    return 0;
  }

  std::string_view rest_;
};

std::string_view without_quotes(std::string_view text) {
  return text.substr(1, text.size() - 2);
}

}  // namespace

std::optional<RawObject> RawObject::parse(std::string_view text) {
  Cursor cursor(text);
  RawObject object;
  if (!cursor.take('{')) return std::nullopt;
  if (cursor.take('}')) return cursor.at_end() ? std::optional(object) : std::nullopt;
  do {
    const std::string_view key = cursor.take_string();
    if (key.empty() || !cursor.take(':')) return std::nullopt;
    const std::string_view value = cursor.take_value();
    if (value.empty()) return std::nullopt;
    object.members_.emplace_back(without_quotes(key), value);
  } while (cursor.take(','));
  if (!cursor.take('}') || !cursor.at_end()) return std::nullopt;
  return object;
}

std::optional<std::string_view> RawObject::find(std::string_view key) const {
  for (const auto& [name, value] : members_)
    if (name == key) return value;
  return std::nullopt;
}

std::optional<std::string_view> RawObject::text(std::string_view key) const {
  const auto value = find(key);
  if (!value || value->front() != '"') return std::nullopt;
  return without_quotes(*value);
}

std::optional<std::vector<std::string_view>> raw_items(std::string_view text) {
  Cursor cursor(text);
  std::vector<std::string_view> items;
  if (!cursor.take('[')) return std::nullopt;
  if (cursor.take(']')) return cursor.at_end() ? std::optional(items) : std::nullopt;
  do {
    const std::string_view item = cursor.take_value();
    if (item.empty()) return std::nullopt;
    items.push_back(item);
  } while (cursor.take(','));
  if (!cursor.take(']') || !cursor.at_end()) return std::nullopt;
  return items;
}

}  // namespace qmpev
