// SPDX-License-Identifier: MIT
#include "emit/throttle.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;
using test::RecordingSink;
using Offer = Throttle::Offer;

namespace {

constexpr EventKind kKind = EventKind::quorum_report_bad;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kLine = 256;

Offer offer(Throttle& throttle, std::string_view key, const std::string& text) {
  return throttle.offer(key, {kKind, {text, text}});
}

std::vector<std::string> texts(const RecordingSink& sink) {
  std::vector<std::string> texts;
  for (const auto& record : sink.records) texts.push_back(record.line[1]);
  return texts;
}

/// The window that is due first ends; there is no ring to drain.
void expire_next(Throttle& throttle, std::int64_t now, std::int64_t interval, RecordingSink& sink) {
  if (!throttle.forget_next()) throttle.publish_next(now, interval, sink);
}

void flush(Throttle& throttle, RecordingSink& sink) {
  for (std::size_t at = 0; (at = throttle.find_waiting(at)) < throttle.max_keys(); ++at) {
    throttle.publish_waiting(at, sink);
  }
}

/// What the loop does at `now`.
void run_loop(Throttle& throttle, std::int64_t now, RecordingSink& sink) {
  throttle.arm(now, kSecond);
  while (throttle.next_deadline_ns() <= now) expire_next(throttle, now, kSecond, sink);
}

}  // namespace

TEST_CASE("the first passes, the latest waits, the window's end delivers it and opens the next", "[emit]") {
  Throttle throttle(kKind, GENERATE(std::size_t{1}, std::size_t{8}), kLine);
  RecordingSink sink;
  std::int64_t now = 5 * kSecond;
  CHECK(offer(throttle, "", "0") == Offer::opened);
  CHECK(throttle.unarmed());
  run_loop(throttle, now, sink);
  CHECK_FALSE(throttle.unarmed());
  CHECK(throttle.next_deadline_ns() == now + kSecond);
  CHECK(offer(throttle, "", "1") == Offer::stored);
  CHECK(offer(throttle, "", "2") == Offer::merged);
  CHECK(offer(throttle, "", "3") == Offer::merged);
  run_loop(throttle, now + kSecond - 1, sink);
  CHECK(sink.records.empty());
  now += kSecond;
  run_loop(throttle, now, sink);
  CHECK(texts(sink) == std::vector<std::string>{"3"});
  CHECK(throttle.published() == 1);
  CHECK(throttle.merged() == 2);

  SECTION("inside the window that the delayed one opened the next waits again") {
    CHECK(offer(throttle, "", "4") == Offer::stored);
    run_loop(throttle, now + kSecond, sink);
    CHECK(texts(sink) == std::vector<std::string>{"3", "4"});
  }
  SECTION("a quiet window is forgotten: the next one passes at once") {
    run_loop(throttle, now + kSecond, sink);
    CHECK(throttle.next_deadline_ns() == INT64_MAX);
    CHECK(offer(throttle, "", "4") == Offer::opened);
  }
}

TEST_CASE("both forms of a waiting event come back as they went in", "[emit]") {
  Throttle throttle(kKind, 1, kLine);
  RecordingSink sink;
  const std::string document(kLine, 'd'), qemu = "q";
  CHECK(throttle.offer("", {kKind, {document, qemu}}) == Offer::opened);
  CHECK(throttle.offer("", {kKind, {document, qemu}}) == Offer::stored);
  flush(throttle, sink);
  REQUIRE(sink.records.size() == 1);
  CHECK(sink.records[0].line[0] == document);
  CHECK(sink.records[0].line[1] == qemu);
  CHECK(throttle.offer("", {kKind, {"", qemu}}) == Offer::stored);  // the window is still open
  flush(throttle, sink);
  CHECK(sink.records[1].line[0].empty());
  CHECK(sink.records[1].line[1] == qemu);
}

TEST_CASE("keys have windows of their own, told apart to the last byte", "[emit]") {
  Throttle throttle(kKind, 8, kLine);
  RecordingSink sink;
  const std::string long_a(kMaxKeyBytes, 'k');
  std::string long_b = long_a;
  long_b.back() = 'l';
  const std::vector<std::string> keys{"", "a", "ab", std::string("a\0", 2), long_a, long_b};
  for (const auto& key : keys) CHECK(offer(throttle, key, "first") == Offer::opened);
  run_loop(throttle, kSecond, sink);
  for (const auto& key : keys) CHECK(offer(throttle, key, key.substr(0, 20)) == Offer::stored);
  CHECK(sink.records.empty());
  run_loop(throttle, 2 * kSecond, sink);
  CHECK(sink.records.size() == keys.size());
}

TEST_CASE("windows that end in one round end in the order of their deadlines", "[emit]") {
  Throttle throttle(kKind, 8, kLine);
  RecordingSink sink;
  offer(throttle, "early in the table", "x");
  offer(throttle, "b", "x");
  run_loop(throttle, kSecond, sink);
  run_loop(throttle, 3 * kSecond, sink);  // forgotten, but their places stay
  offer(throttle, "b", "x");
  run_loop(throttle, 4 * kSecond, sink);
  offer(throttle, "early in the table", "x");
  run_loop(throttle, 4 * kSecond + 1, sink);
  offer(throttle, "early in the table", "second");
  offer(throttle, "b", "first");
  run_loop(throttle, 6 * kSecond, sink);
  CHECK(texts(sink) == std::vector<std::string>{"first", "second"});
}

