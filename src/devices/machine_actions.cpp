// SPDX-License-Identifier: MIT
#include "devices/machine_actions.hpp"

#include <array>
#include <type_traits>

namespace qmpev {

namespace {

// Each in the order of its enum.
constexpr std::array<std::string_view, 2> kReboot{"reset", "shutdown"};
constexpr std::array<std::string_view, 2> kShutdown{"poweroff", "pause"};
constexpr std::array<std::string_view, 4> kPanic{"pause", "shutdown", "exit-failure", "none"};
constexpr std::array<std::string_view, 7> kWatchdog{"reset", "shutdown", "poweroff",  "pause",
                                                    "debug", "none",     "inject-nmi"};

struct Action {
  std::string_view name;
  std::span<const std::string_view> words;
  std::size_t (*get)(const MachineActions&) noexcept;
  void (*set)(MachineActions&, std::size_t) noexcept;
};

template <auto Member>
std::size_t get(const MachineActions& actions) noexcept {
  return static_cast<std::size_t>(actions.*Member);
}

template <auto Member>
void set(MachineActions& actions, std::size_t policy) noexcept {
  actions.*Member = static_cast<std::remove_reference_t<decltype(actions.*Member)>>(policy);
}

template <auto Member>
constexpr Action action(std::string_view name, std::span<const std::string_view> words) noexcept {
  return {name, words, get<Member>, set<Member>};
}

constexpr std::array kActions{
    action<&MachineActions::reboot>("reboot", kReboot),
    action<&MachineActions::shutdown>("shutdown", kShutdown),
    action<&MachineActions::panic>("panic", kPanic),
    action<&MachineActions::watchdog>("watchdog", kWatchdog),
};

const Action* find(std::string_view name) noexcept {
  for (const Action& action : kActions)
    if (action.name == name) return &action;
  return nullptr;
}

}  // namespace

std::span<const std::string_view> action_names() noexcept {
  static constexpr std::array<std::string_view, kActions.size()> kNames{kActions[0].name, kActions[1].name,
                                                                        kActions[2].name, kActions[3].name};
  return kNames;
}

std::span<const std::string_view> action_words(std::string_view name) noexcept {
  const Action* action = find(name);
  return action != nullptr ? action->words : std::span<const std::string_view>{};
}

std::string_view action_word(const MachineActions& actions, std::string_view name) noexcept {
  const Action* action = find(name);
  return action != nullptr ? action->words[action->get(actions)] : std::string_view{};
}

bool set_action(MachineActions& actions, std::string_view name, std::string_view word) noexcept {
  const Action* action = find(name);
  if (action == nullptr) return false;
  for (std::size_t policy = 0; policy < action->words.size(); ++policy) {
    if (action->words[policy] != word) continue;
    action->set(actions, policy);
    return true;
  }
  return false;
}

}  // namespace qmpev
