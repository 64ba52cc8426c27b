// SPDX-License-Identifier: MIT
// A key is read from the line itself. Inside a text every quote is escaped, so that the bytes of a label,
// quotes and all, stand nowhere but where the member is.
#include "monitor/kept_lines.hpp"

#include <algorithm>

#include "event/keep_labels.hpp"

namespace qmpev {
namespace {

std::size_t index(EventKind kind) noexcept {
  return static_cast<std::size_t>(kind);
}

/// The value that begins `rest`, a text with its opening quote.
std::string_view value_at(std::string_view rest) noexcept {
  if (rest.empty() || rest.front() != '"') return rest.substr(0, rest.find_first_of(",}"));
  std::size_t end = 1;
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  return rest.substr(0, end);
}

}  // namespace

void read_keep_key(EventKind kind, WireForm form, std::string_view line, std::string& key) {
  key.clear();
  for (const std::string_view label : kKeepLabels[index(kind)][static_cast<std::size_t>(form)]) {
    if (label.empty()) break;
    const std::size_t at = line.find(label);
    if (at != std::string_view::npos) key += value_at(line.substr(at + label.size()));
    key += ',';
  }
}

KeptLines::KeptLines(std::size_t max_keys) : max_keys_(max_keys), lines_(1) {
  lines_.front().sequence = UINT64_MAX;
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) {
    if (!kEventInfo[kind].keep) continue;
    if (!kKeepLabels[kind][0][0].empty()) {
      of_kind_[kind] = kByKey;
      continue;
    }
    of_kind_[kind] = static_cast<KeptPlace>(lines_.size());
    lines_.push_back({static_cast<EventKind>(kind), UINT64_MAX, {}, false});
  }
}

void KeptLines::drop(KeptLine& kept) {
  forgotten_.erase(kept.sequence);
  kept.forgotten = false;
  ++version_;
}

KeptPlace KeptLines::place_of(const EventLine& event) {
  const WireForm form = event.line[0].empty() ? WireForm::qemu : WireForm::document;
  read_keep_key(event.kind, form, event.line[static_cast<std::size_t>(form)], key_);
  Keys& keys = keys_[index(event.kind)];
  if (const auto found = keys.find(key_); found != keys.end()) return found->second;
  KeptPlace place = 0;
  if (keys.size() == max_keys_) {
    place = displace(keys);
  } else {
    place = static_cast<KeptPlace>(lines_.size());
    lines_.push_back({event.kind, UINT64_MAX, {}, false});
  }
  keys.emplace(key_, place);
  return place;
}

KeptPlace KeptLines::displace(Keys& keys) {
  const auto oldest = std::min_element(keys.begin(), keys.end(), [this](const auto& left, const auto& right) {
    return lines_[left.second].sequence < lines_[right.second].sequence;
  });
  const KeptPlace place = oldest->second;
  keys.erase(oldest);
  ++displaced_;
  return place;
}

void KeptLines::forget(KeptPlace place, const std::array<std::string_view, kWireForms>& lines) {
  KeptLine& kept = lines_[place];
  for (std::size_t form = 0; form < kWireForms; ++form) kept.line[form] = lines[form];
  kept.forgotten = true;
  forgotten_.emplace_hint(forgotten_.end(), kept.sequence, place);
  ++version_;
}

const KeptLine* KeptLines::next(WireForm form, std::uint64_t from, std::uint64_t until) const noexcept {
  for (auto at = forgotten_.lower_bound(from); at != forgotten_.end() && at->first < until; ++at) {
    const KeptLine& kept = lines_[at->second];
    if (!kept.line[static_cast<std::size_t>(form)].empty()) return &kept;
  }
  return nullptr;
}

}  // namespace qmpev
