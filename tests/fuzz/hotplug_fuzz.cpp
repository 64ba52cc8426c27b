// SPDX-License-Identifier: MIT
// Any access of any size at any offset of the hot-plug registers and of the balloon, beside plugging and
// asking: every read, every event and every list is what a naive model of the registers says.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "devices/cpu_hotplug.hpp"
#include "devices/memory_hotplug.hpp"
#include "devices/virtio_balloon.hpp"
#include "fuzz/rounds.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;
using test::below;
using test::Random;

namespace {

/// Sizes of accesses, those that are none included.
unsigned access_size(Random& random) {
  constexpr unsigned kSizes[] = {0, 1, 1, 2, 3, 4, 4, 4, 5, 8, 0xffffffff};
  return kSizes[below(random, std::size(kSizes))];
}

std::uint32_t value(Random& random) {
  constexpr std::uint32_t kMeaningful[] = {3, 3, 0x103, 0x81, 0x84, 0, 0xffffffff};
  switch (below(random, 4)) {
    case 0:
      return static_cast<std::uint32_t>(random());
    case 1:
      return kMeaningful[below(random, std::size(kMeaningful))];
    default:
      return static_cast<std::uint32_t>(below(random, 32));
  }
}

/// What both controllers keep of a slot, as one would write it down.
struct ModelSlot {
  std::optional<std::string> id;  ///< of a plugged device; empty: it has none
  bool boot = false, inserting = false, removing = false, firmware = false;
  std::uint32_t source = 0, status = 0, number = 0;
  std::uint64_t address = 0, size = 0;
  std::uint32_t node = 0;

  std::string path() const {
    return id->empty() ? "/machine/peripheral-anon/device[" + std::to_string(number) + "]"
                       : "/machine/peripheral/" + *id;
  }
  std::string ost(std::size_t slot, const char* type) const {
    return (id && !id->empty() ? "{\"device\": \"" + *id + "\", " : std::string("{")) +
           "\"source\": " + std::to_string(source) + ", \"status\": " + std::to_string(status) +
           ", \"slot\": \"" + std::to_string(slot) + "\", \"slot-type\": \"" + type + "\"}";
  }
  std::string deleted() const {
    return (id->empty() ? "{" : "{\"device\": \"" + *id + "\", ") + "\"path\": \"" + path() + "\"}";
  }
  void leave() {
    id.reset();
    inserting = removing = firmware = false;
    address = size = 0;
    node = 0;
  }
  bool ask() {
    if (id && !boot) removing = true;
    return id && !boot;
  }
  int flags() const { return (id ? 1 : 0) + (inserting ? 2 : 0) + (removing ? 4 : 0) + (firmware ? 16 : 0); }
};

/// A model of a block of registers: `byte` says what is at an offset, `write` takes what begins there.
template <class Model>
std::uint32_t model_read(const Model& model, long offset, unsigned size, long bytes) {
  if (size < 1 || size > 4) return 0xffffffff;
  std::uint32_t result = 0;
  for (unsigned byte = 0; byte < size; ++byte) {
    const long at = offset + byte;
    const std::uint32_t read = offset < 0 || offset >= bytes || at >= bytes ? 0xff : model.byte(at);
    result += read << (8 * byte);
  }
  return result;
}

std::uint32_t narrowed(std::uint32_t value, unsigned size) {
  return static_cast<std::uint32_t>(value % (std::uint64_t{1} << (8 * size)));
}

struct MemoryModel {
  std::vector<ModelSlot> slots;
  std::uint64_t selector = 0;
  std::vector<std::string> events;

