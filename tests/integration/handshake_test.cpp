// SPDX-License-Identifier: MIT
// Purity of the handshake over real sockets while four threads flood: the greeting first, the reply second,
// and no event before it, in every cycle.
#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "support/qmp_client.hpp"
#include "support/served.hpp"

using namespace qmpev;
using test::QmpClient;
using test::Served;

TEST_CASE("2,000 handshakes under a flood from 4 threads are pure", "[integration]") {
  constexpr int kCycles = 2'000;
  constexpr int kThreads = 4;
  Served served;
  std::atomic<bool> flooding{true};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      const Emitter emitter = served.emitter();
      while (flooding) {
        emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
        emitter.emit(BalloonChange{1});
        emitter.emit(AcpiDeviceOst{{}, "0", AcpiSlotType::dimm, 3, 0x84});
        std::this_thread::yield();
      }
    });
  }
  // One client stays in command mode, so that there is always somebody to hear.
  auto witness = QmpClient::connect(served.path(WireForm::qemu));
  REQUIRE(witness);
  REQUIRE(witness->send("{\"execute\":\"qmp_capabilities\"}"));

  int greeting_first = 0, reply_second = 0, saw_event = 0;
  for (int i = 0; i < kCycles; ++i) {
    auto client = QmpClient::connect(served.path(i % 2 == 0 ? WireForm::qemu : WireForm::document));
    REQUIRE(client);
    if (i % 3 != 0)
      REQUIRE(client->send("{\"execute\":\"qmp_capabilities\",\"id\":7}"));  // before the greeting is read
    const auto first = client->line();
    if (first && first->rfind("{\"QMP\": ", 0) == 0) ++greeting_first;
    if (i % 3 == 0) REQUIRE(client->send("{\"execute\":\"qmp_capabilities\",\"id\":7}"));
    const auto second = client->line();
    if (second && *second == "{\"return\": {}, \"id\": 7}") ++reply_second;
    if (i % 10 == 0) {
      const auto third = client->line();
      if (third && third->find("\"event\": ") != std::string::npos) ++saw_event;
    }
  }
  flooding = false;
  for (auto& thread : threads) thread.join();
  CHECK(greeting_first == kCycles);
  CHECK(reply_second == kCycles);
  CHECK(saw_event == kCycles / 10);
}
