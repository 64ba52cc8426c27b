// SPDX-License-Identifier: MIT
#include "hypervisor/block_nodes.hpp"

#include <algorithm>
#include <string_view>

namespace qmpev {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_well_formed(std::string_view name) {
  if (name.empty() || !is_letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

}  // namespace

std::optional<std::string> BlockNodes::mistake_in_name(const std::string& name) const {
  if (!is_well_formed(name)) return "Invalid node-name: '" + name + "'";
  if (nodes_.find(name) != nodes_.end()) return "Duplicate nodes with node-name='" + name + "'";
  if (name.size() > kMaxNodeNameBytes) return "Node name too long";
  return std::nullopt;
}

std::optional<std::string> BlockNodes::name_mistake(const BlockNodeSpec& spec) const {
  if (!spec.name) return "'node-name' must be specified for the root node";
  return mistake_in_name(*spec.name);
}

std::optional<std::string> BlockNodes::add(const BlockNodeSpec& spec) {
  if (auto mistake = name_mistake(spec)) return mistake;
  const std::size_t more = spec.image && !spec.image->is_reference && spec.image->name ? 2 : 1;
  if (nodes_.size() + more > kMaxBlockNodes) {
    return "There are " + std::to_string(nodes_.size()) +
           " block nodes already: remove some with blockdev-del";
  }
  Node node{.of_client = true};
  if (spec.image && spec.image->name) {
    const std::string& image = *spec.image->name;
    const auto found = nodes_.find(image);
    if (spec.image->is_reference) {
      if (found == nodes_.end()) return "Cannot find device='" + image + "' nor node-name='" + image + "'";
      ++found->second.parents;
    } else {
      if (image == *spec.name) return "Duplicate nodes with node-name='" + image + "'";
      if (auto mistake = mistake_in_name(image)) return mistake;
      nodes_[image] = {.parents = 1};
    }
    node.image = image;
  }
  nodes_[*spec.name] = std::move(node);
  return std::nullopt;
}

std::optional<std::string> BlockNodes::remove(const std::string& name) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return "Failed to find node with node-name='" + name + "'";
  if (!found->second.of_client) return "Node " + name + " is not owned by the monitor";
  if (found->second.parents > 0) return "Block device " + name + " is in use";
  const std::string image = found->second.image;
  nodes_.erase(found);
  const auto below = nodes_.find(image);
  if (below == nodes_.end()) return std::nullopt;
  --below->second.parents;
  if (!below->second.of_client && below->second.parents == 0) nodes_.erase(below);
  return std::nullopt;
}

}  // namespace qmpev
