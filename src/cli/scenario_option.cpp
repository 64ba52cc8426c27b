// SPDX-License-Identifier: MIT
#include "cli/scenario_option.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include "cli/argument_reader.hpp"
#include "scenario/scenario.hpp"
#include "scenario/shipped_scenarios.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kFileEnding = ".json";

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// Wrong usage whatever the reason: nothing has started yet.
Error cannot_read(const std::string& path, int error) {
  return usage_error("cannot read the scenario " + path + ": " + std::strerror(error) +
                     " (--scenario list shows those that need no file)");
}

Result<ScenarioText> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (!file) return cannot_read(path, errno);
  ScenarioText scenario{path, {}};
  std::array<char, 16'384> bytes;
  // One byte more than allowed is enough for the parser to see that it is too much.
  while (scenario.text.size() <= kMaxScenarioBytes) {
    const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), file.get());
    scenario.text.append(bytes.data(), got);
    if (got > 0) continue;
    if (std::ferror(file.get()) != 0) return cannot_read(path, errno);
    break;
  }
  return scenario;
}

bool is_file(std::string_view value) {
  return value.find('/') != std::string_view::npos ||
         (value.size() > kFileEnding.size() &&
          value.substr(value.size() - kFileEnding.size()) == kFileEnding);
}

}  // namespace

Result<ScenarioText> load_scenario(const std::string& value) {
  if (value.empty()) return ScenarioText{};
  if (is_file(value)) return read_file(value);
  const ShippedScenario* shipped = find_shipped_scenario(value);
  if (shipped != nullptr)
    return ScenarioText{std::string(shipped->name) + ".json", std::string(shipped->text)};
  return usage_error("there is no scenario '" + value + "': --scenario list shows what there is; write ./" +
                     value + " if it is a file");
}

std::string scenario_list() {
  std::size_t columns = 0;
  for (const ShippedScenario& shipped : shipped_scenarios()) columns = std::max(columns, shipped.name.size());
  std::string list;
  for (const ShippedScenario& shipped : shipped_scenarios()) {
    list += shipped.name;
    list += std::string(columns + 3 - shipped.name.size(), ' ');
    list += shipped.title;
    list += '\n';
  }
  return list;
}

Result<std::uint64_t> parse_seed(std::string_view text) {
  std::uint64_t seed = 0;
  const auto [end, refused] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (refused != std::errc{} || end != text.data() + text.size() || seed > kMaxSeed)
    return usage_error("--seed takes a whole number from 0 to " + std::to_string(kMaxSeed) + ", not '" +
                       std::string(text) + "'");
  return seed;
}

}  // namespace qmpev
