// SPDX-License-Identifier: MIT
#include "monitor/event_log.hpp"

#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

constexpr WireForm kForm = WireForm::document;

void publish(EventLog& log, const std::string& document, const std::string& qemu = {}) {
  log.publish({EventKind::stop, {document, qemu}});
}

std::string numbered(std::size_t number, std::size_t bytes) {
  std::string line = std::to_string(number) + ":";
  line.resize(bytes - 1, '.');
  return line + "\n";
}

/// Everything from `cursor` on, in spans of at most `limit` bytes; moves the cursor.
std::string read_all(const EventLog& log, Cursor& cursor, std::size_t limit = 1 << 20,
                     WireForm form = kForm) {
  std::string all;
  while (cursor.sequence < log.head()) {
    const Span span = log.span(form, cursor, log.head(), limit);
    REQUIRE(span.after.sequence > cursor.sequence);
    REQUIRE(span.after.bytes == cursor.bytes + span.bytes.size());
    all += span.bytes;
    cursor = span.after;
  }
  return all;
}

TEST_CASE("a reader gets what is published after it came, and nothing of before", "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(kForm);
  publish(log, "before\n");
  Cursor cursor = log.newest(kForm);
  CHECK(log.span(kForm, cursor, log.head(), 100).bytes.empty());
  publish(log, "one\n");
  publish(log, "two\n");
  CHECK(read_all(log, cursor) == "one\ntwo\n");
  CHECK(cursor.lines == 3);
}

TEST_CASE("many lines come in one span, up to a limit, a place, and always one whole line", "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(kForm);
  const Cursor begin = log.newest(kForm);
  publish(log, "aaaa\n");
  publish(log, "bbbb\n");
  publish(log, "cccc\n");
  const auto bytes = [&](std::uint64_t until, std::size_t limit) {
    return log.span(kForm, begin, until, limit).bytes;
  };
  CHECK(bytes(3, 15) == "aaaa\nbbbb\ncccc\n");
  CHECK(bytes(3, 14) == "aaaa\nbbbb\n");
  CHECK(bytes(3, 4) == "aaaa\n");
  CHECK(bytes(3, 0) == "aaaa\n");
  CHECK(bytes(2, 15) == "aaaa\nbbbb\n");
  CHECK(bytes(0, 15).empty());
}

TEST_CASE("forms have their own bytes and one numbering", "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(WireForm::document);
  publish(log, "d1\n", "");
  log.use(WireForm::qemu);
  Cursor document = log.oldest(WireForm::document);
  Cursor qemu = log.oldest(WireForm::qemu);
  publish(log, "d2\n", "qemu2\n");
  CHECK(read_all(log, document, 100, WireForm::document) == "d1\nd2\n");
  CHECK(read_all(log, qemu, 100, WireForm::qemu) == "qemu2\n");
  CHECK(document.sequence == qemu.sequence);
  CHECK(document.lines == 2);
  CHECK(qemu.lines == 1);
}

TEST_CASE("a form that is not in use costs nothing and yields nothing", "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(WireForm::document);
  publish(log, "d\n", "q\n");
  CHECK(log.newest(WireForm::qemu).lines == 0);
}

TEST_CASE("a gap has a number of its own and no bytes", "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(kForm);
  Cursor cursor = log.newest(kForm);
  publish(log, "one\n");
  log.gap(EventKind::reset, 7);
  publish(log, "two\n");
  log.gap(EventKind::stop, 5);
  CHECK(log.head() == 4);
  CHECK(log.refused() == 12);
  CHECK(read_all(log, cursor) == "one\ntwo\n");
  CHECK(cursor.sequence == 4);
  CHECK(cursor.lines == 2);
}

TEST_CASE("a span begins at a record that has a line", "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(kForm);
  const Cursor begin = log.newest(kForm);
  log.gap(EventKind::reset, 7);
  publish(log, "one\n");
  CHECK(log.span(kForm, begin, log.head(), 100).begin == 1);
}

TEST_CASE("the log holds exactly its capacity, and one line more costs the oldest", "[monitor]") {
  constexpr std::size_t kLine = 1024;  // divides the capacity
  constexpr std::size_t kFit = kMinLogBytes / kLine;
  EventLog log(kMinLogBytes);
  log.use(kForm);
  Cursor cursor = log.newest(kForm);
  for (std::size_t i = 0; i < kFit - 1; ++i) publish(log, numbered(i, kLine));
  CHECK(log.tail() == 0);
  publish(log, numbered(kFit - 1, kLine));
  CHECK(log.tail() == 0);
  publish(log, numbered(kFit, kLine));
  CHECK(log.tail() == 1);
  CHECK(log.oldest(kForm).lines == 1);
  CHECK(log.oldest(kForm).bytes == kLine);
  cursor = log.oldest(kForm);
  std::string expected;
  for (std::size_t i = 1; i <= kFit; ++i) expected += numbered(i, kLine);
  CHECK(read_all(log, cursor) == expected);
}

TEST_CASE("a line that does not fit before the end starts again at the front, and pads are given back",
          "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(kForm);
  constexpr std::size_t kLine = 4000;  // 16 fit, 1536 bytes stay free
  for (std::size_t i = 0; i < 16; ++i) publish(log, numbered(i, kLine));
  CHECK(log.tail() == 0);
  publish(log, numbered(16, kLine));
  CHECK(log.tail() == 1);  // the pad was free, the line took the place of the first
  for (std::size_t i = 17; i < 1000; ++i) publish(log, numbered(i, kLine));
  CHECK(log.head() - log.tail() == 16);
}

