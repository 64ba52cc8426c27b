// SPDX-License-Identifier: MIT
// A Stream that spreads what is written to it over several lines, as QEMU's pretty=on does: four blanks a
// level, every line ended by CR LF. What it takes is compact JSON in our own spacing; what another one takes
// is the same JSON. Only sessions that asked for it have one. Loop thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "monitor/stream.hpp"

namespace qmpev {

/// Taken at once and held until the stream behind has it: more than a line of an event, less than what a
/// client could make of a large reply.
inline constexpr std::size_t kPrettyChunkBytes = 4096;

/// Where the text stands between two pieces of it.
class PrettyText {
 public:
  /// Appends `compact`, spread, to `out`. Pieces may be cut anywhere.
  void add(std::string_view compact, std::string& out);

 private:
  void add_structure(char c, std::string& out);
  void break_line(std::string& out) const;

  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool opened_ = false;     ///< the last byte opened an object or a list: its line is not broken yet
  bool separated_ = false;  ///< the last byte was a comma: a blank follows that is not taken
};

std::unique_ptr<Stream> make_pretty_stream(std::unique_ptr<Stream> stream);

}  // namespace qmpev
