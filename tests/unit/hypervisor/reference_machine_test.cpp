// SPDX-License-Identifier: MIT
#include "hypervisor/reference_machine.hpp"

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

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

namespace {

std::string refusal(const Result<void>& result) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::invalid_argument);
  return result.error().sentence;
}

}  // namespace

TEST_CASE("the guest reads what its ports have, and ones where there is nothing", "[hypervisor]") {
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  machine.out({0xa00, 1});
  CHECK(machine.in(0xa08, 4) == ReferenceMachine::kDimmBytes);
  CHECK(machine.in(0xa04, 4) == 17);  // 4 GiB and 64 GiB
  machine.out({0xcd8, 1});
  CHECK(machine.in(0xcdc, 1) == kSlotEnabled);
  machine.out({0xcdd, kCpuCommandArchId, 1});
  CHECK(machine.in(0xce0, 4) == 1);
  machine.out({0xc018, 0x01020304});
  CHECK(machine.in(0xc018, 4) == 0x01020304);
  CHECK(machine.in(0xc019, 2) == 0x0203);
  CHECK(machine.in(0x505, 1) == 7);  // what pvpanic takes: a guest's driver looks there first
  CHECK(machine.in(0x505, 2) == 0xff07);
  CHECK(machine.in(0x505, 0) == 0xffffffff);
  CHECK(machine.in(0x3f8, 1) == 0xff);
  CHECK(machine.in(0xc01c, 4) == 0xffffffff);
  CHECK(machine.in(0xc018, 5) == 0xffffffff);
}

TEST_CASE("a legacy driver's writes of any width move the balloon", "[hypervisor]") {
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  machine.out({0xc018, 0x1000});
  CHECK(machine.balloon.level_bytes() == (512 - 16) << 20);
  machine.out({0xc018, 0xffffff00, 1});  // one byte of it
  machine.out({0xc019, 0x20, 1});
  CHECK(machine.in(0xc018, 4) == 0x2000);
  machine.out({0xc014, 0xffffffff});  // num_pages is the host's
  machine.out({0xc018, 0, 0});
  machine.out({0xc01c, 0});
  CHECK(machine.in(0xc014, 4) == 0);
  CHECK(machine.in(0xc018, 4) == 0x2000);
}

TEST_CASE("the balloon takes from the RAM and the DIMMs that are plugged", "[hypervisor]") {
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  CHECK(machine.balloon.level_bytes() == 512 << 20);
  REQUIRE(machine.plug_dimm(3, "dimm3", std::uint64_t{1} << 30));
  CHECK(machine.balloon.level_bytes() == std::int64_t{1536} << 20);
  machine.out({0xa00, 0});
  machine.out({0xa14, kSlotEject, 1});
  CHECK(machine.balloon.level_bytes() == std::int64_t{1408} << 20);
  CHECK(recorder.counters(EventKind::balloon_change).emitted == 0);
}

TEST_CASE("the host plugs into empty slots, each device with a name of its own", "[hypervisor]") {
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  CHECK(refusal(machine.plug_dimm(4, "d", 1)) == "there is no DIMM slot 4: use 0 to 3");
  CHECK(refusal(machine.plug_dimm(1, "d", 1)) ==
        "DIMM slot 1 is taken: unplug what is in it, or use another");
  CHECK(refusal(machine.plug_dimm(2, "cpu1", 1)) == "there is a device 'cpu1' already: use another id");
  CHECK(refusal(machine.plug_dimm(2, "d", 0)) == "a DIMM has 1 byte to 64G, not 0 bytes");
  CHECK_FALSE(machine.plug_dimm(2, "d", ReferenceMachine::kMaxDimmBytes + 1));
  CHECK(machine.plug_dimm(2, "d", ReferenceMachine::kMaxDimmBytes));
  CHECK(machine.memory.dimm_in(2)->address == 132ull << 30);
  CHECK(refusal(machine.plug_cpu(4, "c")) == "there is no CPU slot 4: use 0 to 3");
  CHECK(refusal(machine.plug_cpu(0, "c")) == "CPU slot 0 is taken: unplug what is in it, or use another");
  CHECK(refusal(machine.plug_cpu(2, "dimm1")) == "there is a device 'dimm1' already: use another id");
  CHECK(machine.plug_cpu(2, ""));
  CHECK(machine.plug_cpu(3, ""));
  CHECK(machine.plug_dimm(3, "", 1));
  CHECK(machine.cpus.slot_of("/machine/peripheral-anon/device[0]") == 2);
  CHECK(machine.cpus.slot_of("/machine/peripheral-anon/device[1]") == 3);
  CHECK(machine.memory.slot_of("/machine/peripheral-anon/device[2]") == 3);
}

TEST_CASE("a device's id is one as QEMU takes it, not a path and not a book", "[hypervisor]") {
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  for (const char* id : {"/machine/peripheral/d", "2d", "-", "a b", "d\n", "d\xc3\xa4", "d/"})
    CHECK(refusal(machine.plug_dimm(2, id, 1)).find("this is no device id: use a letter") == 0);
  CHECK_FALSE(machine.plug_cpu(2, std::string(ReferenceMachine::kMaxDeviceIdBytes + 1, 'x')));
  CHECK(machine.plug_cpu(2, std::string(ReferenceMachine::kMaxDeviceIdBytes, 'x')));
  CHECK(machine.plug_dimm(2, "Dz.9-_", 1));
}

TEST_CASE("a write carries as many bytes as its access has", "[hypervisor]") {
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  machine.out({kPm1ControlPort, kPm1SleepEnable, 1});
  machine.out({kPm1ControlPort, kPm1SleepEnable, 0});
  machine.out({kPvpanicPort, kPvpanicPanicked, 0});
  machine.out({kPvpanicPort, kPvpanicPanicked, 5});
  CHECK(recorder.lines(WireForm::document).empty());
  machine.out({kPm1ControlPort, kPm1SleepEnable, 2});
  CHECK(recorder.lines(WireForm::document).size() == 1);
}
