// SPDX-License-Identifier: MIT
#include "hypervisor/quorum_option.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace qmpev {

namespace {

Error refusal(std::string sentence) {
  return {ErrorCode::invalid_argument, std::move(sentence)};
}

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool may_follow(char c) noexcept {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

Result<void> check_name(const std::string& name) {
  if (name.empty() || !is_letter(name.front()) || !std::all_of(name.begin(), name.end(), may_follow))
    return refusal("'" + name +
                   "' is no name for a node: use a letter, then letters, digits, '-', '.' and '_'");
  if (name.size() > kMaxNodeNameBytes)
    return refusal("the node name " + name + " has " + std::to_string(name.size()) + " bytes: use at most " +
                   std::to_string(kMaxNodeNameBytes));
  return {};
}

/// What lies between single commas, doubled ones made single.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool doubled = text.substr(i, 2) == ",,";
    if (text[i] == ',' && !doubled) {
      parts.emplace_back();
      continue;
    }
    parts.back() += text[i];
    if (doubled) ++i;
  }
  return parts;
}

Result<void> take_file(QuorumOption& option, std::string value) {
  if (value.empty()) return refusal("file= of --quorum names no file: use file=PATH");
  if (option.files.size() == kMaxQuorumChildren)
    return refusal("--quorum takes at most " + std::to_string(kMaxQuorumChildren) + " files");
  option.files.push_back({std::move(value), {}});
  return {};
}

Result<void> take_node(QuorumOption& option, std::string value) {
  if (option.files.empty() || !option.files.back().node_name.empty())
    return refusal("node=" + value + " of --quorum stands behind the file it names: file=PATH,node=" + value);
  option.files.back().node_name = std::move(value);
  return check_name(option.files.back().node_name);
}

Result<void> take_threshold(QuorumOption& option, const std::string& value) {
  const char* end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, option.vote_threshold);
  if (error != std::errc{} || rest != end || option.vote_threshold < 1)
    return refusal("threshold=" + value + " of --quorum is no number of votes: use a whole number from 1 on");
  return {};
}

Result<void> take_setting(QuorumOption& option, const std::string& setting) {
  const std::size_t equals = std::min(setting.find('='), setting.size());
  const std::string key = setting.substr(0, equals);
  std::string value = setting.substr(std::min(equals + 1, setting.size()));
  if (key == "file") return take_file(option, std::move(value));
  if (key == "node") return take_node(option, std::move(value));
  if (key == "threshold") return take_threshold(option, value);
  if (key == "pattern") {
    if (value != "quorum" && value != "fifo")
      return refusal("pattern=" + value + " of --quorum is not known: use pattern=quorum or pattern=fifo");
    option.read_pattern =
        value == "fifo" ? QuorumConfig::ReadPattern::fifo : QuorumConfig::ReadPattern::quorum;
    return {};
  }
  if (key == "rewrite") {
    if (value != "on" && value != "off")
      return refusal("rewrite=" + value + " of --quorum is not known: use rewrite=on or rewrite=off");
    option.rewrite = value == "on";
    return {};
  }
  return refusal("unknown setting '" + setting + "' of --quorum: use " + std::string(kQuorumOptionForm) +
                 " (a comma in a path is doubled)");
}

/// What was not said, and what can be known to be wrong only at the end.
Result<void> complete(QuorumOption& option) {
  const std::size_t count = option.files.size();
  if (count == 0)
    return refusal("--quorum " + option.name + " has no file: use " + std::string(kQuorumOptionForm));
  if (option.vote_threshold == 0) option.vote_threshold = count / 2 + 1;
  if (option.vote_threshold > count)
    return refusal("threshold=" + std::to_string(option.vote_threshold) + " of --quorum cannot be met by " +
                   std::to_string(count) + (count == 1 ? " file" : " files") + ": use at most " +
                   std::to_string(count));
  for (std::size_t number = 0; number < count; ++number) {
    std::string& name = option.files[number].node_name;
    if (name.empty()) name = option.name + "-" + std::to_string(number);
    if (auto usable = check_name(name); !usable) return usable.error();
    if (name == option.name)
      return refusal("a file of --quorum is named " + name +
                     " like the whole: each node has a name of its own");
    for (std::size_t before = 0; before < number; ++before)
      if (option.files[before].node_name == name)
        return refusal("two files of --quorum are named " + name + ": each node has a name of its own");
  }
  return {};
}

}  // namespace

Result<QuorumOption> parse_quorum_option(std::string_view text) {
  const std::vector<std::string> parts = split(text);
  QuorumOption option;
  option.name = parts.front();
  if (auto usable = check_name(option.name); !usable) return usable.error();
  for (auto part = parts.begin() + 1; part != parts.end(); ++part)
    if (auto taken = take_setting(option, *part); !taken) return taken.error();
  if (auto completed = complete(option); !completed) return completed.error();
  return option;
}

}  // namespace qmpev
