// SPDX-License-Identifier: MIT
// A property: whatever a client with or without out-of-band execution sends, however it is cut, whenever
// calls are answered and however slowly it reads, each request has one answer, and those in band keep their
// order.
#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "fake_room.hpp"
#include "support/fake_stream.hpp"

namespace qmpev::test {
namespace {

constexpr unsigned kSeeds = 300;
constexpr int kRequests = 60;
constexpr std::size_t kFewReplyBytes = 200;  // so that unsent replies suspend the input, too

class Conversation {
 public:
  explicit Conversation(unsigned seed)
      : random_(seed),
        oob_(pick(2) == 0),
        room_(kMinLogBytes, pick(2) == 0 ? kFewReplyBytes : kMaxUnsentReplyBytes) {
    REQUIRE(room_.dispatcher.add(
        "late", {.later = [this](const Value&, Call call) { calls_.push_back(std::move(call)); }}));
    REQUIRE(room_.dispatcher.add(
        "quick",
        {.handler = [](const Value&) -> CommandResult { return Value::object(); }, .allow_oob = true}));
    client_ = &room_.connect();
    client_->send(oob_ ? R"({"execute":"qmp_capabilities","arguments":{"enable":["oob"]}})" : kNegotiate);
    room_.run();
    client_->received.clear();
    client_->room = 0;
  }

  void run() {
    for (int number = 0; number < kRequests; ++number) input_ += request(number);
    for (int step = 0; step < 100'000 && !is_over(); ++step) take_step();
    REQUIRE(is_over());
    client_->read(SIZE_MAX);
    room_.run();
    compare();
  }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }
  bool is_over() const {
    return input_.empty() && client_->input.empty() && calls_.empty() && answered_ == begun() &&
           client_->lines().size() == static_cast<std::size_t>(kRequests);
  }
  std::size_t begun() const { return room_.statistics().calls.begun; }

  std::string request(int number) {
    const std::string id = ",\"id\":" + std::to_string(number) + "}";
    switch (pick(5)) {
      case 0:
        return in_band(number, R"({"execute":"late")" + id);
      case 1:
        return in_band(number, R"({"execute":"nope")" + id);
      case 2:
        if (oob_) return R"({"exec-oob":"quick")" + id;
        return in_band(number, R"({"exec-oob":"quick")" + id);  // a mistake, which waits its turn
      case 3:
        return in_band(number, R"({"x":1)" + id);
      default:
        return in_band(number, R"({"execute":"mute")" + id);
    }
  }
  std::string in_band(int number, std::string text) {
    in_band_.push_back(number);
    return text;
  }

  void take_step() {
    switch (pick(4)) {
      case 0: {
        const std::size_t count = std::min(input_.size(), 1 + pick(300));
        client_->send(input_.substr(0, count));
        input_.erase(0, count);
        break;
      }
      case 1:
        client_->read(pick(400));
        break;
      case 2:
        if (calls_.empty()) break;
        calls_.back().answer(Answer::empty());
        calls_.pop_back();
        ++answered_;
        break;
      default:
        break;
    }
    client_->max_read = 1 + pick(100);
    room_.turn();
  }

  static int id_of(const std::string& line) {
    const std::size_t at = line.find("\"id\": ");
    REQUIRE(at != std::string::npos);
    return std::stoi(line.substr(at + 6));
  }

  void compare() {
    std::map<int, int> answers;
    std::vector<int> order;
    for (const std::string& line : client_->lines()) {
      const int id = id_of(line);
      ++answers[id];
      if (std::count(in_band_.begin(), in_band_.end(), id) > 0) order.push_back(id);
    }
    CHECK(answers.size() == static_cast<std::size_t>(kRequests));
    CHECK(std::all_of(answers.begin(), answers.end(), [](const auto& answer) { return answer.second == 1; }));
    CHECK(order == in_band_);
    const SessionCounters counters = room_.statistics().sessions;
    CHECK(counters.requests_dropped == 0);
    if (!oob_) CHECK(counters.requests_queued == 0);
  }

  std::mt19937 random_;
  const bool oob_;
  FakeRoom room_;
  FakeClient* client_ = nullptr;
  std::string input_;
  std::vector<int> in_band_;
  std::vector<Call> calls_;
  std::size_t answered_ = 0;
};

TEST_CASE("each request is answered once, and those in band in their order", "[monitor]") {
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    Conversation(seed).run();
  }
}

}  // namespace
}  // namespace qmpev::test
