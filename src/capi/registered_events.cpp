// SPDX-License-Identifier: MIT
// The C boundary of events that the embedder declares. Threads as <qmpev/qmpev.h> says.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "capi/last_error.hpp"
#include "capi/server_handle.hpp"
#include "capi/sized.hpp"

/// The C type, in the global namespace because its name is C's.
struct qmpev_event {
  qmpev::RegisteredEvent event;
  std::atomic<int> references{1};
};

namespace {

using qmpev::EventMember;
using qmpev::EventValue;

/// The first version's members, which every caller has; nothing is padding behind the last of them.
constexpr std::size_t kFirstDeclarationBytes =
    offsetof(qmpev_event_declaration, rate_limit_ms) + sizeof(std::size_t);
static_assert(sizeof(qmpev_event_declaration) == kFirstDeclarationBytes);

static_assert(QMPEV_MEMBER_BOOLEAN == static_cast<int>(EventMember::Type::boolean));
static_assert(QMPEV_MEMBER_INTEGER == static_cast<int>(EventMember::Type::integer));
static_assert(QMPEV_MEMBER_UNSIGNED == static_cast<int>(EventMember::Type::unsigned_integer));
static_assert(QMPEV_MEMBER_NUMBER == static_cast<int>(EventMember::Type::number));
static_assert(QMPEV_MEMBER_TEXT == static_cast<int>(EventMember::Type::text));

qmpev_event* refuse(std::string sentence) {
  qmpev::refused_argument(std::move(sentence));
  return nullptr;
}

/// Empty: nothing is missing. What they say is checked where all declarations are.
std::string mistake_of(const qmpev_event_declaration& declaration) {
  if (declaration.name == nullptr) return "an event needs a name, not NULL";
  if (declaration.members == nullptr && declaration.member_count != 0)
    return "members is NULL, and its count is not 0";
  for (std::size_t i = 0; i < declaration.member_count; ++i) {
    const qmpev_event_member& member = declaration.members[i];
    const std::string which = "members[" + std::to_string(i) + "]";
    if (member.name == nullptr) return which + " needs a name, not NULL";
    if (member.type > QMPEV_MEMBER_TEXT) return which + " is of no type there is";
    for (std::size_t j = 0; j < member.value_count; ++j)
      if (member.values == nullptr || member.values[j] == nullptr)
        return which + ".values[" + std::to_string(j) + "] is NULL";
  }
  return declaration.rate_limit_ms > UINT32_MAX ? "a rate limit has at most 3,600,000 ms" : "";
}

EventMember member_of(const qmpev_event_member& from) {
  EventMember to{from.name, static_cast<EventMember::Type>(from.type)};
  to.optional = (from.flags & QMPEV_MEMBER_OPTIONAL) != 0;
  to.prose = (from.flags & QMPEV_MEMBER_PROSE) != 0;
  if (from.value_count != 0) to.values.assign(from.values, from.values + from.value_count);
  if (from.max_bytes != 0) to.max_bytes = from.max_bytes;
  return to;
}

EventValue value_of(const qmpev_value& from) noexcept {
  switch (from.kind) {
    case QMPEV_VALUE_BOOLEAN:
      return from.as.boolean != 0;
    case QMPEV_VALUE_INTEGER:
      return from.as.integer;
    case QMPEV_VALUE_UNSIGNED:
      return from.as.natural;
    case QMPEV_VALUE_NUMBER:
      return from.as.number;
    case QMPEV_VALUE_TEXT:
      return from.as.text;
    default:
      return {};
  }
}

}  // namespace

extern "C" {

qmpev_event* qmpev_server_add_event(qmpev_server* server, const qmpev_event_declaration* declaration) {
  if (server == nullptr || declaration == nullptr)
    return refuse("qmpev_server_add_event needs a server and a declaration, not NULL");
  if (!qmpev::known_size(*declaration, kFirstDeclarationBytes))
    return refuse(qmpev::wrong_size("qmpev_event_declaration", *declaration));
  const qmpev_event_declaration from = qmpev::whole(*declaration);
  if (std::string mistake = mistake_of(from); !mistake.empty()) return refuse(std::move(mistake));
  qmpev::EventDeclaration to{.name = from.name,
                             .rate_limit_ms = static_cast<std::uint32_t>(from.rate_limit_ms)};
  if (from.key != nullptr) to.key = from.key;
  for (std::size_t i = 0; i < from.member_count; ++i) to.members.push_back(member_of(from.members[i]));
  auto event = server->server->add_event(std::move(to));
  if (event) return new qmpev_event{std::move(event).value()};
  qmpev::refused(event.error());
  return nullptr;
}

qmpev_event* qmpev_event_ref(qmpev_event* event) {
  if (event != nullptr) event->references.fetch_add(1, std::memory_order_relaxed);
  return event;
}

void qmpev_event_unref(qmpev_event* event) {
  if (event != nullptr && event->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete event;
}

void qmpev_event_emit(const qmpev_event* event, const qmpev_value* values, size_t count) {
  if (event == nullptr) return;
  // One value more than any event has is refused like any other number that is not the declaration's. Only
  // those that came are made: this is a device's thread.
  constexpr std::size_t kRoom = QMPEV_MAX_EVENT_VALUES + 1;
  static_assert(std::is_trivially_destructible_v<EventValue>);
  alignas(EventValue) std::byte room[kRoom * sizeof(EventValue)];
  auto* const made = reinterpret_cast<EventValue*>(room);
  const std::size_t known = values != nullptr ? std::min<std::size_t>(count, kRoom) : 0;
  for (std::size_t i = 0; i < known; ++i) std::construct_at(made + i, value_of(values[i]));
  event->event.emit({made, known});
}

}  // extern "C"
