// SPDX-License-Identifier: MIT
#include "hypervisor/reference_machine.hpp"

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

TEST_CASE("port writes are shown as they are made", "[hypervisor]") {
  CHECK(text_of({{0xa00, 1}, {0xa04, 3}, {0xa08, 0x81}}) == "0xa00<-1 0xa04<-3 0xa08<-0x81");
  CHECK(text_of({{0x505, 9}, {0x505, 10}}) == "0x505<-9 0x505<-0xa");
  CHECK(text_of({}) == "");
}

TEST_CASE("ports reach the devices behind them", "[hypervisor]") {
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  machine.out({0xa00, 1});
  machine.out({0xa08, 0});
  machine.out({0x505, 1});
  machine.out({0x3f8, 'x'});
  const auto lines = recorder.lines(WireForm::document);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("\"device\": \"dimm1\"") != std::string::npos);
  CHECK(lines[1].find("GUEST_PANICKED") != std::string::npos);
  CHECK(lines[2].find("STOP") != std::string::npos);
}
