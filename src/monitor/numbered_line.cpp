// SPDX-License-Identifier: MIT
#include "monitor/numbered_line.hpp"

namespace qmpev {

void number_line(std::string_view line, std::uint64_t sequence, std::string& out) {
  constexpr std::string_view kEnd = "}\r\n";
  out.assign(line.substr(0, line.size() - kEnd.size()));
  out += ", \"";
  out += kSequenceMember;
  out += "\": ";
  out += std::to_string(sequence);
  out += kEnd;
}

}  // namespace qmpev
