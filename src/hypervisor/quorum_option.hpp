// SPDX-License-Identifier: MIT
// The value of --quorum: NAME, then settings behind commas, a comma in a path doubled as QEMU does.
// Reentrant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/result.hpp>

#include "devices/quorum.hpp"

namespace qmpev {

/// Bytes of a node's name, as in QEMU's block graph.
inline constexpr std::size_t kMaxNodeNameBytes = 31;

/// What --quorum takes, for usage texts and refusals.
inline constexpr std::string_view kQuorumOptionForm =
    "NAME,file=PATH,file=PATH,...[,threshold=N][,pattern=quorum|fifo][,rewrite=on|off]";

struct QuorumFile {
  std::string path;
  std::string node_name;  ///< NAME-0, NAME-1, ... unless `node=` behind the file says something else
};

struct QuorumOption {
  std::string name;
  std::vector<QuorumFile> files;   ///< one or more
  std::size_t vote_threshold = 0;  ///< unless it is given, more than half of the files
  QuorumConfig::ReadPattern read_pattern = QuorumConfig::ReadPattern::quorum;
  bool rewrite = false;
};

/// Fails with invalid_argument and a sentence that says what to write instead. Looks at no file.
Result<QuorumOption> parse_quorum_option(std::string_view text);

}  // namespace qmpev
