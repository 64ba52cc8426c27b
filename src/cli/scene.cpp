// SPDX-License-Identifier: MIT
#include "cli/scene.hpp"

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "devices/spice_endpoint.hpp"
#include "hypervisor/balloon_driver.hpp"

namespace qmpev {

namespace {

constexpr std::uint32_t kInUse =
    0x81;  // ACPI 6.4, table 6.55: an ejection refused because the device is in use
constexpr std::uint32_t kEjectRequest = 3;
constexpr auto kBalloonPause = std::chrono::milliseconds(13);
constexpr std::uint16_t kViewerPort = 52873;

void write_ports(const Stage& stage, const std::vector<PortWrite>& writes, const char* remark) {
  stage.guest.post([=] {
    stage.screen.cause(Actor::guest, text_of(writes), remark);
    for (const PortWrite& write : writes) stage.machine.out(write);
  });
}

void refuse_to_unplug(const Stage& stage) {
  write_ports(stage,
              {{kMemoryHotplugSelectorPort, 1},
               {kMemoryHotplugOstEventPort, kEjectRequest},
               {kMemoryHotplugOstStatusPort, kInUse}},
              "dimm1 is in use and refuses to go");
}

void inflate_balloon(const Stage& stage) {
  stage.guest.post([=] {
    stage.screen.cause(Actor::guest, "balloon: actual<-0x2000, 0x4000, 0x6000, 0x8000 pages",
                       "four changes in 40 ms");
    for (const std::uint32_t pages : {0x2000u, 0x4000u, 0x6000u, 0x8000u}) {
      write_balloon_actual(stage.machine.balloon, pages);
      if (pages != 0x8000u && !stage.guest.rest(kBalloonPause)) return;
    }
  });
}

void read_disk(const Stage& stage, std::uint64_t offset, std::size_t bytes, const char* remark) {
  stage.guest.post([=] {
    stage.screen.cause(Actor::guest,
                       "disk0: reads " + std::to_string(bytes) + " bytes at " + std::to_string(offset),
                       remark);
    std::vector<std::uint8_t> data(bytes);
    stage.machine.disk.quorum->read(offset, data);
  });
}

void read_from_broken_copy(const Stage& stage) {
  stage.guest.post([=] { (void)stage.machine.disk.copies[1]->fail(QuorumOpType::read, EIO); });
  read_disk(stage, 8192, 1024, "one copy of three cannot be read, two agree");
  stage.guest.post([=] { stage.machine.disk.copies[1]->heal(); });
}

void read_without_quorum(const Stage& stage) {
  stage.guest.post([=] {
    (void)stage.machine.disk.copies[0]->rot(1, 1);
    (void)stage.machine.disk.copies[2]->rot(1, 2);
  });
  read_disk(stage, 512, 512, "three copies, three contents: nobody wins");
}

void panic(const Stage& stage) {
  write_ports(stage, {{kPvpanicPort, kPvpanicPanicked}}, "the kernel has panicked; this machine pauses then");
}

std::function<void()> command(const Stage& stage, const char* name, const char* remark) {
  return [=] {
    stage.screen.cause(Actor::host, std::string("{\"execute\": \"") + name + "\"}", remark);
    stage.host(name);
  };
}

/// The viewer's connection, between its two steps.
struct Viewer {
  explicit Viewer(const Stage& its_stage) : stage(its_stage) {}
  void open() {
    stage.screen.cause(Actor::viewer,
                       "opens the SPICE main channel from 127.0.0.1:" + std::to_string(kViewerPort));
    SpiceServer& spice = stage.machine.spice;
    number = spice.accept(loopback_endpoint(stage.machine.spice_port), loopback_endpoint(kViewerPort));
    spice.link(number, {});
    spice.authenticate(number, spice.config().password);
  }
  void close() {
    stage.screen.cause(Actor::viewer, "closes it");
    stage.machine.spice.close(number);
  }
  const Stage stage;
  SpiceServer::ConnectionNumber number = 0;
};

}  // namespace

std::vector<SceneStep> scene(const Stage& stage) {
  const auto viewer = std::make_shared<Viewer>(stage);
  return {
      {0, [=] { refuse_to_unplug(stage); }},
      {500, [=] { inflate_balloon(stage); }},
      {1800, [=] { read_from_broken_copy(stage); }},
      {2200, [=] { read_without_quorum(stage); }},
      {2600, [=] { viewer->open(); }},
      {3000, [=] { viewer->close(); }},
      {3400, [=] { panic(stage); }},
      {3800, command(stage, "cont", "the guest goes on")},
      {4200,
       command(stage, "system_powerdown", "the guest is asked to switch off; this one does not listen")},
      {4600, command(stage, "system_reset", "")},
  };
}

}  // namespace qmpev
