// SPDX-License-Identifier: MIT
#include "hypervisor/action_option.hpp"

#include <span>
#include <string>

namespace qmpev {

namespace {

std::string joined(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : "|").append(word);
  return text;
}

Error refusal(std::string sentence) {
  return {ErrorCode::invalid_argument, std::move(sentence)};
}

}  // namespace

Result<MachineActions> parse_action_option(std::string_view text, MachineActions actions) {
  while (true) {
    const std::string_view setting = text.substr(0, text.find(','));
    const std::string_view name = setting.substr(0, setting.find('='));
    const auto words = action_words(name);
    if (words.empty())
      return refusal("unknown action '" + std::string(name) + "': use " + joined(action_names()) +
                     ", as in --action panic=pause");
    const std::string_view word = setting.substr(std::min(name.size() + 1, setting.size()));
    if (!set_action(actions, name, word))
      return refusal("unknown " + std::string(name) + " action '" + std::string(word) + "': use " +
                     std::string(name) + "=" + joined(words));
    if (setting.size() == text.size()) return actions;
    text.remove_prefix(setting.size() + 1);
  }
}

}  // namespace qmpev
