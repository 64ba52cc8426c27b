// SPDX-License-Identifier: MIT
#include "cli/state_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "support/temporary_directory.hpp"

using namespace qmpev;

namespace {

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST_CASE("what was saved is loaded, and nothing where there is no file", "[cli]") {
  const test::TemporaryDirectory folder;
  const StateFile file(folder / "state");
  CHECK_FALSE(file.load().value());
  REQUIRE(file.save({"00ff", 18446744073709551615u}));
  CHECK(content(file.path()) == "{\"epoch\": \"00ff\", \"next\": 18446744073709551615}\n");
  const auto state = file.load().value();
  REQUIRE(state);
  CHECK(state->epoch == "00ff");
  CHECK(state->next == 18446744073709551615u);
  REQUIRE(file.save({"a", 1}));
  CHECK(file.load().value()->next == 1);
  CHECK(::access((file.path() + ".new").c_str(), F_OK) != 0);
}

TEST_CASE("the file is never half written: what an end in between leaves beside it does no harm", "[cli]") {
  const test::TemporaryDirectory folder;
  const StateFile file(folder / "state");
  REQUIRE(file.save({"a", 1}));
  std::ofstream(file.path() + ".new") << "{\"epoch\": \"b";
  CHECK(file.load().value()->next == 1);
  REQUIRE(file.save({"a", 2}));
  CHECK(file.load().value()->next == 2);
}

TEST_CASE("a file that is something else is refused, not overwritten", "[cli]") {
  const test::TemporaryDirectory folder;
  const StateFile file(folder / "state");
  const char* const text = GENERATE("", "{}", "notes", "{\"epoch\": \"a\"}", "{\"epoch\": 1, \"next\": 2}",
                                    "{\"epoch\": \"a\", \"next\": -1}", "{\"epoch\": \"a\", \"next\": 1.5}",
                                    "{\"epoch\": \"a\", \"next\": 18446744073709551616}");
  std::ofstream(file.path()) << text;
  const auto loaded = file.load();
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ErrorCode::invalid_argument);
  CHECK(content(file.path()) == text);
}

TEST_CASE("where nothing can be written the sentence says so, and the state stays", "[cli]") {
  const test::TemporaryDirectory folder;
  const StateFile file(folder / "no such folder/state");
  const auto saved = file.save({"a", 1});
  REQUIRE_FALSE(saved);
  CHECK(saved.error().sentence.find("cannot write") == 0);
  CHECK_FALSE(StateFile(folder / "x").save({"a", 1}).operator bool() == false);
  REQUIRE(::mkdir((folder / "folder").c_str(), 0700) == 0);
  CHECK_FALSE(StateFile(folder / "folder").save({"a", 1}));
}

}  // namespace
