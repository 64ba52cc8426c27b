// SPDX-License-Identifier: MIT
#include "scenario/tree_text.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("a tree is written as one line of JSON that means the same", "[scenario]") {
  const auto [tree, mistake] =
      read_json_tree("{\"a\":[1.50,\ntrue,null,false],\"b\":{\"c\":\"x\\\"\\n\"},\"d\":[]}");
  REQUIRE_FALSE(mistake);
  CHECK(text_of(tree) == R"({"a": [1.50, true, null, false], "b": {"c": "x\"\n"}, "d": []})");
}

TEST_CASE("a shown text obeys no terminal and has an end", "[scenario]") {
  CHECK(shown_text("a\x1b[1m\n") == "a?[1m?");
  CHECK(shown_text(std::string(1'000, 'x')) == std::string(1'000, 'x'));
  CHECK(shown_text(std::string(1'001, 'x')) == std::string(1'000, 'x') + "...");
}
