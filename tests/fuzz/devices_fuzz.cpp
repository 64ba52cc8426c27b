// SPDX-License-Identifier: MIT
// Synthetic device triggers: any access of any device with any value. Nothing crashes, every line is JSON
// that an independent parser takes, both forms tell the same event, and every event is accounted for.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <json-glib/json-glib.h>

#include <catch2/catch.hpp>

#include "devices/faulty_child.hpp"
#include "devices/machine.hpp"
#include "devices/memory_child.hpp"
#include "devices/memory_hotplug.hpp"
#include "devices/pvpanic.hpp"
#include "devices/quorum.hpp"
#include "devices/spice_server.hpp"
#include "devices/virtio_balloon.hpp"
#include "fuzz/rounds.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;
using test::below;
using test::Random;

namespace {

std::string bytes(Random& random, std::size_t limit) {
  std::string text(below(random, limit + 1), '\0');
  for (char& c : text) c = static_cast<char>(1 + below(random, 255));
  return text;
}

std::uint32_t number(Random& random) {
  constexpr std::uint32_t kEdges[] = {0,          1,          2,          3,     0x7fffffff,
                                      0x80000000, 0xfffffffe, 0xffffffff, 0x103, 0x84};
  return below(random, 2) == 0 ? kEdges[below(random, std::size(kEdges))]
                               : static_cast<std::uint32_t>(random());
}

SpiceAddress address(Random& random) {
  sockaddr_storage storage{};
  auto* raw = reinterpret_cast<unsigned char*>(&storage);
  for (std::size_t i = 0; i < sizeof storage; ++i) raw[i] = static_cast<unsigned char>(random());
  constexpr sa_family_t kFamilies[] = {AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, 40, 255};
  storage.ss_family = kFamilies[below(random, std::size(kFamilies))];
  return {reinterpret_cast<const sockaddr*>(&storage),
          static_cast<socklen_t>(below(random, sizeof storage + 1))};
}

MachineActions actions(Random& random) {
  MachineActions actions;
  for (const std::string_view name : action_names()) {
    const auto words = action_words(name);
    REQUIRE(set_action(actions, name, words[below(random, words.size())]));
  }
  return actions;
}

struct Devices {
  explicit Devices(Random& random)
      : machine(rig.emitter, {actions(random)}, {}),
        hotplug(rig.emitter, static_cast<std::uint32_t>(below(random, 5))),
        balloon(rig.emitter, random() >> below(random, 64)),
        pvpanic(machine),
        spice(rig.emitter, {}) {
    std::vector<std::unique_ptr<QuorumChild>> children;
    for (int i = 0; i < 3; ++i) {
      auto child = std::make_unique<FaultyChild>(std::make_unique<MemoryChild>(bytes(random, 300), 4096));
      faulty.push_back(child.get());
      children.push_back(std::move(child));
    }
    auto made = Quorum::create(rig.emitter, {bytes(random, 300), 1 + below(random, 3)}, std::move(children));
    REQUIRE(made);
    quorum = std::move(made).value();
  }

