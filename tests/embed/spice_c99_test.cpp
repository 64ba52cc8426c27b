// SPDX-License-Identifier: MIT
// A real SPICE client at a real SPICE server in a process in C, whose core interface has
// qmpev_spice_channel_event() as its callback (spice_c99.c, named by QMPEV_SPICE_PROGRAM). Everything that
// waits has a bound.
#include <string>

#include <catch2/catch.hpp>

#include "support/spice_viewer.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev::test;

namespace {

struct Place {
  TemporaryDirectory folder;
  std::string qmp = folder / "q";
  std::string spice = folder / "s";
};

class Program : Place, public Machine {
 public:
  explicit Program(const char* password = nullptr)
      : Machine({g_getenv("QMPEV_SPICE_PROGRAM"), qmp.c_str(), spice.c_str(), password, nullptr}, 1, qmp) {}
};

constexpr std::size_t kChannels = 2;  // main and inputs: the process has no other devices

}  // namespace

TEST_CASE("the library's own callback: connected, up and gone, of every channel", "[spice]") {
  Program machine;
  Viewer viewer(machine.address(), nullptr);
  REQUIRE(wait_until([&] { return machine.has(kInitialized, kChannels); }));
  const auto up = machine.of(kInitialized);
  CHECK(types_of(up) == std::set<int>{1, 3});
  CHECK(machine.of(kConnected).size() == kChannels);
  for (const Event& event : up) {
    CHECK(event.auth == "none");
    CHECK(event.family == "unix");
    CHECK(event.id == up.front().id);
  }
  CHECK(machine.of(kDisconnected).empty());
  viewer.disconnect();
  REQUIRE(wait_until([&] { return machine.has(kDisconnected, kChannels); }));
  for (const Event& event : machine.of(kDisconnected)) CHECK(event.family == "unix");
}

TEST_CASE("the library's own callback: a wrong password is connected and gone, the right one up", "[spice]") {
  Program machine("secret");
  const Viewer wrong(machine.address(), "wrong");
  REQUIRE(wait_until([&] { return machine.has(kDisconnected, 1); }));
  REQUIRE(wait_until([&] { return wrong.was_told(SPICE_CHANNEL_ERROR_AUTH); }));
  CHECK(machine.of(kConnected).size() == 1);
  CHECK(machine.of(kInitialized).empty());
  Viewer right(machine.address(), "secret");
  REQUIRE(wait_until([&] { return machine.has(kInitialized, kChannels); }));
  for (const Event& event : machine.of(kInitialized)) CHECK(event.auth == "spice");
  right.disconnect();
  REQUIRE(wait_until([&] { return machine.has(kDisconnected, 1 + kChannels); }));
}
