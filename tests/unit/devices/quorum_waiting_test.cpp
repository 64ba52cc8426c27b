// SPDX-License-Identifier: MIT
// A quorum whose children answer later, on threads of their own.
#include <catch2/catch.hpp>
#include <cerrno>
#include <future>

#include "devices/memory_child.hpp"
#include "devices/quorum.hpp"
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
  test::QuorumRig rig(recorder.emitter, {"q0", 2}, test::copy_names(3));
  REQUIRE(rig.children[1]->rot(0, 1));
  std::vector<std::future<void>> guests;
  for (std::uint8_t value = 1; value <= 4; ++value)
    guests.push_back(std::async(std::launch::async, [&rig, value] {
      std::vector<std::uint8_t> wanted(512, value), got(512);
      for (int turn = 0; turn < 50; ++turn) {
        if (rig.quorum->write(512u * value, wanted) != 0 || rig.quorum->read(512u * value, got) != 0 ||
            got != wanted || rig.quorum->read(0, got) != 0)
          throw std::runtime_error("another request came between");
      }
    }));
  for (auto& guest : guests) CHECK_NOTHROW(guest.get());
  CHECK(recorder.counters(EventKind::quorum_report_bad).emitted == 200);
}
