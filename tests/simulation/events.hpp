// SPDX-License-Identifier: MIT
// The events of the simulation: seven kinds that differ in all that matters on their way (limited or not, by
// key or not, one form or two, short or long, the schema's or the embedder's own), each with a serial number
// in it, and what their lines have to be, written down apart from the encoder. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <qmpev/emitter.hpp>
#include <qmpev/registered_event.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev::simulation {

/// The first that is registered.
inline constexpr EventKind kOwnKind = static_cast<EventKind>(kEventKinds);
inline constexpr std::array kKinds = {EventKind::balloon_change,
                                      EventKind::quorum_report_bad,
                                      EventKind::quorum_failure,
                                      EventKind::migration_pass,
                                      EventKind::acpi_device_ost,
                                      EventKind::device_deleted,
                                      kOwnKind};
inline constexpr std::array<std::string_view, kKinds.size()> kNames = {
    "BALLOON_CHANGE",  "QUORUM_REPORT_BAD", "QUORUM_FAILURE", "MIGRATION_PASS",
    "ACPI_DEVICE_OST", "DEVICE_DELETED",    "X_LAMP"};
/// One more than the longest identifier.
inline constexpr std::size_t kOversizeBytes = 256;

/// Those of which a client that lost some is told the newest of each key. (So it is of DEVICE_DELETED, as far
/// as keys go, and here each has one of its own.)
inline constexpr std::array kKept = {true, false, false, true, true, false, false};

/// DEVICE_DELETED, by index into kKinds.
inline constexpr std::size_t kDeleted = 5;
static_assert(kKinds[kDeleted] == EventKind::device_deleted);
/// The embedder's own, which goes to those only that ask for it.
inline constexpr std::size_t kOwn = 6;

/// What is emitted: an index into kKinds, and what the event says.
struct Plan {
  std::size_t kind = 0;
  std::uint64_t serial = 0;
  std::uint32_t key = 0;
  std::size_t path_bytes = 0;  ///< of DEVICE_DELETED; kOversizeBytes is refused

  bool oversize() const noexcept { return path_bytes >= kOversizeBytes; }
};

/// Where `kind` stands in kKinds.
std::optional<std::size_t> index_of(EventKind kind) noexcept;
EventDeclaration own_declaration();
/// `own` is what was declared.
void emit(const Emitter& emitter, const RegisteredEvent& own, const Plan& plan) noexcept;
/// With CR LF.
std::string line_of(const Plan& plan, std::int64_t wall_us, WireForm form);
/// Of a line that looks like one of ours.
std::optional<std::uint64_t> serial_of(std::string_view line) noexcept;

}  // namespace qmpev::simulation
