// SPDX-License-Identifier: MIT
#include "scenario/client_watch.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace qmpev;

namespace {

struct Fixture {
  void see(Traffic::Kind kind, std::uint64_t session, std::string_view bytes = {}) {
    watch.see({kind, session, "a.sock", bytes, 0});
  }
  std::vector<std::string> commands;
  std::vector<std::uint64_t> clients;
  ClientWatch watch{
      [this](const std::string& name, const std::string& arguments) { commands.push_back(name + arguments); },
      [this](std::uint64_t count) { clients.push_back(count); }};
};

using Kind = Traffic::Kind;
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("clients are counted, but for the one that is ours", "[scenario]") {
  Fixture fixture;
  fixture.see(Kind::opened, 1);
  fixture.see(Kind::opened, 2);
  fixture.see(Kind::opened, 3);
  fixture.see(Kind::closed, 2);
  fixture.see(Kind::closed, 3);
  fixture.see(Kind::closed, 1);
  CHECK(fixture.clients == std::vector<std::uint64_t>{0, 1, 2, 1, 0, 0});
}

TEST_CASE("commands are read in any pieces, of each client apart", "[scenario]") {
  Fixture fixture;
  fixture.see(Kind::opened, 1);
  fixture.see(Kind::opened, 2);
  fixture.see(Kind::received, 1, "{\"exec");
  fixture.see(Kind::received, 2, "{\"execute\": \"stop\"}{\"execute\":");
  fixture.see(Kind::received, 1, "ute\": \"cont\", \"arguments\": {\"execute\": \"x\"}}\r\n");
  fixture.see(Kind::received, 2, " \"quit\"}");
  CHECK(fixture.commands == Names{"stop", "cont{\"execute\": \"x\"}", "quit"});
}

TEST_CASE("what is no command is passed over", "[scenario]") {
  Fixture fixture;
  fixture.see(Kind::received, 1, "{\"execute\": \"early\"}");
  fixture.see(Kind::opened, 1);
  fixture.see(Kind::received, 1, "{\"execute\": 1}[]{}x}{\"exec-oob\": \"stop\"}");
  fixture.see(Kind::sent, 1, "{\"execute\": \"echo\"}");
  fixture.see(Kind::received, 1, "\n{\"execute\": \"" + std::string(2 * kMaxWatchedBytes, 'x') + "\"}\n");
  CHECK(fixture.commands.empty());
  fixture.see(Kind::received, 1, "\n{\"execute\": \"cont\"}");
  CHECK(fixture.commands == Names{"cont"});
  fixture.see(Kind::closed, 1);
  fixture.see(Kind::received, 1, "{\"execute\": \"late\"}");
  CHECK(fixture.commands == Names{"cont"});
}

TEST_CASE("our own commands are none of others", "[scenario]") {
  Fixture fixture;
  fixture.see(Kind::opened, 1);
  fixture.see(Kind::opened, 2);
  fixture.watch.expect_own("cont");
  fixture.see(Kind::received, 1, "{\"execute\": \"cont\"}");
  CHECK(fixture.commands.empty());
  fixture.see(Kind::received, 2, "{\"execute\": \"cont\"}");
  CHECK(fixture.commands == Names{"cont"});
}
