// SPDX-License-Identifier: MIT
#include "hypervisor/block_nodes.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

BlockNodeSpec on(const std::string& name, const std::string& image, bool is_reference) {
  return {name, BlockNodeSpec::Image{is_reference, image}};
}

TEST_CASE("names of block nodes are QEMU's", "[hypervisor]") {
  BlockNodes nodes;
  CHECK(nodes.add({}) == "'node-name' must be specified for the root node");
  for (const std::string name : {"", "0x", "a b", "-a"})
    CHECK(nodes.add({name, {}}) == "Invalid node-name: '" + name + "'");
  CHECK_FALSE(nodes.add({"a.b-c_d", {}}));
  CHECK(nodes.add({"a.b-c_d", {}}) == "Duplicate nodes with node-name='a.b-c_d'");
  CHECK_FALSE(nodes.add({std::string(kMaxNodeNameBytes, 'a'), {}}));
  CHECK(nodes.add({std::string(kMaxNodeNameBytes + 1, 'a'), {}}) == "Node name too long");
}

TEST_CASE("a node on which another stands stays", "[hypervisor]") {
  BlockNodes nodes;
  CHECK(nodes.add(on("above", "below", true)) == "Cannot find device='below' nor node-name='below'");
  CHECK_FALSE(nodes.add({"below", {}}));
  CHECK_FALSE(nodes.add(on("above", "below", true)));
  CHECK_FALSE(nodes.add(on("beside", "below", true)));
  CHECK(nodes.remove("below") == "Block device below is in use");
  CHECK_FALSE(nodes.remove("above"));
  CHECK(nodes.remove("below") == "Block device below is in use");
  CHECK_FALSE(nodes.remove("beside"));
  CHECK_FALSE(nodes.remove("below"));
  CHECK(nodes.remove("below") == "Failed to find node with node-name='below'");
}

TEST_CASE("a node that came with another goes with the last that stands on it", "[hypervisor]") {
  BlockNodes nodes;
  CHECK(nodes.add(on("above", "above", false)) == "Duplicate nodes with node-name='above'");
  CHECK(nodes.add(on("above", "0", false)) == "Invalid node-name: '0'");
  CHECK(nodes.size() == 0);
  CHECK_FALSE(nodes.add(on("above", "below", false)));
  CHECK_FALSE(nodes.add(on("beside", "below", true)));
  CHECK(nodes.remove("below") == "Node below is not owned by the monitor");
  CHECK_FALSE(nodes.remove("above"));
  CHECK(nodes.size() == 2);
  CHECK_FALSE(nodes.remove("beside"));
  CHECK(nodes.size() == 0);
}

TEST_CASE("there are as many nodes as the limit, and no more", "[hypervisor]") {
  BlockNodes nodes;
  for (std::size_t i = 0; i + 1 < kMaxBlockNodes; ++i)
    REQUIRE_FALSE(nodes.add({"n" + std::to_string(i), {}}));
  CHECK(nodes.add(on("above", "below", false)));  // two at once
  CHECK_FALSE(nodes.add({"last", {}}));
  CHECK(nodes.add({"more", {}}));
  CHECK_FALSE(nodes.remove("last"));
  CHECK_FALSE(nodes.add({"more", {}}));
}

}  // namespace
}  // namespace qmpev
