// SPDX-License-Identifier: MIT
// The captured conversations with QEMU 10.0.2 in data/protocol.jsonl, decoded: per connection all bytes a
// client wrote and all bytes it got. Relies on json-glib, which has no part in what is tested.
#pragma once

#include <string>
#include <vector>

namespace qmpev::test {

struct Conversation {
  std::string input;
  std::string output;
};

struct ProtocolCase {
  std::string id;
  std::string mode;  ///< raw, neg, oob or scripted
  std::vector<Conversation> conversations;
};

/// All cases in the order of the file; throws when the file cannot be read.
std::vector<ProtocolCase> load_protocol_cases();

/// `output` cut after each CR LF.
std::vector<std::string> lines_of(const std::string& output);

}  // namespace qmpev::test
