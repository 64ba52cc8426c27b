// SPDX-License-Identifier: MIT
#include "cli/resumption.hpp"

#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

using namespace qmpev;

namespace {

using Texts = std::vector<std::string>;

std::string event(std::uint64_t number) {
  return "{\"event\": \"STOP\", \"x-qmpev-sequence\": " + std::to_string(number) + "}";
}

std::string page(const std::string& events, std::uint64_t next, bool more, const std::string& rest = "") {
  return "{\"return\": {" + rest + "\"next\": " + std::to_string(next) + ", \"events\": [" + events +
         "], \"more\": " + (more ? "true" : "false") + "}}";
}

/// A resumption, its server, and what it said to whom.
struct Fixture {
  explicit Fixture(std::optional<WatchedUpTo> before) {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    server = UniqueFd(ends[0]);
    client = std::make_unique<QmpClient>(UniqueFd(ends[1]));
    resumption = std::make_unique<Resumption>(
        *client, std::move(before),
        Resumption::Listener{[this](const std::string& line, const WatchedUpTo& after) {
                               lines.push_back(line);
                               state = after;
                               return lines.size() < most;
                             },
                             [this](const WatchedUpTo& now) {
                               state = now;
                               return true;
                             },
                             [this](const std::string& sentence) { said.push_back(sentence); }});
    say("{\"QMP\": {}}");
    say("{\"return\": {}}");
    requests();
    REQUIRE(resumption->begin());
    CHECK(requests() == "{\"execute\": \"x-qmpev-gap-notice\"}\r\n{\"execute\": \"x-qmpev-subscribe\"}\r\n");
    say("{\"return\": {}}");
  }
  /// Lines of the server.
  void say(const std::string& line) {
    const std::string bytes = line + "\r\n";
    REQUIRE(::send(server.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
    REQUIRE(client->receive([this](const std::string& text) { resumption->take_event(text); }));
  }
  void subscribe(const std::string& epoch, std::uint64_t next, std::uint64_t oldest = 0) {
    say("{\"return\": {\"epoch\": \"" + epoch + "\", \"next\": " + std::to_string(next) +
        ", \"oldest\": " + std::to_string(oldest) + "}}");
  }
  std::string requests() {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::recv(server.get(), bytes.data(), bytes.size(), 0);
    return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : "";
  }

  UniqueFd server;
  std::unique_ptr<QmpClient> client;
  std::unique_ptr<Resumption> resumption;
  Texts lines, said;
  WatchedUpTo state;
  std::size_t most = SIZE_MAX;
};

std::string request(const std::string& epoch, std::uint64_t from) {
  return "{\"execute\": \"x-qmpev-resume\", \"arguments\": {\"epoch\": \"" + epoch +
         "\", \"from\": " + std::to_string(from) + "}}\r\n";
}

TEST_CASE("the first time nothing is asked for: events begin with the subscription", "[cli]") {
  Fixture fixture(std::nullopt);
  fixture.say("{\"event\": \"BEFORE\"}");
  fixture.subscribe("e", 7);
  CHECK((fixture.state.epoch == "e" && fixture.state.next == 7));
  CHECK(fixture.requests().empty());
  fixture.say(event(7));
  fixture.say("{\"event\": \"X_QMPEV_EVENTS_LOST\"}");
  fixture.say(event(9));
  CHECK(fixture.lines == Texts{event(7), "{\"event\": \"X_QMPEV_EVENTS_LOST\"}", event(9)});
  CHECK(fixture.state.next == 10);
}

TEST_CASE("what was missed comes page by page, and what is heard meanwhile is on a page", "[cli]") {
  Fixture fixture(WatchedUpTo{"e", 3});
  fixture.subscribe("e", 7);
  CHECK(fixture.requests() == request("e", 3));
  fixture.say(event(7));
  fixture.say(page(event(3) + ", " + event(5), 6, true));
  CHECK(fixture.requests() == request("e", 6));
  fixture.say(event(8));
  fixture.say(page(event(6) + ", " + event(7) + ", " + event(8), 9, false));
  CHECK(fixture.requests().empty());
  fixture.say(event(9));
  CHECK(fixture.lines == Texts{event(3), event(5), event(6), event(7), event(8), event(9)});
  CHECK(fixture.said.empty());
  CHECK(fixture.state.next == 10);
}

TEST_CASE("another epoch is said, and everything the server has is new", "[cli]") {
  Fixture fixture(WatchedUpTo{"old", 300});
  fixture.subscribe("new", 7, 2);
  REQUIRE(fixture.said.size() == 1);
  CHECK(fixture.said[0].find("epoch old, now new") != std::string::npos);
  CHECK(fixture.requests() == request("new", 2));
}

TEST_CASE("what is gone or was refused is said", "[cli]") {
  Fixture fixture(WatchedUpTo{"e", 3});
  fixture.subscribe("e", 90, 50);
  fixture.say(page(event(41), 90, false, "\"gone\": 47, \"refused\": 2, "));
  REQUIRE(fixture.said.size() == 2);
  CHECK(fixture.said[0].find("of the numbers from 3 on, 47 are gone") == 0);
  CHECK(fixture.said[1].find("2 events") == 0);
  CHECK(fixture.lines == Texts{event(41)});
  CHECK(fixture.state.next == 90);
}

TEST_CASE("who has heard enough hears nothing more, and the state stays with it", "[cli]") {
  Fixture fixture(WatchedUpTo{"e", 3});
  fixture.most = 2;
  fixture.subscribe("e", 7);
  fixture.say(page(event(3) + ", " + event(4) + ", " + event(5), 6, true));
  fixture.say(event(9));
  CHECK(fixture.lines == Texts{event(3), event(4)});
  CHECK(fixture.state.next == 5);
}

TEST_CASE("a server without numbers is told apart", "[cli]") {
  Fixture fixture(std::nullopt);
  fixture.say(R"({"error": {"class": "CommandNotFound", "desc": "The command has not been found"}})");
  CHECK(fixture.resumption->failure().find("does not number its events (The command has not been found)") !=
        std::string::npos);
}

TEST_CASE("a page that is none is told", "[cli]") {
  Fixture fixture(WatchedUpTo{"e", 3});
  fixture.subscribe("e", 7);
  fixture.say(R"({"error": {"class": "GenericError", "desc": "no"}})");
  CHECK(fixture.resumption->failure().find("does not give what was missed: no") != std::string::npos);
  fixture.say(event(7));
  CHECK(fixture.lines.empty());
}

}  // namespace