  std::uint32_t byte(long at) const {
    if (selector >= slots.size()) return 0;
    const ModelSlot& slot = slots[selector];
    if (at < 8) return (slot.address >> (8 * at)) & 0xff;
    if (at < 16) return (slot.size >> (8 * (at - 8))) & 0xff;
    if (at < 20) return (slot.node >> (8 * (at - 16))) & 0xff;
    return at == 20 ? slot.flags() : 0;
  }
  void write(long offset, std::uint32_t value, unsigned size) {
    if (size < 1 || size > 4) return;
    value = narrowed(value, size);
    if (offset == 0) selector = value;
    if (offset == 0 || selector >= slots.size()) return;
    ModelSlot& slot = slots[selector];
    if (offset == 4) slot.source = value;
    if (offset == 8) {
      slot.status = value;
      events.push_back(slot.ost(selector, "DIMM"));
    }
    if (offset != 20) return;
    if (value & 2) {
      slot.inserting = false;
    } else if (value & 4) {
      slot.removing = false;
    } else if ((value & 8) && slot.id) {
      events.push_back(slot.deleted());
      slot.leave();
    }
  }
};

struct CpuModel {
  std::vector<ModelSlot> slots;
  std::vector<std::uint64_t> arch_ids;
  std::uint64_t selector = 0;
  std::uint32_t command = 0;
  std::vector<std::string> events;

  std::uint32_t byte(long at) const {
    if (selector >= slots.size()) return 0;
    const std::uint64_t data = command == 0 ? selector : command == 3 ? arch_ids[selector] : 0;
    if (at < 4) return (data >> (32 + 8 * at)) & 0xff;
    if (at == 4) return slots[selector].flags();
    return at < 8 ? 0 : (data >> (8 * (at - 8))) & 0xff;
  }
  void write(long offset, std::uint32_t value, unsigned size) {
    if (size < 1 || size > 4) return;
    value = narrowed(value, size);
    if (offset == 0) selector = value;
    if (offset == 0 || selector >= slots.size()) return;
    ModelSlot& slot = slots[selector];
    if (offset == 4) control(slot, value);
    if (offset == 5) {
      if ((value & 0xff) <= 3) command = value & 0xff;
      if ((value & 0xff) == 0) find();
    }
    if (offset == 8 && command == 1) slot.source = value;
    if (offset == 8 && command == 2) {
      slot.status = value;
      events.push_back(slot.ost(selector, "CPU"));
    }
  }
  void control(ModelSlot& slot, std::uint32_t value) {
    if (value & 2) {
      slot.inserting = false;
    } else if (value & 4) {
      slot.removing = false;
    } else if (value & 8) {
      eject(slot);
    } else if ((value & 16) && slot.id && !slot.boot) {
      slot.firmware = true;
    }
  }
  void eject(ModelSlot& slot) {
    if (!slot.id || slot.boot) return;
    events.push_back("{\"path\": \"" + slot.path() + "/lapic\"}");
    events.push_back(slot.deleted());
    slot.leave();
  }
  void find() {
    std::uint64_t at = selector;
    do {
      if (slots[at].inserting || slots[at].removing) {
        selector = at;
        return;
      }
      at = at + 1 == slots.size() ? 0 : at + 1;
    } while (at != selector);
  }
};

std::vector<std::string> told(test::RecordingEmitter& recorder) {
  std::vector<std::string> data;
  for (const std::string& line : recorder.lines(WireForm::document)) {
    const auto start = line.find("\"data\": ") + 8;
    data.push_back(line.substr(start, line.size() - start - 3));
  }
  return data;
}

template <class Rows>
void check_list(const Rows& rows, const std::vector<ModelSlot>& slots) {
  REQUIRE(rows.size() == slots.size());
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    REQUIRE(rows[slot].device_id == slots[slot].id.value_or(""));
    REQUIRE(rows[slot].report.source == slots[slot].source);
    REQUIRE(rows[slot].report.status == slots[slot].status);
  }
}

std::string some_id(Random& random) {
  return below(random, 3) == 0 ? "" : "d" + std::to_string(random());
}

