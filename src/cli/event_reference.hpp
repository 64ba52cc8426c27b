// SPDX-License-Identifier: MIT
// What the schema says of each event, as rows for a reader. The table is generated (codegen/reference.py).
// Any thread: constants.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <qmpev/wire_form.hpp>

namespace qmpev {

struct ReferenceRow {
  enum class Kind : std::uint8_t {
    member,  ///< name, facts (type, unit, whether optional), doc
    value,   ///< a value of the enum of the member above: name, doc
    branch,  ///< what follows is there when the member `name` is `facts`; doc
  };
  Kind kind;
  std::uint8_t depth;  ///< 0: a member of `data`
  std::string_view name;
  std::string_view facts;
  std::string_view doc;
};

struct EventReference {
  std::string_view name;
  std::string_view doc;
  std::string_view file;        ///< of the schema
  std::uint32_t rate_limit_ms;  ///< 0: none
  std::string_view key;         ///< of the rate limit; empty: none
  bool keep;                    ///< the newest is told to a client that lost events
  std::string_view keep_key;    ///< `a` and `b`: the newest of each; empty: of all
  std::string_view until;       ///< QEMU's last release that has it; empty: it has it still
  std::string_view features;    ///< marks of introspection, as `a, b`
  std::span<const ReferenceRow> rows[kWireForms];
  std::string_view example[kWireForms];  ///< a whole line without CR LF

  bool one_form() const noexcept { return rows[0].data() == rows[1].data() && example[0] == example[1]; }
};

/// All events by name.
std::span<const EventReference> event_references() noexcept;

}  // namespace qmpev
