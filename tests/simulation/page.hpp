// SPDX-License-Identifier: MIT
// What a reply to x-qmpev-resume has to say, told from the journal: each event that was wanted, byte for byte
// with its number, or that it is gone. Single thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "simulation/events.hpp"
#include "simulation/journal.hpp"

namespace qmpev::simulation {

/// By place in kKinds.
using Wanted = std::array<bool, kKinds.size()>;

struct Page {
  std::uint64_t next = 0;
  std::uint64_t oldest = 0;
  bool more = false;
  std::vector<std::uint64_t> numbers;  ///< of its events
};

/// A whole numbered line, of the unnumbered one.
std::string numbered(std::string_view line, std::uint64_t number);

/// Reads and checks one reply. Whatever is wrong with it is said to `verdict`.
class PageReader {
 public:
  /// All borrowed. `from` and `wanted` are what was asked for.
  PageReader(const Journal& journal, WireForm form, std::uint64_t from, const Wanted& wanted,
             Verdict& verdict)
      : journal_(journal), form_(form), from_(from), wanted_(wanted), verdict_(verdict) {}
  Page read(std::string_view line);

 private:
  std::uint64_t number_behind(std::string_view label);
  void read_events(Page& page);
  void check_gone(const Page& page);
  void check_complete(const Page& page);
  void check_refused(const Page& page);
  bool has_newer(std::uint64_t index, std::uint64_t end) const noexcept;
  bool expects(std::uint64_t index) const noexcept;
  void fail(const std::string& what) { verdict_.fail("pages", what); }

  const Journal& journal_;
  WireForm form_;
  std::uint64_t from_;
  const Wanted& wanted_;
  Verdict& verdict_;
  std::string_view line_;
};

}  // namespace qmpev::simulation
