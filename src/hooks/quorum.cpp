// SPDX-License-Identifier: MIT
// strerrordesc_np() rather than strerror(): it is the same text without a locale, a lock or a shared buffer,
// so it may be called on a device's thread.
#include "hooks/quorum.hpp"

#include <cstdio>
#include <cstring>

namespace qmpev {

namespace {

struct SectorRange {
  std::int64_t first;
  std::int64_t count;
};

/// Every sector the request touches. Written without `offset + bytes`, which could wrap.
SectorRange sectors_of(const ByteRange& request) noexcept {
  const std::uint64_t lead = request.offset % kSectorBytes;
  const std::uint64_t whole = request.bytes / kSectorBytes;
  const std::uint64_t rest = lead + request.bytes % kSectorBytes;
  return {static_cast<std::int64_t>(request.offset / kSectorBytes),
          static_cast<std::int64_t>(whole + (rest + kSectorBytes - 1) / kSectorBytes)};
}

}  // namespace

ErrnoText::ErrnoText(int error) noexcept {
  if (const char* text = ::strerrordesc_np(error)) {
    known_ = text;
  } else {
    std::snprintf(unknown_.data(), unknown_.size(), "Unknown error %d", error);
  }
}

QuorumReportBad quorum_mismatch(QuorumOpType type, std::string_view node_name,
                                const ByteRange& request) noexcept {
  const SectorRange sectors = sectors_of(request);
  QuorumReportBad event{};
  event.type = type;
  event.node_name = node_name;
  event.sector_num = sectors.first;
  event.sectors_count = sectors.count;
  return event;
}

QuorumReportBad quorum_child_error(QuorumOpType type, std::string_view node_name, const ByteRange& request,
                                   const ErrnoText& error) noexcept {
  QuorumReportBad event = quorum_mismatch(type, node_name, request);
  event.error = error.view();
  return event;
}

QuorumFailure quorum_failure(std::string_view reference, const ByteRange& request) noexcept {
  const SectorRange sectors = sectors_of(request);
  QuorumFailure event{};
  event.reference = reference;
  event.sector_num = sectors.first;
  event.sectors_count = sectors.count;
  return event;
}

}  // namespace qmpev