  void act(Random& random) {
    switch (below(random, 8)) {
      case 0:
        hotplug.plug(number(random) % 6, {bytes(random, 300)});
        return;
      case 1:
        hotplug.out(static_cast<std::uint16_t>(0x0a00 + below(random, 32)), number(random));
        return;
      case 2:
        write_balloon(random);
        return;
      case 3:
        pvpanic.out(static_cast<std::uint8_t>(random()),
                    below(random, 2) == 0 ? Access::vcpu : Access::main_loop);
        return;
      case 4:
        use_quorum(random);
        return;
      case 5:
        use_spice(random);
        return;
      case 6:
        use_machine(random);
        return;
      default:
        rig.clock.advance_us(static_cast<std::int64_t>(below(random, 600'000)));
    }
  }

  void write_balloon(Random& random) {
    std::array<std::uint8_t, 16> data;
    for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
    const std::size_t size = below(random, data.size() + 1);
    balloon.write_config(below(random, 3) == 0 ? random() : below(random, 12), {data.data(), size});
    balloon.read_config(below(random, 3) == 0 ? random() : below(random, 12), {data.data(), size});
    if (below(random, 4) == 0) balloon.set_target(random());
    if (below(random, 4) == 0) balloon.set_ram_bytes(random());
  }

  void use_quorum(Random& random) {
    FaultyChild& child = *faulty[below(random, faulty.size())];
    if (below(random, 2) == 0) child.heal();
    for (const auto operation : {QuorumOpType::read, QuorumOpType::write, QuorumOpType::flush})
      if (below(random, 4) == 0) (void)child.fail(operation, EIO, {number(random), number(random)});
    (void)child.rot(below(random, 9), static_cast<std::uint8_t>(random()));
    std::vector<std::uint8_t> data(below(random, 5'000));
    const std::uint64_t offset = below(random, 4) == 0 ? random() : below(random, 4096);
    quorum->read(offset, data);
    if (below(random, 2) == 0) quorum->write(offset, data);
    if (below(random, 2) == 0) quorum->flush();
  }

  void use_spice(Random& random) {
    const std::uint64_t any = 1 + below(random, last_channel + 2);
    switch (below(random, 5)) {
      case 0:
        last_channel = std::max(last_channel, spice.accept(address(random), address(random)));
        return;
      case 1:
        spice.link(any,
                   {below(random, 2) == 0 ? 0 : spice.session().value_or(static_cast<std::int32_t>(random())),
                    static_cast<std::uint8_t>(below(random, 8)), 0, below(random, 2) == 0});
        return;
      case 2:
        spice.authenticate(any, "");
        return;
      case 3:
        spice.initialize(any, {static_cast<std::int32_t>(random()), static_cast<std::uint8_t>(random()),
                               static_cast<std::uint8_t>(random()), below(random, 2) == 0});
        return;
      default:
        spice.close(any);
    }
  }

  void use_machine(Random& random) {
    switch (below(random, 5)) {
      case 0:
        return machine.stop();
      case 1:
        machine.cont();
        return;
      case 2:
        return machine.reset(ShutdownCause::guest_reset);
      case 3:
        return machine.powerdown();
      default:
        if (below(random, 20) == 0) machine.end(ShutdownCause::guest_shutdown);
    }
  }

  test::RecordingEmitter rig;
  Machine machine;
  MemoryHotplug hotplug;
  VirtioBalloon balloon;
  Pvpanic pvpanic;
  SpiceServer spice;
  std::vector<FaultyChild*> faulty;
  std::unique_ptr<Quorum> quorum;
  std::uint64_t last_channel = 0;
};

void check(const std::string& line, JsonParser* parser, std::string& name) {
  REQUIRE(line.size() <= 4096);
  REQUIRE(line.substr(line.size() - 2) == "\r\n");
  REQUIRE(std::all_of(line.begin(), line.end() - 2, [](char c) { return c >= 0x20 && c < 0x7f; }));
  REQUIRE(json_parser_load_from_data(parser, line.data(), static_cast<gssize>(line.size()), nullptr));
  JsonObject* event = json_node_get_object(json_parser_get_root(parser));
  name = json_object_get_string_member(event, "event");
  JsonObject* stamp = json_object_get_object_member(event, "timestamp");
  REQUIRE(json_object_get_int_member(stamp, "seconds") > 0);
}

void play(Random& random) {
  Devices devices(random);
  JsonParser* parser = json_parser_new();
  for (int i = 0; i < 100; ++i) devices.act(random);
  devices.rig.core->flush_delayed(devices.rig.sink);
  for (const auto& record : devices.rig.sink.records) {
    std::string document, qemu;
    check(record.line[0], parser, document);
    check(record.line[1], parser, qemu);
    REQUIRE(document == qemu);
  }
  for (const auto& counters : devices.rig.statistics().events) {
    REQUIRE(test::adds_up(counters));
    REQUIRE(counters.pending == 0);
    REQUIRE(counters.in_ring == 0);
  }
  g_object_unref(parser);
}

}  // namespace

TEST_CASE("any access of any device gives valid lines, all of them accounted for", "[fuzz]") {
  test::fuzz("devices", 300, play);
}
