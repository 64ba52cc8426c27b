// SPDX-License-Identifier: MIT
// A real SPICE client (spice-client-glib) at the program's real SPICE server, seen by a QMP client. The
// program is a process of its own, named by QMPEV_PROGRAM. Everything that waits has a bound.
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "support/spice_viewer.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;
using namespace qmpev::test;

namespace {

/// Where a program listens that says its own line of it first.
struct Place {
  TemporaryDirectory folder;
  std::string socket = folder / "q";
  std::string listen = "unix:" + socket + ",wire=qemu";
};

/// The program with --spice.
class Program : Place, public Machine {
 public:
  explicit Program(const char* spice)
      : Machine({g_getenv("QMPEV_PROGRAM"), "serve", "--listen", listen.c_str(), "--spice", spice, nullptr},
                2, socket) {}
};

constexpr std::size_t kChannels = 4;

std::size_t count_in(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a viewer over TCP: every channel is connected, up, listed, and gone", "[spice]") {
  Program machine("port=0");
  Viewer viewer(machine.address(), nullptr);
  REQUIRE(wait_until([&] { return machine.has(kInitialized, kChannels); }));
  const auto up = machine.of(kInitialized);
  CHECK(types_of(up) == std::set<int>{1, 3, 5, 6});
  CHECK(ports_of(up) == ports_of(machine.of(kConnected)));
  CHECK(up.front().type == 1);
  for (const Event& event : up) {
    CHECK(event.auth == "none");
    CHECK(event.family == "ipv4");
    CHECK(event.id == up.front().id);
  }
  const std::string listed = machine.query();
  for (const Event& event : up)
    CHECK(count_in(listed, "\"port\": \"" + event.port + "\", \"family\": \"ipv4\", \"channel-type\": " +
                               std::to_string(event.type)) == 1);
  CHECK(count_in(listed, "\"connection-id\": " + std::to_string(up.front().id)) == kChannels);
  CHECK(machine.of(kDisconnected).empty());

  viewer.disconnect();
  REQUIRE(wait_until([&] { return machine.has(kDisconnected, kChannels); }));
  CHECK(ports_of(machine.of(kDisconnected)) == ports_of(up));
  CHECK(machine.query().find("\"channels\": []") != std::string::npos);
}

TEST_CASE("a viewer over a UNIX socket with the right password is let in", "[spice]") {
  const TemporaryDirectory folder;
  Program machine(("unix=" + (folder / "s") + ",password=secret").c_str());
  CHECK(machine.address() == "spice+unix://" + (folder / "s"));
  Viewer viewer(machine.address(), "secret");
  REQUIRE(wait_until([&] { return machine.has(kInitialized, kChannels); }));
  for (const Event& event : machine.of(kInitialized)) {
    CHECK(event.auth == "spice");
    CHECK(event.family == "unix");
    CHECK(event.port.empty());
  }
  viewer.disconnect();
  REQUIRE(wait_until([&] { return machine.has(kDisconnected, kChannels); }));
}

TEST_CASE("a viewer with a wrong password is connected and gone, never up", "[spice]") {
  Program machine("port=0,password=secret");
  const Viewer viewer(machine.address(), "wrong");
  REQUIRE(wait_until([&] { return machine.has(kDisconnected, 1); }));
  REQUIRE(wait_until([&] { return viewer.was_told(SPICE_CHANNEL_ERROR_AUTH); }));
  CHECK(machine.of(kConnected).size() == 1);
  CHECK(machine.query().find("\"channels\": []") != std::string::npos);
  CHECK(machine.of(kInitialized).empty());
}

TEST_CASE("a second viewer kicks the first before it is up", "[spice]") {
  Program machine("port=0");
  const Viewer first(machine.address(), nullptr);
  REQUIRE(wait_until([&] { return machine.has(kInitialized, kChannels); }));
  const auto old = machine.of(kInitialized);
  machine.events.clear();
  const Viewer second(machine.address(), nullptr);
  REQUIRE(wait_until([&] { return machine.has(kInitialized, kChannels); }));
  CHECK(ports_of(machine.of(kDisconnected)) == ports_of(old));
  const auto& events = machine.events;
  CHECK(events.at(0).name == kConnected);
  for (std::size_t place = 1; place <= kChannels; ++place) CHECK(events.at(place).name == kDisconnected);
  CHECK(events.at(kChannels).port == old.front().port);  // the main channel goes last
  CHECK(events.at(kChannels + 1).name == kInitialized);
  CHECK(events.at(kChannels + 1).type == 1);
  CHECK(events.at(kChannels + 1).id != old.front().id);
}

TEST_CASE("with display=on there is a blank screen, with channels for display and cursor", "[spice]") {
  Program machine("port=0,display=on");
  Viewer viewer(machine.address(), nullptr);
  REQUIRE(wait_until([&] { return machine.has(kInitialized, 6) && viewer.has_screen(); }));
  CHECK(types_of(machine.of(kInitialized)) == std::set<int>{1, 2, 3, 4, 5, 6});
  viewer.disconnect();
  REQUIRE(wait_until([&] { return machine.has(kDisconnected, 6); }));
}
