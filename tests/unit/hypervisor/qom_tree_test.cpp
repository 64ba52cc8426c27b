// SPDX-License-Identifier: MIT
#include "hypervisor/qom_tree.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "hypervisor/reference_machine.hpp"
#include "support/recording_sink.hpp"

namespace qmpev::test {
namespace {

struct Bench {
  RecordingEmitter recorder;
  ReferenceMachine machine{recorder.emitter, {}};
  QomObject root = qom_tree_of(machine);

  QomPlace find(std::string_view path) const { return find_in_qom_tree(root, path); }
};

/// As text, with its type; empty: there is none of that name.
std::string property(const QomPlace& place, const std::string& name) {
  for (const QomProperty& each : place.object->all_properties(place.path)) {
    if (each.name != name) continue;
    if (const auto* text = std::get_if<std::string>(&each.value)) return each.type + " " + *text;
    if (const auto* number = std::get_if<std::int64_t>(&each.value))
      return each.type + " " + std::to_string(*number);
    return each.type + (std::get<bool>(each.value) ? " true" : " false");
  }
  return "";
}

TEST_CASE("a device stands where its events say", "[hypervisor]") {
  Bench bench;
  const QomPlace dimm = bench.find("/machine/peripheral/dimm1");
  REQUIRE(dimm.object != nullptr);
  CHECK(property(dimm, "type") == "string pc-dimm");
  CHECK(property(dimm, "size") == "uint64 134217728");
  CHECK(property(dimm, "addr") == "uint64 73014444032");  // 4 GiB and 64 GiB
  CHECK(property(dimm, "slot") == "int32 1");
  CHECK(property(dimm, "realized") == "bool true");
  CHECK(property(bench.find("/machine/peripheral/cpu1"), "apic-id") == "uint32 1");
  CHECK(property(bench.find("/machine/peripheral/pvpanic0"), "events") == "uint8 7");
  CHECK(property(bench.find("/machine/unattached/device[0]"), "hotpluggable") == "bool false");
  CHECK(property(bench.find("/machine/peripheral/cpu1"), "hotpluggable") == "bool true");
}

TEST_CASE("what comes and goes is there and gone", "[hypervisor]") {
  Bench bench;
  REQUIRE(bench.machine.plug_dimm(2, "", 1 << 20));
  bench.root = qom_tree_of(bench.machine);
  CHECK(bench.find("/machine/peripheral-anon/device[0]").object != nullptr);
  bench.machine.out({0xa00, 1});
  bench.machine.out({0xa14, kSlotEject, 1});
  bench.root = qom_tree_of(bench.machine);
  CHECK(bench.find("/machine/peripheral/dimm1").object == nullptr);
}

TEST_CASE("a path leads from the root, or is the end of one", "[hypervisor]") {
  Bench bench;
  CHECK(bench.find("/").object == &bench.root);
  CHECK(bench.find("//machine//peripheral/").path == "/machine/peripheral");
  CHECK(bench.find("dimm0").path == "/machine/peripheral/dimm0");
  CHECK(bench.find("peripheral/dimm0").path == "/machine/peripheral/dimm0");
  CHECK(bench.find("machine").path == "/machine");
  for (const char* nowhere : {"", "nope", "/nope", "/machine/nope/dimm0", "dimm", "/dimm0", "type"})
    CHECK(bench.find(nowhere).object == nullptr);
  REQUIRE(bench.machine.plug_dimm(2, "", 1 << 20));
  bench.root = qom_tree_of(bench.machine);
  CHECK(bench.find("device[0]").ambiguous);
  CHECK_FALSE(bench.find("unattached/device[0]").ambiguous);
}

TEST_CASE("an object lists its type, its properties and its children", "[hypervisor]") {
  Bench bench;
  const QomPlace machine = bench.find("/machine");
  CHECK(property(machine, "type") == "string qmpev-machine");
  CHECK(property(machine, "peripheral") == "child<container> /machine/peripheral");
  CHECK(property(bench.find("/"), "machine") == "child<qmpev-machine> /machine");
}

}  // namespace
}  // namespace qmpev::test
