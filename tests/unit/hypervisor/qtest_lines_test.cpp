// SPDX-License-Identifier: MIT
#include "hypervisor/qtest_lines.hpp"

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

namespace qmpev::test {
namespace {

struct Bench {
  RecordingEmitter recorder;
  ReferenceMachine machine{recorder.emitter, {}};
  QtestLines lines{machine};
};

TEST_CASE("a test writes to ports and reads from them", "[hypervisor]") {
  Bench bench;
  CHECK(bench.lines.answer("endianness") == "OK little");
  CHECK(bench.lines.answer("inb 0x505") == "OK 0x0007");
  CHECK(bench.lines.answer("outl 0xa00 0x1") == "OK");
  CHECK(bench.lines.answer("inl 2568") == "OK 0x8000000");  // the size of dimm1 at 0xa08
  CHECK(bench.lines.answer("outb 0x505 0x1") == "OK");
  const auto said = bench.recorder.lines(WireForm::qemu);
  REQUIRE(said.size() == 2);
  CHECK(said[0].find("GUEST_PANICKED") != std::string::npos);
}

TEST_CASE("an access is the machine's own thread's, which stops it before it ends", "[hypervisor]") {
  RecordingEmitter recorder;
  HypervisorConfig config;
  config.machine.actions.panic = PanicPolicy::shutdown;
  ReferenceMachine machine(recorder.emitter, {}, config);
  QtestLines(machine).answer("outb 0x505 0x1");
  const auto said = recorder.lines(WireForm::qemu);
  REQUIRE(said.size() == 3);
  CHECK(said[1].find("STOP") != std::string::npos);
  CHECK(said[2].find("SHUTDOWN") != std::string::npos);
}

TEST_CASE("a line that is none is answered, too", "[hypervisor]") {
  Bench bench;
  CHECK(bench.lines.answer("") == "FAIL an empty line");
  CHECK(bench.lines.answer("clock_step") == "FAIL Unknown command 'clock_step'");
  for (const char* line :
       {"outb", "outb 0x505", "outb 0x505 1 2", "outb 0x10000 1", "outb x 1", "outb 0x 1", "outb 5 -1"})
    CHECK(bench.lines.answer(line) == "FAIL outb takes a port and a value");
  for (const char* line : {"inw", "inw 1 2", "inw 65536"})
    CHECK(bench.lines.answer(line) == "FAIL inw takes a port");
  CHECK(bench.lines.answer("outq 1 1") == "FAIL Unknown command 'outq'");
  CHECK(bench.recorder.lines(WireForm::qemu).empty());
}

}  // namespace
}  // namespace qmpev::test
