// SPDX-License-Identifier: MIT
#include "spice/log_domain.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

using Lines = std::vector<std::string>;

void note(const char*, GLogLevelFlags, const char* text, gpointer lines) {
  static_cast<Lines*>(lines)->emplace_back(text);
}

}  // namespace

TEST_CASE("what the library logs is taken, of every level, and nothing else", "[spice]") {
  Lines taken, others;
  const GLogFunc before = g_log_set_default_handler(note, &others);
  {
    const LogDomain domain([&](std::string_view text) { taken.emplace_back(text); });
    g_log("Spice", G_LOG_LEVEL_WARNING, "one %d", 1);
    g_log("Spice", G_LOG_LEVEL_DEBUG, "two");
    g_log("Spice", G_LOG_LEVEL_MESSAGE, "three");  // a critical one ends the process under fatal-criticals
    g_log("qmpev", G_LOG_LEVEL_WARNING, "ours");
    g_log("GSpice", G_LOG_LEVEL_WARNING, "a client's");
  }
  g_log("Spice", G_LOG_LEVEL_WARNING, "later");
  g_log_set_default_handler(before, nullptr);
  CHECK(taken == Lines{"one 1", "two", "three"});
  CHECK(others == Lines{"ours", "a client's", "later"});
}