TEST_CASE("below and at the limit keys are told apart, beyond it events pass and say so", "[emit]") {
  Throttle throttle(kKind, kMaxThrottleKeys, kLine);
  RecordingSink sink;
  for (std::size_t i = 0; i < kMaxThrottleKeys; ++i)
    REQUIRE(offer(throttle, std::to_string(i), "x") == Offer::opened);
  CHECK(offer(throttle, "one more", "x") == Offer::unlimited);
  CHECK(offer(throttle, "one more", "x") == Offer::unlimited);
  CHECK(offer(throttle, std::to_string(kMaxThrottleKeys - 1), "x") == Offer::stored);
  run_loop(throttle, kSecond, sink);
  run_loop(throttle, 2 * kSecond, sink);
  run_loop(throttle, 3 * kSecond, sink);
  // Every window has been forgotten: a new key takes a place that is no longer needed.
  CHECK(offer(throttle, "one more", "x") == Offer::opened);
  CHECK(offer(throttle, "one more", "x") == Offer::stored);
  CHECK(offer(throttle, "5", "x") == Offer::opened);
}

TEST_CASE("a table of many generations never mistakes a key", "[emit]") {
  Throttle throttle(kKind, 4, kLine);
  RecordingSink sink;
  std::int64_t now = kSecond;
  for (int round = 0; round < 1'000; ++round) {
    const std::string key = "node" + std::to_string(round);
    REQUIRE(offer(throttle, key, "first") == Offer::opened);
    run_loop(throttle, now, sink);
    REQUIRE(offer(throttle, key, key) == Offer::stored);
    now += kSecond;
    run_loop(throttle, now, sink);
    REQUIRE(sink.records.back().line[0] == key);
    now += kSecond;
    run_loop(throttle, now, sink);
  }
  CHECK(sink.records.size() == 1'000);
}

TEST_CASE("what waits can be dropped, and is counted; the window stays", "[emit]") {
  Throttle throttle(kKind, 4, kLine);
  RecordingSink sink;
  for (const char* key : {"a", "b"}) {
    offer(throttle, key, "first");
    offer(throttle, key, "second");
  }
  CHECK(throttle.discard() == 2);
  CHECK(throttle.discard() == 0);
  CHECK(offer(throttle, "a", "third") == Offer::stored);
  run_loop(throttle, kSecond, sink);
  run_loop(throttle, 2 * kSecond, sink);
  CHECK(texts(sink) == std::vector<std::string>{"third"});
}

TEST_CASE("a changed limit ends the windows at once", "[emit]") {
  Throttle throttle(kKind, 1, kLine);
  RecordingSink sink;
  offer(throttle, "", "first");
  run_loop(throttle, kSecond, sink);
  offer(throttle, "", "second");
  throttle.end_windows(kSecond + 1);
  expire_next(throttle, kSecond + 1, 0, sink);
  CHECK(texts(sink) == std::vector<std::string>{"second"});
  expire_next(throttle, kSecond + 1, 0, sink);
  CHECK(offer(throttle, "", "third") == Offer::opened);
}

TEST_CASE("threads on few keys: one opens each window, the last value arrives, nothing is lost or doubled",
          "[emit]") {
  constexpr int kThreads = 4;
  constexpr int kEach = 20'000;
  const int keys = GENERATE(1, 3, 7);  // 7 keys in a table of 4: places are fought for
  Throttle throttle(kKind, 4, kLine);
  std::atomic<std::uint64_t> opened{0}, stored{0}, merged{0}, unlimited{0};
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string key = "key" + std::to_string((i + t) % keys);
        switch (offer(throttle, key, key + "=" + std::to_string(t) + ":" + std::to_string(i))) {
          case Offer::opened:
            ++opened;
            break;
          case Offer::stored:
            ++stored;
            break;
          case Offer::merged:
            ++merged;
            break;
          case Offer::unlimited:
            ++unlimited;
            break;
        }
      }
      --running;
    });
  }
  RecordingSink sink;
  std::int64_t now = kSecond;
  while (running > 0) run_loop(throttle, now += kSecond / 4, sink);
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 12; ++i) run_loop(throttle, now += kSecond / 4, sink);
  CHECK(opened + stored + merged + unlimited == static_cast<std::uint64_t>(kThreads) * kEach);
  CHECK(throttle.published() == stored);
  CHECK(throttle.merged() == merged);
  CHECK(throttle.discard() == 0);
  CHECK(throttle.next_deadline_ns() == INT64_MAX);
  if (keys <= 4) CHECK(unlimited == 0);
  for (const auto& record : sink.records) CHECK(record.line[0].substr(0, 3) == "key");
}