void play_memory(Random& random) {
  test::RecordingEmitter recorder;
  std::uint64_t plugged = 0;
  MemoryModel model;
  model.slots.resize(below(random, 5));
  MemoryHotplug memory(recorder.emitter, static_cast<std::uint32_t>(model.slots.size()),
                       [&](std::uint64_t bytes) { plugged = bytes; });
  for (int step = 0; step < 300; ++step) {
    const auto slot = static_cast<std::uint32_t>(below(random, 6));
    const auto offset = static_cast<long>(below(random, 32)) - 4;
    const auto port = static_cast<std::uint16_t>(0xa00 + offset);
    const unsigned size = access_size(random);
    switch (below(random, 8)) {
      case 0: {
        const Dimm dimm{some_id(random), random(), random() >> 8, static_cast<std::uint32_t>(random()),
                        static_cast<std::uint32_t>(random())};
        const bool hot = below(random, 2) == 0;
        const bool fits = slot < model.slots.size() && !model.slots[slot].id;
        REQUIRE(memory.plug(slot, dimm, hot ? PlugTime::hot : PlugTime::cold) == fits);
        if (!fits) break;
        ModelSlot& taken = model.slots[slot];
        taken.id = dimm.id;
        taken.inserting = hot;
        taken.number = dimm.anonymous_number;
        taken.address = dimm.address;
        taken.size = dimm.size;
        taken.node = dimm.node;
        break;
      }
      case 1:
        REQUIRE(memory.request_unplug(slot) == (slot < model.slots.size() && model.slots[slot].ask()));
        break;
      case 2:
      case 3:
        REQUIRE(memory.in(port, size) == model_read(model, offset, size, 24));
        break;
      case 4: {
        const std::uint32_t selected = static_cast<std::uint32_t>(below(random, 6));
        memory.out(0xa00, selected, 4);
        model.write(0, selected, 4);
        break;
      }
      default: {
        const std::uint32_t written = value(random);
        const long at = below(random, 2) == 0 ? static_cast<long>(4 * below(random, 6)) : offset;
        memory.out(static_cast<std::uint16_t>(0xa00 + at), written, size);
        model.write(at, written, size);
      }
    }
    std::uint64_t bytes = 0;
    for (const ModelSlot& row : model.slots) bytes += row.size;
    REQUIRE(plugged == bytes);
  }
  check_list(memory.ospm_status(), model.slots);
  REQUIRE(told(recorder) == model.events);
}

