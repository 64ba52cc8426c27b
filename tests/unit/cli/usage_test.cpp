// SPDX-License-Identifier: MIT
#include "cli/usage.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "cli/serve_options.hpp"
#include "cli/trigger_options.hpp"
#include "cli/watch_options.hpp"

using namespace qmpev;

namespace {

/// The options at the start of a line of a help text.
std::vector<std::string> options_in(std::string_view usage) {
  std::vector<std::string> options;
  for (std::size_t at = usage.find("\n  --"); at != std::string_view::npos;
       at = usage.find("\n  --", at + 1)) {
    const std::string_view option = usage.substr(at + 3);
    options.emplace_back(option.substr(0, option.find_first_of(" \n")));
  }
  return options;
}

/// What to write behind an option of serve that takes a value.
std::string value_for(const std::string& option) {
  static const std::map<std::string, std::string> kValues = {
      {"--action", "=panic=none"},
      {"--listen", "=unix:a"},
      {"--quorum", "=vda,file=a"},
      {"--spice", "=port=0"},
      {"--transcript", "=t"},
      {"--scenario", "=a"},
      {"--seed", "=7"},
  };
  const auto found = kValues.find(option);
  return found == kValues.end() ? "" : found->second;
}

}  // namespace

TEST_CASE("every option in a help text is one that the verb takes", "[cli]") {
  REQUIRE(options_in(serve_usage()).size() >= 3);
  for (const std::string& option : options_in(serve_usage())) {
    INFO(option);
    std::vector<std::string> words{option + value_for(option)};
    if (option == "--seed") words.emplace_back("--scenario=a");
    CHECK(parse_serve_options(words));
  }
  REQUIRE(options_in(watch_usage()).size() == 6);
  for (const std::string& option : options_in(watch_usage())) {
    const bool flag = option == "--json" || option == "--help";
    INFO(option);
    CHECK(parse_watch_options({option + (flag ? "" : "=1")}));
  }
  REQUIRE(options_in(trigger_usage()).size() == 3);
  for (const std::string& option : options_in(trigger_usage())) {
    INFO(option);
    CHECK(parse_trigger_options({option}));
  }
}

TEST_CASE("help texts fit a terminal of 120 columns", "[cli]") {
  for (const std::string_view usage :
       {program_usage(), serve_usage(), run_usage(), watch_usage(), trigger_usage()}) {
    std::size_t start = 0;
    for (std::size_t end = usage.find('\n'); end != std::string_view::npos; end = usage.find('\n', start)) {
      CHECK(end - start <= 120);
      start = end + 1;
    }
  }
}
