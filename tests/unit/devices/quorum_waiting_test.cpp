// SPDX-License-Identifier: MIT
// A quorum whose children answer later, on threads of their own.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <future>

#include "devices/quorum.hpp"
#include "devices/work_thread.hpp"
#include "support/held_child.hpp"
#include "support/quorum_rig.hpp"

using namespace qmpev;

namespace {

/// Children c0, c1, ... that answer when told to.
struct Held {
  Held(std::vector<std::uint8_t> values, std::size_t threshold) {
    std::vector<std::unique_ptr<QuorumChild>> owned;
    for (std::size_t number = 0; number < values.size(); ++number) {
      auto child = std::make_unique<test::HeldChild>("c" + std::to_string(number), values[number]);
      children.push_back(child.get());
      owned.push_back(std::move(child));
    }
    quorum = Quorum::create(recorder.emitter, {"q0", threshold}, std::move(owned)).value();
  }
  /// Begins a read of one sector on a thread of its own.
  std::future<int> read() {
    data.assign(512, 0xee);
    return std::async(std::launch::async, [this] { return quorum->read(0, data); });
  }
  std::vector<QuorumChild::Done> take_all() {
    std::vector<QuorumChild::Done> taken;
    for (test::HeldChild* child : children) taken.push_back(child->take());
    return taken;
  }
  /// "c1 Input/output error", "c0" or "failure", in order.
  std::vector<std::string> reports() {
    std::vector<std::string> found;
    for (const std::string& line : test::qemu_lines(recorder)) {
      const auto value = [&](const std::string& name) {
        const std::size_t at = line.find("\"" + name + "\": \"");
        if (at == std::string::npos) return std::string();
        const std::size_t start = at + name.size() + 5;
        return line.substr(start, line.find('"', start) - start);
      };
      const std::string error = value("error");
      found.push_back(value("event") == "QUORUM_FAILURE"
                          ? "failure"
                          : value("node-name") + (error.empty() ? "" : " " + error));
    }
    return found;
  }

  test::RecordingEmitter recorder;
  std::vector<test::HeldChild*> children;
  std::unique_ptr<Quorum> quorum;
  std::vector<std::uint8_t> data;
};

/// A child that answers on a thread of its own and counts the requests that are open at once.
class CountingChild final : public QuorumChild {
 public:
  std::string_view node_name() const noexcept override { return "c0"; }
  std::uint64_t bytes() const noexcept override { return 4096; }
  void read(std::uint64_t, std::span<std::uint8_t>, Done done) override { count(std::move(done)); }
  void write(std::uint64_t, std::span<const std::uint8_t>, Done done) override { count(std::move(done)); }
  void write_zeroes(std::uint64_t, std::uint64_t, Done done) override { count(std::move(done)); }
  void flush(Done done) override { count(std::move(done)); }

  std::atomic<int> asked{0};
  std::atomic<int> most_open{0};

 private:
  void count(Done done) {
    ++asked;
    most_open = std::max(most_open.load(), ++open_);
    thread_.post([this, done = std::move(done)] {
      --open_;
      done(0);
    });
  }
  std::atomic<int> open_{0};
  WorkThread thread_;
};

}  // namespace

TEST_CASE("all copies are asked before one has answered, and all are waited for", "[devices]") {
  Held held({1, 1, 2}, 2);
  auto read = held.read();
  const auto answers = held.take_all();
  answers[0](0);
  answers[1](0);
  CHECK(held.reports().empty());  // c2 may still agree
  answers[2](0);
  CHECK(read.get() == 0);
  CHECK(held.data == std::vector<std::uint8_t>(512, 1));
  CHECK(held.reports() == std::vector<std::string>{"c2"});
}

TEST_CASE("errors are reported in the order of the answers, mismatches after them in that of the vote",
          "[devices]") {
  Held held({1, 2, 1, 0, 0}, 2);
  auto read = held.read();
  const auto answers = held.take_all();
  answers[4](ENXIO);
  answers[2](0);
  answers[3](EIO);
  answers[1](0);
  answers[0](0);
  CHECK(read.get() == 0);
  CHECK(held.data[0] == 1);
  CHECK(held.reports() ==
        std::vector<std::string>{"c4 No such device or address", "c3 Input/output error", "c1"});
}

TEST_CASE("the order of the answers does not decide a tie", "[devices]") {
  Held held({1, 2}, 1);
  auto read = held.read();
  const auto answers = held.take_all();
  answers[1](0);
  answers[0](0);
  CHECK(read.get() == 0);
  CHECK(held.data[0] == 2);
  CHECK(held.reports() == std::vector<std::string>{"c0"});
}

TEST_CASE("a failure of the whole comes after the last error", "[devices]") {
  Held held({1, 1, 1}, 2);
  auto read = held.read();
  const auto answers = held.take_all();
  answers[2](EIO);
  answers[0](EIO);
  answers[1](0);
  CHECK(read.get() == EIO);
  CHECK(held.reports() ==
        std::vector<std::string>{"c2 Input/output error", "c0 Input/output error", "failure"});
}

TEST_CASE("being told to hurry reaches every copy while a request waits", "[devices]") {
  Held held({1, 1}, 1);
  auto read = held.read();
  const auto answers = held.take_all();
  held.quorum->hurry();
  for (const test::HeldChild* child : held.children) CHECK(child->hurried);
  for (const auto& answer : answers) answer(0);
  CHECK(read.get() == 0);
}

TEST_CASE("requests from several threads follow each other", "[devices]") {
  test::RecordingEmitter recorder;
  std::vector<std::unique_ptr<QuorumChild>> children;
  children.push_back(std::make_unique<CountingChild>());
  const auto& counting = static_cast<const CountingChild&>(*children.front());
  const auto quorum = Quorum::create(recorder.emitter, {"q0", 1}, std::move(children)).value();
  std::vector<std::future<int>> guests;
  for (int guest = 0; guest < 4; ++guest)
    guests.push_back(std::async(std::launch::async, [&quorum, guest] {
      std::vector<std::uint8_t> data(512);
      int errors = 0;
      for (int turn = 0; turn < 50; ++turn) {
        if (guest == 0) errors += quorum->read(0, data);
        if (guest == 1) errors += quorum->write(0, data);
        if (guest == 2) errors += quorum->write_zeroes(0, 512);
        if (guest == 3) errors += quorum->flush();
      }
      return errors;
    }));
  for (auto& guest : guests) CHECK(guest.get() == 0);
  CHECK(counting.asked == 200);
  CHECK(counting.most_open == 1);
}