void play_cpus(Random& random) {
  test::RecordingEmitter recorder;
  CpuModel model;
  model.slots.resize(below(random, 5));
  for (std::size_t slot = 0; slot < model.slots.size(); ++slot) model.arch_ids.push_back(random());
  const std::uint16_t base = below(random, 2) == 0 ? kCpuHotplugBaseQ35 : kCpuHotplugBasePc;
  CpuHotplug cpus(recorder.emitter, {base, model.arch_ids});
  if (cpus.plug_boot_cpu(0)) {
    model.slots[0].id = "";
    model.slots[0].boot = true;
  }
  for (int step = 0; step < 300; ++step) {
    const auto slot = static_cast<std::uint32_t>(below(random, 6));
    const auto offset = static_cast<long>(below(random, 20)) - 4;
    const unsigned size = access_size(random);
    switch (below(random, 8)) {
      case 0: {
        const std::string id = some_id(random);
        const auto number = static_cast<std::uint32_t>(random());
        const bool hot = below(random, 2) == 0;
        const bool fits = slot < model.slots.size() && !model.slots[slot].id;
        REQUIRE(cpus.plug(slot, id, number, hot ? PlugTime::hot : PlugTime::cold) == fits);
        if (!fits) break;
        model.slots[slot].id = id;
        model.slots[slot].inserting = hot;
        model.slots[slot].number = number;
        break;
      }
      case 1:
        REQUIRE(cpus.request_unplug(slot) == (slot < model.slots.size() && model.slots[slot].ask()));
        break;
      case 2:
      case 3:
        REQUIRE(cpus.in(static_cast<std::uint16_t>(base + offset), size) ==
                model_read(model, offset, size, 12));
        break;
      case 4: {
        const std::uint32_t selected = static_cast<std::uint32_t>(below(random, 6));
        cpus.out(base, selected, 4);
        model.write(0, selected, 4);
        break;
      }
      case 5: {
        const std::uint32_t command = static_cast<std::uint32_t>(below(random, 5));
        cpus.out(static_cast<std::uint16_t>(base + 5), command, 1);
        model.write(5, command, 1);
        break;
      }
      default: {
        const std::uint32_t written = value(random);
        const long at = below(random, 2) == 0 ? static_cast<long>(4 * below(random, 3)) : offset;
        cpus.out(static_cast<std::uint16_t>(base + at), written, size);
        model.write(at, written, size);
      }
    }
  }
  check_list(cpus.ospm_status(), model.slots);
  REQUIRE(told(recorder) == model.events);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
using Wide = __int128;
#pragma GCC diagnostic pop

/// RAM less pages of 4096 bytes, without any overflow, then as the wire's signed 64 bits.
std::int64_t model_level(std::uint64_t ram, const std::array<std::uint8_t, 8>& bytes) {
  Wide pages = 0;
  for (std::size_t at = 8; at-- > 4;) pages = pages * 256 + bytes[at];
  return static_cast<std::int64_t>(static_cast<Wide>(ram) - pages * 4096);
}

void play_balloon(Random& random) {
  test::RecordingEmitter recorder;
  // Up to 2^63 bytes: what a level can say.
  std::uint64_t ram = (random() >> 1) >> below(random, 40);
  std::array<std::uint8_t, 8> config{};
  std::uint64_t changes = 0;
  std::optional<std::int64_t> last;
  VirtioBalloon balloon(recorder.emitter, ram);
  for (int step = 0; step < 200; ++step) {
    const std::size_t offset = below(random, 8) == 0 ? random() : below(random, 12);
    std::vector<std::uint8_t> bytes(below(random, 10));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(below(random, 3) == 0 ? 0 : random());
    switch (below(random, 6)) {
      case 0:
        balloon.read_config(offset, bytes);
        for (std::size_t at = 0; at < bytes.size(); ++at) {
          const bool inside = offset < 8 && offset + at < 8;
          REQUIRE(bytes[at] == (inside ? config[offset + at] : 0));
        }
        break;
      case 1: {
        const std::uint64_t target = random() >> below(random, 64);
        balloon.set_target(target);
        const Wide wanted = target > ram ? 0 : (static_cast<Wide>(ram) - target) / 4096;
        for (int byte = 0; byte < 4; ++byte) config[byte] = static_cast<std::uint8_t>(wanted >> (8 * byte));
        break;
      }
      case 2:
        ram = (random() >> 1) >> below(random, 40);
        balloon.set_ram_bytes(ram);
        break;
      default: {
        const auto before = config;
        for (std::size_t at = 0; at < bytes.size(); ++at)
          if (offset < 8 && offset + at >= 4 && offset + at < 8) config[offset + at] = bytes[at];
        balloon.write_config(offset, bytes);
        if (config != before) {
          ++changes;
          last = model_level(ram, config);
        }
      }
    }
    REQUIRE(balloon.level_bytes() == model_level(ram, config));
    REQUIRE(recorder.counters(EventKind::balloon_change).emitted == changes);
  }
  recorder.core->settle(recorder.sink);
  recorder.core->flush_delayed(recorder.sink);
  if (!last) return;
  const std::string& line = recorder.sink.records.back().line[0];
  REQUIRE(line.find("\"actual\": " + std::to_string(*last) + "}") != std::string::npos);
}

}  // namespace

TEST_CASE("any access of DIMM slots, CPU slots and the balloon is what a model of them says", "[fuzz]") {
  test::fuzz("hotplug", 900, [](Random& random) {
    constexpr void (*kPlays[])(Random&) = {play_memory, play_cpus, play_balloon};
    kPlays[below(random, std::size(kPlays))](random);
  });
}
