// SPDX-License-Identifier: MIT
// Subscribing, and coming again: what each answer says, and four promises, whichever byte a connection ends
// at: the events of a client that comes again are ordered, unique, reliable and resumable.
#include "monitor/resume_command.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "fake_room.hpp"
#include "monitor/numbered_line.hpp"
#include "wire/reader.hpp"

namespace qmpev::test {
namespace {

const char* const kSubscribe = R"({"execute":"x-qmpev-subscribe"})";

Value parsed(std::string_view line) {
  Reader reader;
  reader.push(line);
  reader.push("\n");
  auto item = reader.next();
  REQUIRE((item && item->value));
  return std::move(*item->value);
}

std::uint64_t number(const Value& object, std::string_view name) {
  const Value* found = object.find(name);
  REQUIRE(found != nullptr);
  return found->as_uint64();
}

std::string resume(std::uint64_t from, const std::string& epoch = FakeRoom::kEpoch) {
  return R"({"execute":"x-qmpev-resume","arguments":{"epoch":")" + epoch + R"(","from":)" +
         std::to_string(from) + "}}";
}

std::string numbered(const std::string& name, std::uint64_t sequence) {
  return "{\"event\": \"d" + name + "\", \"x-qmpev-sequence\": " + std::to_string(sequence) + "}";
}

/// The reply to one command of a client that has nothing else to read.
Value answer(FakeRoom& room, FakeClient& client, const std::string& command) {
  client.received.clear();
  client.send(command);
  room.run();
  REQUIRE(client.lines().size() == 1);
  const Value reply = parsed(client.lines()[0]);
  REQUIRE(reply.find("return") != nullptr);
  return *reply.find("return");
}

TEST_CASE("a subscriber's events are numbered from behind the reply on, and nobody else's", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  FakeClient& other = room.connect_negotiated();
  room.add("cause", [&](const Value&) -> CommandResult {
    room.emit("2");
    return Value::object();
  });
  room.emit("1");
  client.send(R"({"execute":"cause"})" + std::string(kSubscribe));
  room.run();
  room.emit("3");
  room.log.gap(EventKind::stop, 1);
  room.emit("4");
  room.run();
  const Lines lines = client.lines();
  REQUIRE(lines.size() == 6);
  CHECK((lines[0] == event_line("1") && lines[1] == event_line("2")));
  CHECK(lines[3] == R"({"return": {"oldest": 0, "epoch": "000102030405060708090a0b0c0d0e0f", "next": 2}})");
  CHECK((lines[4] == numbered("3", 3) && lines[5] == numbered("4", 4)));
  CHECK(other.received == room.published);
}

TEST_CASE("wherever the stream cuts, numbered lines are the same and are counted whole", "[monitor]") {
  std::string expected;
  for (std::size_t cut = 1; cut == 1 || cut < expected.size(); ++cut) {
    FakeRoom room;
    FakeClient& client = room.connect_negotiated();
    client.send(kSubscribe);
    room.run();
    client.received.clear();
    client.room = cut;
    for (const char* name : {"1", "3", "5"}) room.emit(name);
    room.run();
    client.room = SIZE_MAX;
    room.run();
    expected = numbered("1", 0) + "\r\n" + numbered("3", 1) + "\r\n" + numbered("5", 2) + "\r\n";
    CHECK(client.received == expected);
    CHECK(room.statistics().sessions.delivered == 3);
  }
}

TEST_CASE("a page has what was missed, as it went out, and reaches to its reply", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  for (const char* name : {"1", "2", "3"}) room.emit(name);
  room.run();
  room.log.gap(EventKind::stop, 5);
  room.emit("4");
  client.received.clear();
  client.send(resume(1));
  room.run();
  CHECK(client.lines() ==
        Lines{event_line("4"),
              R"({"return": {"gone": 0, "oldest": 0, "more": false, "refused": 5, "next": 5, "events": [)" +
                  numbered("2", 1) + ", " + numbered("3", 2) + ", " + numbered("4", 4) + R"(]}})"});
  CHECK(answer(room, client, resume(5)).find("events")->items().empty());
}

TEST_CASE("a page is in the form of who asks, and holds what its filter wants", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated(WireForm::qemu);
  for (const char* name : {"1", "2", "3"}) room.emit(name);
  client.send(R"({"execute":"x-qmpev-filter","arguments":{"events":["RESUME"]}})");
  room.run();
  const Value page = answer(room, client, resume(0));
  REQUIRE(page.find("events")->items().size() == 1);
  CHECK(page.find("events")->items()[0].find("event")->as_string() == "q2");
  CHECK(number(page, "next") == 3);
}

TEST_CASE("a client's id cannot be taken for the list of events", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  room.emit("1");
  room.run();
  client.received.clear();
  std::string command = resume(0);
  command.insert(1, R"("id":{"events": [], "more": []},)");
  client.send(command);
  room.run();
  const Value reply = parsed(client.lines()[0]);
  CHECK(reply.find("id")->find("events")->items().empty());
  CHECK(reply.find("return")->find("events")->items().size() == 1);
}

TEST_CASE("a page has at most 64 KiB, and the next goes on behind it", "[monitor]") {
  FakeRoom room(std::size_t{1} << 20);
  FakeClient& client = room.connect_negotiated();
  const std::size_t bytes = GENERATE(std::size_t{60}, std::size_t{997}, kMaxLoggedLineBytes);
  room.emit_many(200'000 / bytes, bytes);
  room.run();
  std::uint64_t from = 0, events = 0, pages = 0;
  for (bool more = true; more; ++pages) {
    client.received.clear();
    client.send(resume(from));
    room.run();
    CHECK(client.received.size() <= kMaxPageBytes);
    const Value page = *parsed(client.lines()[0]).find("return");
    for (const Value& event : page.find("events")->items())
      REQUIRE(number(event, kSequenceMember) == events++);
    from = number(page, "next");
    more = page.find("more")->as_bool();
    if (more) CHECK(client.received.size() > kMaxPageBytes - 512 - kMaxLoggedLineBytes - kNumberBytes);
  }
  CHECK(events == 200'000 / bytes);
  CHECK(pages > 2);
}

TEST_CASE("a page says that there is more wherever it ends, one event before the last included",
          "[monitor]") {
  constexpr std::size_t kLineBytes = 997;
  FakeRoom room(std::size_t{1} << 20);
  FakeClient& client = room.connect_negotiated();
  room.emit_many(2 * kMaxPageBytes / kLineBytes, kLineBytes);
  room.run();
  std::set<std::uint64_t> left;
  for (std::uint64_t from = 0; from <= room.log.head(); ++from) {
    const Value page = answer(room, client, resume(from));
    const std::uint64_t next = number(page, "next");
    CHECK(next == from + page.find("events")->items().size());
    CHECK(page.find("more")->as_bool() == (next < room.log.head()));
    left.insert(room.log.head() - next);
  }
  CHECK((left.count(0) == 1 && left.count(1) == 1 && left.count(2) == 1));
}

TEST_CASE("another epoch, and numbers that nobody has been given, are refused with what is true",
          "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  room.emit("1");
  room.run();
  client.received.clear();
  client.send(resume(0, "another") + resume(2) + resume(1));
  room.run();
  const Lines lines = client.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("now it is '000102030405060708090a0b0c0d0e0f', whose oldest event is number 0") !=
        std::string::npos);
  CHECK(lines[1].find("Parameter 'from' expects a number up to that of the next event, 1") !=
        std::string::npos);
  CHECK(lines[2].find("\"return\"") == 2 - 1);
}

TEST_CASE("what is gone is told, with the newest of what tells a state", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  room.emit("1");  // a stop
  room.emit("2");  // a resume
  room.run();
  for (int i = 0; i < 20; ++i)
    room.log.publish({EventKind::reset, {FakeRoom::line_of(std::string(4000, 'x'), "d"), {}}});
  room.run();
  const Value page = answer(room, client, resume(1));
  const std::uint64_t tail = room.log.tail();
  CHECK(number(page, "oldest") == tail);
  CHECK(number(page, "gone") == tail - 1);
  const Value::Items& events = page.find("events")->items();
  REQUIRE(events.size() == 1 + room.log.head() - tail);
  CHECK(number(events[0], kSequenceMember) == 1);
  CHECK(events[0].find("event")->as_string() == "d2");
}

TEST_CASE("from the first subscription on events are kept while nobody is there", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  CHECK(room.audience == 1);
  client.send(std::string(kSubscribe) + kSubscribe);
  room.run();
  CHECK(room.audience == 2);
  client.half_close();
  room.run();
  CHECK(client.closed);
  CHECK(room.audience == 1);
}

TEST_CASE("so are the embedder's own, when a subscriber asks for some, in either order", "[monitor]") {
  FakeRoom room;
  room.dispatcher.events().add(EventShape::build({"X_LAMP"}).value());
  FakeClient& client = room.connect_negotiated();
  std::vector<std::string> commands{kSubscribe,
                                    R"({"execute":"x-qmpev-filter","arguments":{"events":["X_LAMP"]}})"};
  if (GENERATE(false, true)) std::swap(commands[0], commands[1]);
  client.send(commands[0] + commands[1]);
  room.run();
  CHECK(room.registered_audience == 2);
  client.half_close();
  room.run();
  CHECK(room.registered_audience == 1);
  CHECK(room.audience == 1);
}

// --- the promises ---

/// A client that follows the rules of the extension. It forgets a connection, but not what it has got.
class Subscriber {
 public:
  struct Got {
    std::uint64_t sequence;
    std::string text;
  };
  std::vector<Got> got;
  std::optional<std::uint64_t>
      next;                 ///< the first number that is missing; none before the first subscription
  std::uint64_t first = 0;  ///< where it began
  std::uint64_t gone = 0;
  bool refused = false;  ///< the epoch was over

  void connect(FakeRoom& room, std::size_t bytes) {
    client_ = std::make_shared<FakeClient>();
    client_->room = bytes;
    phase_ = Phase::greeting;
    read_ = 0;
    room.open(client_);
  }
  bool live() const { return phase_ == Phase::live; }
  /// All that its connection could carry has come.
  bool cut_off() const { return client_->room == 0; }
  std::size_t received() const { return client_->received.size(); }
  void hang_up() {
    client_->hung_up = true;
    client_->write_error = EPIPE;
  }
  void read() {
    for (std::size_t end; (end = client_->received.find("\r\n", read_)) != std::string::npos;
         read_ = end + 2) {
      take(client_->received.substr(read_, end - read_));
    }
  }

 private:
  enum class Phase { greeting, negotiation, subscription, pages, live };
  void take(const std::string& line) {
    const Value object = parsed(line);
    if (object.find("event") != nullptr) {
      // Before it is live, a page has it.
      if (live()) take_event(object);
      return;
    }
    switch (phase_) {
      case Phase::greeting:
        return ask(kNegotiate, Phase::negotiation);
      case Phase::negotiation:
        return ask(kSubscribe, Phase::subscription);
      case Phase::subscription:
        if (next) return ask(resume(*next, epoch_), Phase::pages);
        epoch_ = object.find("return")->find("epoch")->as_string();
        first = number(*object.find("return"), "next");
        next = first;
        phase_ = Phase::live;
        return;
      case Phase::pages:
        return take_page(object);
      case Phase::live:
        FAIL("a reply to nothing: " + line);
    }
  }
  void take_page(const Value& reply) {
    const Value* page = reply.find("return");
    if (page == nullptr) {
      refused = true;
      return;
    }
    for (const Value& event : page->find("events")->items()) take_event(event);
    gone += number(*page, "gone");
    next = number(*page, "next");
    if (page->find("more")->as_bool()) return ask(resume(*next, epoch_), Phase::pages);
    phase_ = Phase::live;
  }
  void take_event(const Value& event) {
    const std::uint64_t sequence = number(event, kSequenceMember);
    got.push_back({sequence, event.find("event")->as_string()});
    next = sequence + 1;
  }
  void ask(const std::string& command, Phase phase) {
    phase_ = phase;
    client_->send(command);
  }

  std::shared_ptr<FakeClient> client_;
  std::string epoch_;
  Phase phase_ = Phase::greeting;
  std::size_t read_ = 0;
};

/// A server with a subscriber whose connections end, and everything that happened.
class Story {
 public:
  explicit Story(unsigned seed, std::size_t log_bytes = std::size_t{1} << 20)
      : random_(seed), room_(log_bytes) {}

  /// One connection that carries so many bytes, or ends when it is live and quiet. How many it carried.
  std::size_t connect(std::size_t bytes) {
    subscriber.connect(room_, bytes);
    for (int turn = 0; turn < 100 && !subscriber.cut_off(); ++turn) {
      if (turn < 12) happen(below(4));
      round();
    }
    if (bytes == SIZE_MAX) REQUIRE((subscriber.live() || subscriber.refused));
    subscriber.hang_up();
    round();
    happen(below(30));
    return subscriber.received();
  }

  void happen(std::size_t events) {
    while (events-- > 0) {
      if (below(8) == 0) room_.log.gap(EventKind::stop, 1);
      const std::string name = room_.event_of(40 + below(60));
      room_.emit(name);
      room_.settle();
      published.emplace(room_.log.head() - 1, "d" + name);
    }
  }
  void shuffle(unsigned seed) { random_.seed(seed); }
  std::size_t below(std::size_t bound) { return random_() % bound; }

  Subscriber subscriber;
  std::map<std::uint64_t, std::string> published;  ///< by number

 private:
  void round() {
    room_.turn();
    subscriber.read();
  }
  std::mt19937 random_;
  FakeRoom room_;
};

/// A first connection that breaks off, and a second that carries so many bytes. How many it carried.
std::size_t begin(Story& story, std::size_t bytes) {
  story.connect(1500);
  return story.connect(bytes);
}

/// What remains of a story.
struct Ended {
  Subscriber subscriber;
  std::map<std::uint64_t, std::string> published;
};

/// One for every byte at which the second connection can end; then come a few of random length, and one that
/// ends well.
const std::vector<Ended>& stories() {
  static const std::vector<Ended> all = [] {
    Story first(1);
    const std::size_t whole = begin(first, SIZE_MAX);
    REQUIRE(whole > 2000);
    std::vector<Ended> ended;
    for (std::size_t cut = 1; cut <= whole; ++cut) {
      Story story(1);
      begin(story, cut);
      story.shuffle(static_cast<unsigned>(cut));
      for (std::size_t more = story.below(3); more > 0; --more) story.connect(1 + story.below(3000));
      story.connect(SIZE_MAX);
      REQUIRE(story.subscriber.next);
      ended.push_back({std::move(story.subscriber), std::move(story.published)});
    }
    return ended;
  }();
  return all;
}

TEST_CASE("ordered: numbers only grow, whichever byte a connection ends at", "[monitor]") {
  for (const Ended& story : stories()) {
    const auto& got = story.subscriber.got;
    const auto disorder = std::adjacent_find(got.begin(), got.end(), [](const auto& one, const auto& next) {
      return one.sequence >= next.sequence;
    });
    REQUIRE(disorder == got.end());
  }
}

TEST_CASE("unique: nothing comes twice, whichever byte a connection ends at", "[monitor]") {
  for (const Ended& story : stories()) {
    std::set<std::string> texts;
    for (const auto& got : story.subscriber.got) REQUIRE(texts.insert(got.text).second);
  }
}

TEST_CASE("reliable: nothing is missing, whichever byte a connection ends at", "[monitor]") {
  for (const Ended& story : stories()) {
    const Subscriber& subscriber = story.subscriber;
    REQUIRE(subscriber.gone == 0);
    std::map<std::uint64_t, std::string> got;
    for (const auto& event : subscriber.got) got.emplace(event.sequence, event.text);
    const std::map<std::uint64_t, std::string> expected(story.published.lower_bound(subscriber.first),
                                                        story.published.lower_bound(*subscriber.next));
    REQUIRE(expected.size() > 10);
    REQUIRE(got == expected);
  }
}

TEST_CASE("resumable: what the server has forgotten is told to the number, and the rest comes", "[monitor]") {
  for (unsigned seed = 1; seed < 60; ++seed) {
    Story story(seed, kMinLogBytes);
    story.connect(SIZE_MAX);
    for (int again = 0; again < 6; ++again) {
      story.happen(story.below(1500));
      story.connect(story.below(3) == 0 ? SIZE_MAX : 1 + story.below(100'000));
    }
    story.connect(SIZE_MAX);
    const Subscriber& subscriber = story.subscriber;
    std::set<std::uint64_t> got;
    for (const auto& event : subscriber.got) {
      REQUIRE(got.insert(event.sequence).second);
      REQUIRE(story.published.at(event.sequence) == event.text);
    }
    std::uint64_t missing = 0;
    for (const auto& [sequence, text] : story.published) {
      if (sequence >= subscriber.first && sequence < *subscriber.next && got.count(sequence) == 0) ++missing;
    }
    // Numbers that are gone are those of events that are missing, of kept ones, and of refusals.
    REQUIRE(missing <= subscriber.gone);
    REQUIRE((missing == 0) == (subscriber.gone <= 2));
  }
}

TEST_CASE("resumable: in another life of the server the epoch says so", "[monitor]") {
  Subscriber subscriber;
  FakeRoom one;
  subscriber.connect(one, SIZE_MAX);
  for (int i = 0; i < 20; ++i) one.turn(), subscriber.read();
  REQUIRE(subscriber.live());
  subscriber.hang_up();
  EventLog log(kMinLogBytes);
  const History another{log, "another epoch"};
  const std::string reply =
      page_line(another, {FakeRoom::kEpoch, 0, WireForm::document, EventSet().set()}, {});
  CHECK(parsed(reply).find("error")->find("desc")->as_string().find("'another epoch'") != std::string::npos);
}

}  // namespace
}  // namespace qmpev::test
