// SPDX-License-Identifier: MIT
// The block nodes that clients add: null-co, and blkdebug in front of one. No guest reads them; they are
// there for management software that builds and takes down graphs, and blkdebug for its configuration, a file
// that is read when the node is added. Knows names and who stands on whom; QEMU's rules and words. Loop
// thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include <qmpev/protocol.hpp>

namespace qmpev {

/// Nodes with a name, so that a client cannot have us keep any number of them.
inline constexpr std::size_t kMaxBlockNodes = 256;
/// QEMU's limit of a node's name.
inline constexpr std::size_t kMaxNodeNameBytes = 31;

/// A node to be added.
struct BlockNodeSpec {
  std::optional<std::string> name;
  /// Of blkdebug: another node that it stands on, by name, or one that comes with it and may have a name.
  struct Image {
    bool is_reference = false;
    std::optional<std::string> name;
  };
  std::optional<Image> image;
};

class BlockNodes {
 public:
  /// What is wrong with the node's own name, as far as that is known before it is opened.
  std::optional<std::string> name_mistake(const BlockNodeSpec& spec) const;
  /// Adds it, or says what is wrong.
  std::optional<std::string> add(const BlockNodeSpec& spec);
  /// Removes the node, and the one that came with it; or says what is wrong.
  std::optional<std::string> remove(const std::string& name);
  std::size_t size() const noexcept { return nodes_.size(); }

 private:
  struct Node {
    bool of_client = false;  ///< added by name, not as part of another
    std::string image;       ///< the node it stands on; empty: none with a name
    std::size_t parents = 0;
  };
  std::optional<std::string> mistake_in_name(const std::string& name) const;

  std::map<std::string, Node, std::less<>> nodes_;
};

}  // namespace qmpev
