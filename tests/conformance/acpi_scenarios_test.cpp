// SPDX-License-Identifier: MIT
// Every captured scenario of ACPI hot-plug, played again on our controllers: the same accesses, or a guest
// that answers through the registers, and then the same lines in the same order, byte for byte but for the
// time. The table is made by hand; a captured scenario without a row fails.
#include <functional>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "devices/cpu_hotplug.hpp"
#include "devices/memory_hotplug.hpp"
#include "hypervisor/hotplug_driver.hpp"
#include "support/captures.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;
using Lines = std::vector<std::string>;

namespace {

/// The machines of the captures ran under TCG.
constexpr CpuDeletion kDeletion = CpuDeletion::lapic_alone;

struct Bench {
  Bench(std::uint32_t dimm_slots, std::uint16_t cpu_base, std::vector<std::uint64_t> apic_ids)
      : memory(recorder.emitter, dimm_slots),
        cpus(recorder.emitter, {cpu_base, apic_ids, kDeletion}),
        driver({[this](const PortWrite& write) { out(write.port, write.value, write.size); },
                [this](std::uint16_t port, unsigned size) {
                  return memory.claims(port) ? memory.in(port, size) : cpus.in(port, size);
                }},
               {dimm_slots, cpu_base, static_cast<std::uint32_t>(apic_ids.size())}) {
    cpus.plug_boot_cpu(0);
  }
  void out(std::uint16_t port, std::uint32_t value, unsigned size) {
    if (memory.claims(port)) memory.out(port, value, size);
    cpus.out(port, value, size);
  }
  void outl(std::uint16_t port, std::uint32_t value) { out(port, value, 4); }
  void outb(std::uint16_t port, std::uint32_t value) { out(port, value, 1); }
  Lines take_lines() {
    Lines lines = test::without_times(recorder.lines(WireForm::qemu));
    recorder.sink.records.clear();
    return lines;
  }