TEST_CASE("a flood of gaps or of short lines is bounded by the index", "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(kForm);
  constexpr std::uint64_t kEntries = log_records(kMinLogBytes);
  for (std::uint64_t i = 0; i < kEntries; ++i) log.gap(EventKind::stop, 1);
  CHECK(log.tail() == 0);
  log.gap(EventKind::stop, 1);
  CHECK(log.tail() == 1);
  for (std::uint64_t i = 0; i < 3 * kEntries; ++i) publish(log, "x\n");
  CHECK(log.head() - log.tail() == kEntries);
  Cursor cursor = log.oldest(kForm);
  CHECK(read_all(log, cursor).size() == 2 * kEntries);
}

TEST_CASE("whatever the sizes, what is held is the newest of what was published, whole and in order",
          "[monitor]") {
  std::mt19937 random(GENERATE(1u, 2u, 3u));
  EventLog log(kMinLogBytes);
  log.use(WireForm::document);
  log.use(WireForm::qemu);
  std::vector<std::string> lines[kWireForms];
  for (std::size_t i = 0; i < 3000; ++i) {
    if (random() % 10 == 0) {
      log.gap(EventKind::stop, 1);
      lines[0].emplace_back();
      lines[1].emplace_back();
      continue;
    }
    const std::size_t bytes = random() % 4 == 0 ? 1 + random() % kMaxLoggedLineBytes : 100 + random() % 100;
    lines[0].push_back(numbered(i, std::max<std::size_t>(bytes, 8)));
    lines[1].push_back(numbered(i, std::min<std::size_t>(bytes + 20, kMaxLoggedLineBytes)));
    publish(log, lines[0].back(), lines[1].back());
    if (i % 100 != 0) continue;
    for (std::size_t form = 0; form < kWireForms; ++form) {
      Cursor cursor = log.oldest(static_cast<WireForm>(form));
      std::string expected;
      for (std::size_t at = log.tail(); at < log.head(); ++at) expected += lines[form][at];
      CHECK(expected.size() <= kMinLogBytes);
      REQUIRE(read_all(log, cursor, 1 + random() % 10'000, static_cast<WireForm>(form)) == expected);
      CHECK(cursor.lines == log.newest(static_cast<WireForm>(form)).lines);
    }
  }
  CHECK(log.tail() > 1000);
}

/// What span() gives when it may go on to the end is what the same steps give one line at a time.
TEST_CASE("all there is, in one piece or not, is what a walk line by line finds", "[monitor]") {
  std::mt19937 random(GENERATE(1u, 2u, 3u));
  constexpr EventKind kRegistered = static_cast<EventKind>(kEventKinds);
  EventLog log(kMinLogBytes);
  log.use(kForm);
  std::size_t pieces = 0;
  for (std::size_t i = 0; i < 2000; ++i) {
    const std::string line = numbered(i, 100 + random() % 300);
    if (random() % 20 == 0) {
      log.gap(EventKind::stop, 1);
    } else if (random() % 20 == 0) {
      log.publish({kRegistered, {line, {}}});
    } else {
      publish(log, line, {});
    }
    if (random() % 10 != 0) continue;
    const bool schema_only = random() % 2 == 0;
    const auto span = [&](const Cursor& from, std::size_t limit) {
      return schema_only ? log.span_of_schema(kForm, from, log.head(), limit)
                         : log.span(kForm, from, log.head(), limit);
    };
    Cursor from = log.oldest(kForm);
    for (std::size_t skipped = random() % (log.head() - log.tail() + 1); skipped > 0; --skipped)
      from = log.span(kForm, from, from.sequence + 1, 0).after;
    const Span whole = span(from, kMinLogBytes);
    std::string lines;
    Cursor at = from;
    std::uint64_t filtered = 0;
    while (at.sequence < whole.after.sequence) {
      const Span next = span(at, 0);
      lines += next.bytes;
      filtered += next.filtered;
      at = next.after;
    }
    REQUIRE(whole.bytes == lines);
    CHECK(whole.filtered == filtered);
    CHECK(whole.after.sequence == at.sequence);
    CHECK(whole.after.lines == at.lines);
    CHECK(whole.after.bytes == at.bytes);
    if (whole.bytes.empty()) continue;
    ++pieces;
    CHECK(log.line(kForm, whole.begin) == whole.bytes.substr(0, log.line(kForm, whole.begin).size()));
    CHECK(log.has_line(kForm, whole.begin));
    CHECK(whole.end <= log.head());
  }
  CHECK(pieces > 100);
}

TEST_CASE("what a reader lost is the difference of two counters", "[monitor]") {
  EventLog log(kMinLogBytes);
  log.use(kForm);
  const Cursor slow = log.newest(kForm);
  for (std::size_t i = 0; i < 1000; ++i) {
    publish(log, numbered(i, 200));
    if (i % 3 == 0) log.gap(EventKind::stop, 1);
  }
  const Cursor oldest = log.oldest(kForm);
  Cursor cursor = oldest;
  const std::string rest = read_all(log, cursor);
  CHECK(oldest.lines - slow.lines == 1000 - rest.size() / 200);
  CHECK(rest.substr(0, 4) == std::to_string(1000 - rest.size() / 200) + ":");
}

}  // namespace
}  // namespace qmpev
