// SPDX-License-Identifier: MIT
// The C boundary of the hooks: numbers are checked against their enumerations, texts and structures are
// borrowed, and what the hooks make of them is emitted. Nothing here allocates or takes a lock. Any thread.
#include <qmpev/qmpev_hooks.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "capi/read_event.hpp"
#include "hooks/acpi_ost.hpp"
#include "hooks/balloon.hpp"
#include "hooks/device_deleted.hpp"
#include "hooks/panic.hpp"
#include "hooks/quorum.hpp"
#include "hooks/run_state.hpp"

namespace {

using namespace qmpev;

// Policies cross the boundary as numbers.
static_assert(QMPEV_PANIC_PAUSE == static_cast<int>(PanicPolicy::pause));
static_assert(QMPEV_PANIC_SHUTDOWN == static_cast<int>(PanicPolicy::shutdown));
static_assert(QMPEV_PANIC_EXIT_FAILURE == static_cast<int>(PanicPolicy::exit_failure));
static_assert(QMPEV_PANIC_NONE == static_cast<int>(PanicPolicy::none));
static_assert(QMPEV_SHUTDOWN_POWEROFF == static_cast<int>(ShutdownPolicy::poweroff));
static_assert(QMPEV_SHUTDOWN_PAUSE == static_cast<int>(ShutdownPolicy::pause));

/// Emits what `make` makes, unless what it is made of `is_whole` only in part; then that is counted.
template <class Event, class Make>
void emit_if(bool is_whole, const qmpev_emitter* handle, Make make) noexcept {
  const Emitter* const emitter = emitter_of(handle);
  if (emitter == nullptr) return;
  if (!is_whole) return emitter->count_invalid(Describe<Event>::kind);
  emitter->emit(make());
}

std::string_view or_empty(const char* text) noexcept {
  return text != nullptr ? text : std::string_view();
}

struct Policies {
  PanicPolicy panic{};
  ShutdownPolicy shutdown{};
};

bool take_policies(qmpev_panic_policy panic, qmpev_shutdown_policy shutdown, Policies& to) noexcept {
  if (panic > QMPEV_PANIC_NONE || shutdown > QMPEV_SHUTDOWN_PAUSE) return false;
  to = {static_cast<PanicPolicy>(panic), static_cast<ShutdownPolicy>(shutdown)};
  return true;
}

bool take_request(const qmpev_quorum_request* from, ByteRange& to) noexcept {
  return from != nullptr && read_required(*from, &qmpev_quorum_request::offset, to.offset) &&
         read_required(*from, &qmpev_quorum_request::bytes, to.bytes);
}

bool take_request(const qmpev_quorum_request* from, ByteRange& to, QuorumOpType& type) noexcept {
  return take_request(from, to) && read_required(*from, &qmpev_quorum_request::type, type);
}

}  // namespace

