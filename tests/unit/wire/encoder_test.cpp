// SPDX-License-Identifier: MIT
// Lines as they must be, byte for byte; limits at their edges; the bound that the generator proves.
#include "wire/encoder.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "event/event_tables.hpp"

using namespace qmpev;
using namespace std::string_literals;

namespace {

constexpr std::int64_t kStampUs = 1'267'020'223'435'656;
const std::string kStamp = R"({"timestamp": {"seconds": 1267020223, "microseconds": 435656}, )";

template <class Event>
std::string line_of(WireForm form, const Event& event, std::int64_t wall_us = kStampUs) {
  std::string line(Describe<Event>::max_line_bytes, '\0');
  line.resize(encode(form, wall_us, event, line.data()));
  return line;
}

/// In both forms, which have to be equal.
template <class Event>
std::string both(const Event& event) {
  const std::string line = line_of(WireForm::qemu, event);
  CHECK(line_of(WireForm::document, event) == line);
  return line;
}

std::string whole(const std::string& rest) {
  return kStamp + rest + "\r\n";
}

AcpiDeviceOst some_ost() {
  AcpiDeviceOst event{};
  event.device = "d1";
  event.slot = "0";
  event.source = 1;
  return event;
}

QuorumReportBad some_report() {
  QuorumReportBad event{};
  event.type = QuorumOpType::flush;
  event.error = "Input/output error";
  event.node_name = "1.raw";
  event.sector_num = 345435;
  event.sectors_count = 5;
  return event;
}

TEST_CASE("an event without members has no data", "[wire]") {
  CHECK(both(Stop{}) == whole(R"("event": "STOP"})"));
  CHECK(both(Resume{}) == whole(R"("event": "RESUME"})"));
  CHECK(both(Powerdown{}) == whole(R"("event": "POWERDOWN"})"));
}

TEST_CASE("a number is signed where the schema says so", "[wire]") {
  CHECK(both(BalloonChange{944766976}) ==
        whole(R"("event": "BALLOON_CHANGE", "data": {"actual": 944766976}})"));
  CHECK(both(BalloonChange{-4096}) == whole(R"("event": "BALLOON_CHANGE", "data": {"actual": -4096}})"));
  CHECK(both(BalloonChange{std::numeric_limits<std::int64_t>::min()}) ==
        whole(R"("event": "BALLOON_CHANGE", "data": {"actual": -9223372036854775808}})"));
}

TEST_CASE("form qemu wraps ACPIOSTInfo, form document does not", "[wire]") {
  const std::string info = R"({"device": "d1", "source": 1, "status": 0, "slot": "0", "slot-type": "DIMM"})";
  CHECK(line_of(WireForm::document, some_ost()) ==
        whole(R"("event": "ACPI_DEVICE_OST", "data": )" + info + "}"));
  CHECK(line_of(WireForm::qemu, some_ost()) ==
        whole(R"("event": "ACPI_DEVICE_OST", "data": {"info": )" + info + "}}"));
}

TEST_CASE("an absent member takes its comma along, in first place and in last", "[wire]") {
  AcpiDeviceOst ost = some_ost();
  ost.device.reset();
  ost.status = std::numeric_limits<std::uint32_t>::max();
  ost.slot_type = AcpiSlotType::cpu;
  CHECK(line_of(WireForm::document, ost) ==
        whole(R"("event": "ACPI_DEVICE_OST", "data": {"source": 1, "status": 4294967295, "slot": "0", )"
              R"("slot-type": "CPU"}})"));
  QuorumReportBad report = some_report();
  report.error.reset();
  CHECK(line_of(WireForm::qemu, report) ==
        whole(R"("event": "QUORUM_REPORT_BAD", "data": {"node-name": "1.raw", "sectors-count": 5, )"
              R"("sector-num": 345435, "type": "flush"}})"));
}

TEST_CASE("an empty text is there, an absent one is not", "[wire]") {
  SpiceInitialized event{};
  event.server.auth = "";
  CHECK(both(event).find(R"("server": {"auth": "", "port": "", "family": "ipv4", "host": ""})") !=
        std::string::npos);
  event.server.auth.reset();
  CHECK(both(event).find(R"("server": {"port": "", "family": "ipv4", "host": ""})") != std::string::npos);
}

TEST_CASE("form document says sector-count and has no type", "[wire]") {
  CHECK(line_of(WireForm::document, some_report()) ==
        whole(R"("event": "QUORUM_REPORT_BAD", "data": {"node-name": "1.raw", "sector-num": 345435, )"
              R"("sector-count": 5, "error": "Input/output error"}})"));
  CHECK(line_of(WireForm::qemu, some_report()) ==
        whole(R"("event": "QUORUM_REPORT_BAD", "data": {"node-name": "1.raw", "sectors-count": 5, )"
              R"("sector-num": 345435, "type": "flush", "error": "Input/output error"}})"));
  const QuorumFailure failure{"usr1", 345435, 5};
  CHECK(
      line_of(WireForm::document, failure) ==
      whole(
          R"("event": "QUORUM_FAILURE", "data": {"reference": "usr1", "sector-num": 345435, "sector-count": 5}})"));
  CHECK(
      line_of(WireForm::qemu, failure) ==
      whole(
          R"("event": "QUORUM_FAILURE", "data": {"reference": "usr1", "sectors-count": 5, "sector-num": 345435}})"));
}

TEST_CASE("a panic's details stand beside their tag, in form qemu only", "[wire]") {
  constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
  GuestPanicked event{};
  event.info = GuestPanicInformationS390{1, kLargest, 0xFFFE, S390CrashReason::disabled_wait};
  CHECK(
      line_of(WireForm::qemu, event) ==
      whole(
          R"("event": "GUEST_PANICKED", "data": {"action": "pause", "info": {"core": 1, "psw-addr": 65534, )"
          R"("reason": "disabled-wait", "psw-mask": 18446744073709551615, "type": "s390"}}})"));
  CHECK(line_of(WireForm::document, event) ==
        whole(R"("event": "GUEST_PANICKED", "data": {"action": "pause"}})"));
  event.action = GuestPanicAction::poweroff;
  event.info = GuestPanicInformationHyperV{1, 2, 3, 4, kLargest};
  CHECK(
      line_of(WireForm::qemu, event) ==
      whole(
          R"("event": "GUEST_PANICKED", "data": {"action": "poweroff", "info": {"arg5": 18446744073709551615, )"
          R"("arg4": 4, "arg3": 3, "arg2": 2, "arg1": 1, "type": "hyper-v"}}})"));
}

TEST_CASE("a stamp is never negative and its microseconds are not padded", "[wire]") {
  const auto stamp = [](std::int64_t wall_us) {
    const std::string line = line_of(WireForm::qemu, Stop{}, wall_us);
    return line.substr(0, line.find("}, ") + 1);
  };
  CHECK(stamp(1'000'000'000'000'007) == R"({"timestamp": {"seconds": 1000000000, "microseconds": 7})");
  CHECK(stamp(999'999) == R"({"timestamp": {"seconds": 0, "microseconds": 999999})");
  CHECK(stamp(0) == R"({"timestamp": {"seconds": 0, "microseconds": 0})");
  CHECK(stamp(-1) == R"({"timestamp": {"seconds": 0, "microseconds": 0})");
  CHECK(stamp(std::numeric_limits<std::int64_t>::min()) ==
        R"({"timestamp": {"seconds": 0, "microseconds": 0})");
  CHECK(stamp(std::numeric_limits<std::int64_t>::max()) ==
        R"({"timestamp": {"seconds": 9223372036854, "microseconds": 775807})");
}

TEST_CASE("an identifier is never cut: one byte too long refuses the event in every form", "[wire]") {
  for (const std::size_t size : {254, 255, 256}) {
    const std::string name(size, 'n');
    QuorumReportBad report = some_report();
    report.node_name = name;
    for (const WireForm form : {WireForm::document, WireForm::qemu}) {
      CHECK(line_of(form, report).empty() == (size > 255));
    }
  }
}

TEST_CASE("an event is refused in both forms for what only one of them would say", "[wire]") {
  GuestPanicked event{};
  event.info = GuestPanicInformationS390{0, 0, 0, static_cast<S390CrashReason>(99)};
  CHECK(line_of(WireForm::qemu, event).empty());
  CHECK(line_of(WireForm::document, event).empty());
}

TEST_CASE("prose is cut at a character", "[wire]") {
  const auto error_of = [](const std::string& prose) {
    QuorumReportBad report = some_report();
    report.error = prose;
    const std::string line = line_of(WireForm::qemu, report);
    const std::size_t start = line.find("\"error\": ");
    return start == std::string::npos ? "no error" : line.substr(start + 9);
  };
  const std::string a254(254, 'a');
  CHECK(error_of(a254 + "b") == "\"" + a254 + "b\"}}\r\n");
  CHECK(error_of(a254 + "bc") == "\"" + a254 + "b\"}}\r\n");
  CHECK(error_of(a254 + "\xf0\x9f\x98\x80") == "\"" + a254 + "\"}}\r\n");
  CHECK(error_of(a254.substr(3) + "\xf0\x9f\x98\x80") == "\"" + a254.substr(3) + "\\uD83D\\uDE00\"}}\r\n");
  CHECK(error_of(a254 + "\xc3\xa9") == "\"" + a254 + "\"}}\r\n");
  CHECK(error_of(std::string(100'000, 'x')) == "\"" + std::string(255, 'x') + "\"}}\r\n");
}

// --- the bound
// --------------------------------------------------------------------------------------------------

/// Fills every text to its limit with a pattern, every number with its longest spelling, every option with
/// something.
class Longest {
 public:
  Longest(std::string pattern, std::size_t branch) : pattern_(std::move(pattern)), branch_(branch) {}

  template <class Members, class T>
  void fill_all(const Members& members, T& value) {
    std::apply([&](const auto&... entry) { (fill_entry(entry, value), ...); }, members);
  }

 private:
  template <class Entry, class T>
  void fill_entry(const Entry& entry, T& value) {
    if constexpr (!std::is_same_v<Entry, Constant>) fill(value.*entry.pointer, entry.limit);
  }

  std::string_view text(std::size_t bytes) {
    std::string& text = texts_.emplace_back();
    while (text.size() < bytes) text += pattern_;
    text.resize(bytes);
    return text;
  }

  template <std::size_t index = 0, class... T>
  void fill_branch(std::variant<T...>& value) {
    if constexpr (index < sizeof...(T)) {
      if (index != branch_ % sizeof...(T)) return fill_branch<index + 1>(value);
      fill_all(std::get<index>(FormOf<std::variant<T...>, WireForm::qemu>::branches),
               value.template emplace<index>());
    }
  }

  template <class T>
  void fill(T& value, TextLimit limit) {
    if constexpr (is_optional_v<T>) {
      fill(value.emplace(), limit);
    } else if constexpr (std::is_same_v<T, std::string_view>) {
      value = text(limit.bytes);
    } else if constexpr (std::is_same_v<T, bool>) {
      value = false;
    } else if constexpr (std::is_enum_v<T>) {
      for (std::size_t i = 0; i < Describe<T>::names.size(); ++i) {
        if (Describe<T>::names[i].size() > wire_name(value).size()) value = static_cast<T>(i);
      }
    } else if constexpr (std::is_integral_v<T>) {
      value = std::is_signed_v<T> ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
    } else if constexpr (is_variant_v<T>) {
      fill_branch(value);
    } else {
      fill_all(FormOf<T, WireForm::qemu>::members, value);
    }
  }

  std::string pattern_;
  std::size_t branch_;
  std::deque<std::string> texts_;
};

template <class Event>
std::size_t longest_line(const std::string& pattern) {
  std::size_t longest = 0;
  for (const std::size_t branch : {0, 1, 2, 3}) {
    Longest longest_values(pattern, branch);
    Event event{};
    longest_values.fill_all(FormOf<Event, WireForm::qemu>::members, event);
    for (const WireForm form : {WireForm::document, WireForm::qemu}) {
      // Room far beyond the bound, so that a wrong one is a failed check and no broken memory.
      std::string line(2 * kMaxLineBytes, '\0');
      longest = std::max(
          longest, encode(form, std::numeric_limits<std::int64_t>::max() - 1'000'000, event, line.data()));
    }
  }
  return longest;
}

template <class Event>
void check_bound() {
  INFO(Describe<Event>::name);
  CHECK(Describe<Event>::max_line_bytes <= kMaxLineBytes);
  for (const std::string& pattern :
       {"\xff"s, "\x01"s, "\xf0\x9f\x98\x80"s, "\xc0\x80"s, "\x80"s, "a"s, "\0"s, "\""s}) {
    const std::size_t longest = longest_line<Event>(pattern);
    CHECK(longest > 0);
    CHECK(longest <= Describe<Event>::max_line_bytes);
  }
  // Not a byte too much either: the generator and the encoder count the same way.
  CHECK(longest_line<Event>("\x01") == Describe<Event>::max_line_bytes);
  CHECK(longest_line<Event>("\xff") == Describe<Event>::max_line_bytes);
}

TEST_CASE("no event of any text is longer than its bound, and every bound is reached", "[wire]") {
#define QMPEV_CHECK_BOUND(Event) check_bound<Event>();
  QMPEV_FOR_EACH_EVENT(QMPEV_CHECK_BOUND)
#undef QMPEV_CHECK_BOUND
}

static_assert(noexcept(encode(WireForm::qemu, 0, std::declval<const SpiceInitialized&>(), nullptr)));

}  // namespace
