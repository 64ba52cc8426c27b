// SPDX-License-Identifier: MIT
#include "hypervisor/human_monitor.hpp"

#include <catch2/catch.hpp>

#include "hypervisor/run_state_commands.hpp"
#include "support/recording_sink.hpp"

namespace qmpev::test {
namespace {

struct Bench {
  RecordingEmitter recorder;
  Machine machine{recorder.emitter, {}, {}};
  VirtioBalloon balloon{recorder.emitter, std::uint64_t{256} << 20};
  int targets = 0;
  HumanMonitor monitor{
      {run_control([this]() -> Machine& { return machine; }, [] {}), balloon, [this] { ++targets; }, "vm1"}};

  std::uint32_t wanted_pages() const {
    std::array<std::uint8_t, 4> bytes{};
    balloon.read_config(VirtioBalloon::kNumPagesOffset, bytes);
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | std::uint32_t{bytes[3]} << 24;
  }
};

TEST_CASE("the human monitor says what the machine is, in QEMU's words", "[hypervisor]") {
  Bench bench;
  CHECK(bench.monitor.run("info status") == "VM status: running\r\n");
  CHECK(bench.monitor.run("info name") == "vm1\r\n");
  CHECK(bench.monitor.run("info balloon") == "balloon: actual=256\r\n");
  bench.machine.stop();
  CHECK(bench.monitor.run(" info\tstatus ") == "VM status: paused\r\n");
  bench.machine.reset(ShutdownCause::host_qmp_system_reset);
  CHECK(bench.monitor.run("info status") == "VM status: paused (prelaunch)\r\n");
}

TEST_CASE("what changes the machine has the machine's events", "[hypervisor]") {
  Bench bench;
  for (const char* line : {"stop", "cont", "s", "c", "system_powerdown", "system_reset", "q"})
    CHECK(bench.monitor.run(line).empty());
  const auto lines = bench.recorder.lines(WireForm::qemu);
  const std::vector<std::string> events{"STOP", "RESUME", "STOP", "RESUME", "POWERDOWN", "RESET", "SHUTDOWN"};
  REQUIRE(lines.size() == events.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    CHECK(lines[i].find("\"" + events[i] + "\"") != std::string::npos);
}

TEST_CASE("a refusal is printed, not an error of the command", "[hypervisor]") {
  Bench bench;
  bench.machine.fail(RunState::internal_error);
  CHECK(bench.monitor.run("cont") == "Error: Resetting the Virtual Machine is required\r\n");
}

TEST_CASE("the balloon's target is a number of MiB", "[hypervisor]") {
  Bench bench;
  CHECK(bench.monitor.run("balloon 200").empty());
  CHECK(bench.targets == 1);
  CHECK(bench.wanted_pages() == 56 * 256);
  const std::string try_help = "Try \"help balloon\" for more information\r\n";
  CHECK(bench.monitor.run("balloon") == "unexpected end of expression\r\n" + try_help);
  CHECK(bench.monitor.run("balloon x") == "invalid char 'x' in expression\r\n" + try_help);
  CHECK(bench.monitor.run("balloon 1x") == "invalid char 'x' in expression\r\n" + try_help);
  for (const char* line :
       {"balloon 0", "balloon -5", "balloon 8796093022208", "balloon 99999999999999999999"})
    CHECK(bench.monitor.run(line) == "Error: Parameter 'value' expects a size\r\n");
  CHECK(bench.targets == 1);
  CHECK(bench.monitor.run("balloon 8796093022207").empty());  // the most that fits
}

TEST_CASE("what the human monitor does not know it says so, as QEMU's does", "[hypervisor]") {
  Bench bench;
  CHECK(bench.monitor.run("").empty());
  CHECK(bench.monitor.run(" \t ").empty());
  CHECK(bench.monitor.run("nope") == "unknown command: 'nope'\r\n");
  CHECK(bench.monitor.run("nope x") == "unknown command: 'nope'\r\n");
  CHECK(bench.monitor.run("info nope") == "unknown command: 'info nope'\r\n");
  CHECK(bench.monitor.run("info status extra") ==
        "status: extraneous characters at the end of line\r\n"
        "Try \"help info status\" for more information\r\n");
  CHECK(bench.monitor.run(std::string(100000, 'x') + " y").size() == 100000 + 21);
  CHECK(bench.monitor.run("stop " + std::string(100000, ' ')).empty());
}

TEST_CASE("help lists every command, a beginning those that have it, info what can be asked",
          "[hypervisor]") {
  Bench bench;
  const std::string all = bench.monitor.run("help");
  CHECK(std::count(all.begin(), all.end(), '\n') == 10);
  CHECK(all.find("stop|s  -- ") != std::string::npos);
  CHECK(bench.monitor.run("help stop") ==
        bench.monitor.run("? s").substr(0, bench.monitor.run("help stop").size()));
  const std::string asked = bench.monitor.run("info");
  CHECK(std::count(asked.begin(), asked.end(), '\n') == 3);
  CHECK(bench.monitor.run("help nope").empty());
}

}  // namespace
}  // namespace qmpev::test
