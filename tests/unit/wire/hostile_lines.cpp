// SPDX-License-Identifier: MIT
// Prints lines of hostile events for a judge in another language. Each record is one line of text:
//
//   FORM NAME WALL_US LINE VALUE...
//
// LINE is what encode() wrote, in hex, or "-" when it refused. The VALUEs are the event's members in the
// order of the schema: t:HEX a text, n:DIGITS a number, b:0|1, w:INDEX an enum value, absent, { and } around
// a struct, u:INDEX { } around the branch of a union.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include "support/hostile_events.hpp"
#include "wire/encoder.hpp"

namespace {

using namespace qmpev;

void print_hex(std::string_view bytes) {
  for (const char byte : bytes) std::printf("%02x", static_cast<unsigned char>(byte));
}

template <class T>
void print(const T& value) {
  if constexpr (is_optional_v<T>) {
    if (value) return print(*value);
    std::printf(" absent");
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    std::printf(" t:");
    print_hex(value);
  } else if constexpr (std::is_same_v<T, bool>) {
    std::printf(" b:%d", value ? 1 : 0);
  } else if constexpr (std::is_enum_v<T>) {
    std::printf(" w:%u", static_cast<unsigned>(value));
  } else if constexpr (std::is_unsigned_v<T>) {
    std::printf(" n:%" PRIu64, std::uint64_t{value});
  } else if constexpr (std::is_integral_v<T>) {
    std::printf(" n:%" PRId64, std::int64_t{value});
  } else if constexpr (is_variant_v<T>) {
    std::printf(" u:%zu", value.index());
    std::visit([](const auto& branch) { print(branch); }, value);
  } else {
    std::printf(" {");
    test::each_member(value, [](const auto& member) { print(member); });
    std::printf(" }");
  }
}

template <class Event>
void print_record(test::HostileEvents& source) {
  const Event event = source.next<Event>();
  const std::int64_t wall_us = source.wall_us();
  for (const WireForm form : {WireForm::document, WireForm::qemu}) {
    char line[kMaxLineBytes];
    const std::size_t size = encode(form, wall_us, event, line);
    std::printf("%s %s %" PRId64 " ", form == WireForm::qemu ? "qemu" : "document",
                Describe<Event>::name.data(), wall_us);
    size == 0 ? static_cast<void>(std::printf("-")) : print_hex({line, size});
    print(event);
    std::printf("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const long rounds = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 1;
  test::HostileEvents source(20140622);
  for (long round = 0; round < rounds; ++round) {
#define QMPEV_PRINT(Event) print_record<Event>(source);
    QMPEV_FOR_EACH_EVENT(QMPEV_PRINT)
#undef QMPEV_PRINT
  }
}
