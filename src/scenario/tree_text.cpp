// SPDX-License-Identifier: MIT
#include "scenario/tree_text.hpp"

#include <algorithm>

#include "wire/writer.hpp"

namespace qmpev {

namespace {

constexpr std::size_t kMaxShownBytes = 1'000;  // a sentence that lists every device is shorter

std::string quoted(const std::string& text) {
  std::string out;
  write_json(Value(text), out);
  return out;
}

}  // namespace

std::string text_of(const JsonTree& tree) {
  std::string out;
  switch (tree.kind) {
    case JsonTree::Kind::text:
      return quoted(tree.text);
    case JsonTree::Kind::array:
      for (const JsonTree& item : tree.items) out += (out.empty() ? "" : ", ") + text_of(item);
      return "[" + out + "]";
    case JsonTree::Kind::object:
      for (const auto& [name, line, value] : tree.members)
        out += (out.empty() ? "" : ", ") + quoted(name) + ": " + text_of(value);
      return "{" + out + "}";
    case JsonTree::Kind::number:
      return tree.text;
    case JsonTree::Kind::boolean:
    case JsonTree::Kind::null:
      break;
  }
  return std::string(tree.kind_text());
}

std::string shown_text(std::string_view text) {
  std::string shown(text.substr(0, kMaxShownBytes));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  if (text.size() > kMaxShownBytes) shown += "...";
  return shown;
}

}  // namespace qmpev