  test::RecordingEmitter recorder;
  MemoryHotplug memory;
  CpuHotplug cpus;
  HotplugDriver driver;
};

using Step = std::function<void(Bench&)>;

struct Row {
  const char* name;
  Step play;
  Step before = [](Bench&) {};  ///< what the session had done to the slots by then
};

/// slots=4, maxcpus=3, dimm0 in slot 1 and a DIMM without an id in slot 2.
struct QtestMachine : Bench {
  explicit QtestMachine(bool q35) : Bench(4, q35 ? 0x0cd8 : 0xaf00, {0, 1, 2}) {
    memory.plug(1, {"dimm0"});
    memory.plug(2, {""});
  }
};

/// slots=2, maxcpus=2, with a guest; what the scenario is about comes later.
struct GuestMachine : Bench {
  GuestMachine() : Bench(2, 0x0cd8, {0, 1}) {}
};

void source_nine(Bench& bench) {
  bench.outl(0xa00, 1);
  bench.outl(0xa04, 9);
}

void five_statuses(Bench& bench) {
  bench.outl(0xa00, 1);
  for (std::uint32_t status = 0; status < 5; ++status) bench.outl(0xa08, status);
}

void dimm_ost(Bench& bench, std::uint32_t slot, std::uint32_t source, std::uint32_t status) {
  bench.outl(0xa00, slot);
  bench.outl(0xa04, source);
  bench.outl(0xa08, status);
}

void byte_wide_status(Bench& bench) {
  bench.outl(0xa00, 1);
  bench.outb(0xa08, 0x42);
}

void eject_dimm0(Bench& bench) {
  bench.outl(0xa00, 1);
  bench.outl(0xa14, 8);
  bench.outl(0xa04, 3);
  bench.outl(0xa08, 0);
}

void cpu_ost(Bench& bench, std::uint32_t slot, std::uint32_t source, std::uint32_t status) {
  const std::uint16_t base = bench.cpus.base();
  const auto port = [base](int offset) { return static_cast<std::uint16_t>(base + offset); };
  bench.outl(base, slot);
  bench.outb(port(5), 1);
  bench.outl(port(8), source);
  bench.outb(port(5), 2);
  bench.outl(port(8), status);
}

/// Without "q35: " or "pc: ", which only move the CPU registers.
const Row kQtestRows[] = {
    {"empty slot 0 (no dimm)", [](Bench& b) { dimm_ost(b, 0, 3, 0); }},
    {"dimm with id in slot 1", [](Bench& b) { dimm_ost(b, 1, 1, 0); }},
    {"dimm without id in slot 2", [](Bench& b) { dimm_ost(b, 2, 0x103, 0x84); }},
    {"status written without prior ost event, slot 3",
     [](Bench& b) {
       b.outl(0xa00, 3);
       b.outl(0xa08, 1);
     }},
    {"high bit values (source 0x80000000 status 0xffffffff)",
     [](Bench& b) { dimm_ost(b, 1, 0x80000000, 0xffffffff); }},
    {"source 0x7fffffff status 0xffffffff", [](Bench& b) { dimm_ost(b, 1, 0x7fffffff, 0xfffffffe); }},
    {"burst of 5 status writes (not rate limited)", five_statuses, source_nine},
    {"byte-wide status write", byte_wide_status, source_nine},
    {"cpu slot 0 OST", [](Bench& b) { cpu_ost(b, 0, 3, 0x80); }},
    {"cpu slot 1 (not plugged) OST", [](Bench& b) { cpu_ost(b, 1, 1, 0); }},
    {"cpu slot 2 (not plugged) OST", [](Bench& b) { cpu_ost(b, 2, 1, 0); }},
    {"hotplugged cpu with id, slot 2 OST", [](Bench& b) { cpu_ost(b, 2, 1, 0); },
     [](Bench& b) { b.cpus.plug(2, "cpu-hot1", 0, PlugTime::hot); }},
    {"guest ejects dimm0 (write 8 to flags) then OST success", eject_dimm0},
};

void plug_dimm1(Bench& bench) {
  bench.memory.plug(0, {"dimm1"}, PlugTime::hot);
  bench.driver.scan_dimms();
}

void plug_cpu1(Bench& bench) {
  bench.cpus.plug(1, "cpu1", 0, PlugTime::hot);
  bench.driver.scan_cpus();
}

void unplug_dimm1(Bench& bench) {
  bench.memory.request_unplug(0);
  bench.driver.scan_dimms();
}

void unplug_cpu1(Bench& bench) {
  bench.cpus.request_unplug(1);
  bench.driver.scan_cpus();
}

const Row kGuestRows[] = {
    {"real Linux 6.1 guest: dimm hotplug", plug_dimm1},
    {"real Linux 6.1 guest: dimm unplug request", unplug_dimm1, plug_dimm1},
    {"real Linux 6.1 guest: cpu unplug", unplug_cpu1, plug_cpu1},
};

Lines played(const Row& row, Bench& bench) {
  row.before(bench);
  bench.take_lines();
  row.play(bench);
  return bench.take_lines();
}

std::set<std::string> captured_scenarios(const std::string& group) {
  std::set<std::string> names;
  for (const test::Capture& capture : test::captures())
    if (capture.group == group && (capture.name == "ACPI_DEVICE_OST" || capture.name == "DEVICE_DELETED"))
      names.insert(capture.scenario);
  return names;
}

template <std::size_t Rows>
const Row& row_of(const Row (&rows)[Rows], const std::string& name) {
  for (const Row& row : rows)
    if (name == row.name) return row;
  FAIL("no row for the captured scenario " << name);
  return rows[0];
}

}  // namespace

TEST_CASE("every captured access of hot-plug registers gives QEMU's lines", "[conformance]") {
  std::set<std::string> rows_played;
  const auto scenarios = captured_scenarios("acpi");
  for (const std::string& name : scenarios) {
    INFO(name);
    const std::size_t colon = name.find(": ");
    const std::string machine = name.substr(0, colon);
    REQUIRE((machine == "q35" || machine == "pc"));
    const Row& row = row_of(kQtestRows, name.substr(colon + 2));
    rows_played.insert(row.name);
    QtestMachine bench(machine == "q35");
    CHECK(played(row, bench) == test::captured_lines(name));
  }
  CHECK(rows_played.size() == std::size(kQtestRows));
  CHECK(scenarios.size() == 19);
}

TEST_CASE("a guest that answers as a real Linux did causes its lines", "[conformance]") {
  const auto scenarios = captured_scenarios("realguest");
  for (const std::string& name : scenarios) {
    INFO(name);
    GuestMachine bench;
    CHECK(played(row_of(kGuestRows, name), bench) == test::captured_lines(name));
  }
  CHECK(scenarios.size() == std::size(kGuestRows));
}

TEST_CASE("the real guest's whole session leaves the list that QEMU then answered with", "[conformance]") {
  GuestMachine bench;
  plug_dimm1(bench);
  unplug_dimm1(bench);
  const auto dimms = bench.memory.ospm_status();
  REQUIRE(dimms.size() == 2);
  CHECK(dimms[0].device_id.empty());
  CHECK(dimms[0].report.source == 3);
  CHECK(dimms[0].report.status == 0);
  CHECK(dimms[1].report.source == 0);
  plug_cpu1(bench);
  CHECK(bench.cpus.ospm_status()[1].device_id == "cpu1");
  CHECK(bench.cpus.ospm_status()[1].report.source == 1);
}
