// SPDX-License-Identifier: MIT
#include "hypervisor/human_monitor.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <json-glib/json-glib.h>

namespace qmpev {

namespace {

using Subjects = HumanMonitor::Subjects;
using Words = std::span<const std::string_view>;

constexpr std::string_view kBlanks = " \t";

struct Entry {
  std::string_view name;      ///< as it is typed: "info status"
  std::string_view shortcut;  ///< empty: none
  std::string_view parameter;
  std::string_view help;
  std::string (*run)(const Subjects& subjects, std::string_view argument);
};

std::string line(std::string text) {
  return std::move(text) + "\r\n";
}

std::string outcome(const Answer& answer) {
  return answer.is_error() ? line("Error: " + answer.description()) : "";
}

std::string status_text(const Subjects& subjects) {
  const RunStatus now = subjects.run_state.status();
  std::string text = std::string("VM status: ") + (now.running ? "running" : "paused");
  if (!now.running && now.status != "paused") text += " (" + now.status + ")";
  return line(std::move(text));
}

/// In MiB, as QEMU takes it.
std::string set_balloon(const Subjects& subjects, std::string_view argument) {
  constexpr std::string_view kTryHelp = "Try \"help balloon\" for more information";
  constexpr std::int64_t kMaxMiB = INT64_MAX >> 20;
  std::int64_t target = 0;
  const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), target);
  if (argument.empty()) return line("unexpected end of expression") + line(std::string(kTryHelp));
  if (end != argument.data() + argument.size()) {
    return line("invalid char '" + std::string(1, *end) + "' in expression") + line(std::string(kTryHelp));
  }
  if (error != std::errc{} || target <= 0 || target > kMaxMiB) {
    return line("Error: Parameter 'value' expects a size");
  }
  subjects.balloon.set_target(static_cast<std::uint64_t>(target) << 20);
  subjects.on_target();
  return "";
}

std::string help_on(std::string_view beginning);

constexpr std::array<Entry, 10> kEntries{{
    {"balloon", "", "target", "request the machine to change its memory allocation (in MiB)", set_balloon},
    {"cont", "c", "", "resume emulation",
     [](const Subjects& subjects, std::string_view) { return outcome(subjects.run_state.cont()); }},
    {"help", "?", "[command]", "show the help",
     [](const Subjects&, std::string_view argument) { return help_on(argument); }},
    {"info balloon", "", "", "show what the balloon leaves to the guest (in MiB)",
     [](const Subjects& subjects, std::string_view) {
       return line("balloon: actual=" + std::to_string(subjects.balloon.level_bytes() >> 20));
     }},
    {"info name", "", "", "show the machine's name",
     [](const Subjects& subjects, std::string_view) {
       return subjects.name.empty() ? std::string() : line(subjects.name);
     }},
    {"info status", "", "", "show whether the machine runs",
     [](const Subjects& subjects, std::string_view) { return status_text(subjects); }},
    {"quit", "q", "", "end the process",
     [](const Subjects& subjects, std::string_view) { return outcome(subjects.run_state.quit()); }},
    {"stop", "s", "", "stop emulation",
     [](const Subjects& subjects, std::string_view) { return outcome(subjects.run_state.stop()); }},
    {"system_powerdown", "", "", "press the power button",
     [](const Subjects& subjects, std::string_view) { return outcome(subjects.run_state.powerdown()); }},
    {"system_reset", "", "", "reset the machine",
     [](const Subjects& subjects, std::string_view) { return outcome(subjects.run_state.reset()); }},
}};

std::string help_line(const Entry& entry) {
  std::string text(entry.name);
  if (!entry.shortcut.empty()) text += "|" + std::string(entry.shortcut);
  return line(text + " " + std::string(entry.parameter) + " -- " + std::string(entry.help));
}

/// All commands that begin so, or whose shortcut it is.
std::string help_on(std::string_view beginning) {
  std::string text;
  for (const Entry& entry : kEntries) {
    const bool begins = entry.name.substr(0, beginning.size()) == beginning;
    if (begins || entry.shortcut == beginning) text += help_line(entry);
  }
  return text;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (words.size() < kMaxHumanWords) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

/// How many of the words name `entry`; 0: they do not.
std::size_t named_by(const Entry& entry, Words words) {
  if (words[0] == entry.name || words[0] == entry.shortcut) return 1;
  if (words.size() < 2) return 0;
  const std::size_t gap = entry.name.find(' ');
  const bool both = gap != std::string_view::npos && entry.name.substr(0, gap) == words[0] &&
                    entry.name.substr(gap + 1) == words[1];
  return both ? 2 : 0;
}

/// The word `info` alone lists what can be asked; with a word that is none, both are what is unknown.
std::string without_entry(Words words) {
  const bool is_info = words[0] == "info";
  if (is_info && words.size() == 1) return help_on("info ");
  std::string unknown(words[0]);
  if (is_info) unknown += " " + std::string(words[1]);
  return line("unknown command: '" + unknown + "'");
}

std::string too_many_words(const Entry& entry) {
  const std::size_t gap = entry.name.find(' ');
  const std::string_view last = gap == std::string_view::npos ? entry.name : entry.name.substr(gap + 1);
  return line(std::string(last) + ": extraneous characters at the end of line") +
         line("Try \"help " + std::string(entry.name) + "\" for more information");
}

std::string run_entry(const Entry& entry, const Subjects& subjects, Words arguments) {
  const std::size_t taken = entry.parameter.empty() ? 0 : 1;
  if (arguments.size() > taken) return too_many_words(entry);
  return entry.run(subjects, arguments.empty() ? std::string_view() : arguments[0]);
}

/// Without an index the line speaks of all.
bool names_a_cpu(const CpuHotplug& cpus, JsonObject* arguments) {
  if (!json_object_has_member(arguments, "cpu-index")) return true;
  const gint64 index = json_object_get_int_member(arguments, "cpu-index");
  const std::vector<PluggedCpu> plugged = cpus.cpus();
  return std::any_of(plugged.begin(), plugged.end(),
                     [index](const PluggedCpu& cpu) { return cpu.slot == index; });
}

Answer text_answer(const std::string& text) {
  return Answer::value(json_node_init_string(json_node_alloc(), text.c_str()));
}

}  // namespace

std::string HumanMonitor::run(std::string_view line) const {
  const std::vector<std::string_view> words = words_of(line);
  if (words.empty()) return "";
  for (const Entry& entry : kEntries) {
    const std::size_t name_words = named_by(entry, words);
    if (name_words != 0) return run_entry(entry, subjects_, Words(words).subspan(name_words));
  }
  return without_entry(words);
}

Result<void> add_human_monitor_command(Server& server, HumanMonitor monitor, const CpuHotplug& cpus) {
  // No line of ours speaks of one processor, so that cpu-index changes nothing else.
  return server.add_command(
      {"human-monitor-command", {}, [monitor = std::move(monitor), &cpus](JsonObject* arguments) {
         if (!names_a_cpu(cpus, arguments))
           return Answer::error(ErrorClass::generic_error, "Parameter 'cpu-index' expects a CPU number");
         return text_answer(monitor.run(json_object_get_string_member(arguments, "command-line")));
       }});
}

}  // namespace qmpev
