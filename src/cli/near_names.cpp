// SPDX-License-Identifier: MIT
#include "cli/near_names.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

namespace qmpev {
namespace {

constexpr std::size_t kFar = 1000;
constexpr std::size_t kMinPartBytes = 3;

std::string plain(std::string_view name) {
  std::string letters;
  for (const char byte : name) {
    if (byte == '_' || byte == '-' || byte == ' ') continue;
    letters += byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
  }
  return letters;
}

/// How many letters have to be put in, taken out or changed. Both are at most kMaxComparedBytes long.
std::size_t edits(std::string_view from, std::string_view to) {
  std::array<std::size_t, kMaxComparedBytes + 1> row;
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[to.size()];
}

/// A third of the letters may be wrong; a part of a name is behind every mistyped one.
std::size_t distance(const std::string& word, const std::string& name) {
  const std::size_t wrong = edits(word, name);
  if (wrong * 3 <= name.size()) return wrong;
  const std::size_t at = word.size() >= kMinPartBytes ? name.find(word) : std::string::npos;
  if (at == std::string::npos) return kFar;
  return kFar / 2 + (at == 0 ? 0 : kMaxComparedBytes) + name.size();  // those that begin with it first
}

}  // namespace

std::vector<std::string_view> near_names(std::string_view word, const std::vector<std::string_view>& names) {
  std::vector<std::pair<std::size_t, std::string_view>> found;
  if (word.size() > kMaxComparedBytes) return {};
  const std::string wanted = plain(word);
  for (const std::string_view name : names) {
    if (name.size() > kMaxComparedBytes) continue;
    const std::size_t far = distance(wanted, plain(name));
    if (far < kFar) found.emplace_back(far, name);
  }
  std::sort(found.begin(), found.end());
  if (found.size() > kMaxNearNames) found.resize(kMaxNearNames);
  std::vector<std::string_view> near;
  for (const auto& pair : found) near.push_back(pair.second);
  return near;
}

}  // namespace qmpev