extern "C" {

void qmpev_hook_ost(qmpev_emitter* emitter, const qmpev_ost_report* report) {
  OstReport to{};
  std::uint32_t slot = 0;
  const bool is_whole = report != nullptr && reaches(*report, &qmpev_ost_report::device_id) &&
                        read_required(*report, &qmpev_ost_report::slot_type, to.slot_type) &&
                        read_required(*report, &qmpev_ost_report::slot, slot) &&
                        read_required(*report, &qmpev_ost_report::source, to.source) &&
                        read_required(*report, &qmpev_ost_report::status, to.status);
  const SlotText text(slot);
  emit_if<AcpiDeviceOst>(is_whole, emitter,
                         [&] { return acpi_device_ost(or_empty(report->device_id), text, to); });
}

void qmpev_hook_balloon(qmpev_emitter* emitter, uint64_t ram_bytes, uint32_t pages) {
  emit_if<BalloonChange>(true, emitter, [&] { return balloon_change(ram_bytes, pages); });
}

void qmpev_hook_panic(qmpev_emitter* emitter, qmpev_panic_policy panic, qmpev_shutdown_policy shutdown,
                      const qmpev_guest_panic_information* details) {
  Policies policies;
  if (!take_policies(panic, shutdown, policies)) return qmpev_emit_guest_panicked(emitter, nullptr);
  // The details are C's already, and read where those of the event are.
  qmpev_guest_panicked event{};
  event.size = sizeof event;
  event.action =
      static_cast<qmpev_guest_panic_action>(guest_panicked(policies.panic, policies.shutdown).action);
  event.info = details;
  qmpev_emit_guest_panicked(emitter, &event);
}

void qmpev_hook_hyperv_panic(qmpev_emitter* emitter, qmpev_panic_policy panic, qmpev_shutdown_policy shutdown,
                             const uint64_t* registers) {
  Policies policies;
  const bool is_whole = take_policies(panic, shutdown, policies) && registers != nullptr;
  emit_if<GuestPanicked>(is_whole, emitter, [&] {
    std::array<std::uint64_t, 5> copy;
    std::copy_n(registers, copy.size(), copy.begin());
    return guest_panicked(policies.panic, policies.shutdown, hyperv_details(copy));
  });
}

void qmpev_hook_s390_panic(qmpev_emitter* emitter, qmpev_panic_policy panic, qmpev_shutdown_policy shutdown,
                           const qmpev_guest_panic_information_s390* crash) {
  qmpev_guest_panic_information details{};
  details.size = sizeof details;
  details.type = QMPEV_GUEST_PANIC_INFORMATION_TYPE_S390;
  details.s390 = crash;
  qmpev_hook_panic(emitter, panic, shutdown, &details);
}

void qmpev_hook_crashloaded(qmpev_emitter* emitter) {
  emit_if<GuestCrashloaded>(true, emitter, [] { return guest_crashloaded(); });
}

void qmpev_hook_quorum_mismatch(qmpev_emitter* emitter, const char* node_name,
                                const qmpev_quorum_request* request) {
  ByteRange range;
  QuorumOpType type{};
  const bool is_whole = take_request(request, range, type) && node_name != nullptr;
  emit_if<QuorumReportBad>(is_whole, emitter, [&] { return quorum_mismatch(type, node_name, range); });
}

void qmpev_hook_quorum_error(qmpev_emitter* emitter, const char* node_name,
                             const qmpev_quorum_request* request, int error) {
  ByteRange range;
  QuorumOpType type{};
  const bool is_whole = take_request(request, range, type) && node_name != nullptr;
  const ErrnoText text(error);
  emit_if<QuorumReportBad>(is_whole, emitter,
                           [&] { return quorum_child_error(type, node_name, range, text); });
}

void qmpev_hook_quorum_failure(qmpev_emitter* emitter, const char* reference,
                               const qmpev_quorum_request* request) {
  ByteRange range;
  const bool is_whole = take_request(request, range) && reference != nullptr;
  emit_if<QuorumFailure>(is_whole, emitter, [&] { return quorum_failure(reference, range); });
}

void qmpev_hook_device_deleted(qmpev_emitter* emitter, const char* device_id, uint32_t anonymous_number) {
  const std::string_view id = or_empty(device_id);
  const DevicePath path(id, anonymous_number);
  emit_if<DeviceDeleted>(true, emitter, [&] { return device_deleted(id, path.view()); });
}

void qmpev_hook_reset(qmpev_emitter* emitter, qmpev_shutdown_cause cause) {
  ShutdownCause to{};
  emit_if<Reset>(take(cause, to), emitter, [&] { return reset_by(to); });
}

void qmpev_hook_shutdown(qmpev_emitter* emitter, qmpev_shutdown_cause cause) {
  ShutdownCause to{};
  emit_if<Shutdown>(take(cause, to), emitter, [&] { return shutdown_by(to); });
}

}  // extern "C"
