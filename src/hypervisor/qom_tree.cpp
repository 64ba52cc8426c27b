// SPDX-License-Identifier: MIT
#include "hypervisor/qom_tree.hpp"

#include <algorithm>
#include <utility>

#include "hooks/device_deleted.hpp"
#include "hypervisor/reference_machine.hpp"

namespace qmpev {

namespace {

using Parts = std::vector<std::string_view>;

Parts parts_of(std::string_view path) {
  Parts parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end != 0) parts.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

const QomObject* child_of(const QomObject& object, std::string_view name) {
  const auto found = std::find_if(object.children.begin(), object.children.end(),
                                  [name](const QomObject& child) { return child.name == name; });
  return found == object.children.end() ? nullptr : &*found;
}

const QomObject* follow(const QomObject* object, const Parts& parts) {
  for (const std::string_view part : parts) {
    object = child_of(*object, part);
    if (object == nullptr) break;
  }
  return object;
}

std::string joined(const std::string& path, std::string_view name) {
  return (path == "/" ? "/" : path + "/") + std::string(name);
}

/// Looks for the parts below every object.
void search(const QomObject& object, const std::string& path, const Parts& parts, QomPlace& place) {
  if (const QomObject* found = follow(&object, parts)) {
    place.ambiguous = place.object != nullptr;
    place.object = found;
    place.path = path;
    for (const std::string_view part : parts) place.path = joined(place.path, part);
  }
  for (const QomObject& child : object.children) {
    if (place.ambiguous) return;
    search(child, joined(path, child.name), parts, place);
  }
}

QomObject device(std::string name, std::string type, bool hotpluggable, std::vector<QomProperty> properties) {
  properties.insert(properties.begin(), {{"realized", "bool", true}, {"hotpluggable", "bool", hotpluggable}});
  return {std::move(name), std::move(type), std::move(properties), {}};
}

/// The containers of devices that have an id, have none, and belong to the machine itself.
struct Containers {
  QomObject named{"peripheral", "container"};
  QomObject anonymous{"peripheral-anon", "container"};
  QomObject unattached{"unattached", "container"};

  /// Puts a device where its path says.
  void add(std::string_view path, const char* type, std::vector<QomProperty> properties) {
    const std::size_t slash = path.rfind('/');
    const std::string_view parent = path.substr(0, slash);
    QomObject made = device(std::string(path.substr(slash + 1)), type, true, std::move(properties));
    if (parent == "/machine/unattached") {
      made.properties[1].value = false;  // what the machine was born with stays
      unattached.children.push_back(std::move(made));
      return;
    }
    (parent == "/machine/peripheral" ? named : anonymous).children.push_back(std::move(made));
  }
};

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

void add_dimms(Containers& containers, const MemoryHotplug& memory) {
  for (std::uint32_t slot = 0; slot < ReferenceMachine::kMemorySlots; ++slot) {
    const auto dimm = memory.dimm_in(slot);
    if (!dimm) continue;
    containers.add(device_path(dimm->id, dimm->anonymous_number), "pc-dimm",
                   {{"addr", "uint64", number(dimm->address), true},
                    {"node", "uint32", number(dimm->node), true},
                    {"size", "uint64", number(dimm->size)},
                    {"slot", "int32", number(slot), true}});
  }
}

void add_cpus(Containers& containers, const CpuHotplug& cpus) {
  for (const PluggedCpu& cpu : cpus.cpus()) {
    containers.add(
        cpu.path, "x86_64-cpu",
        {{"apic-id", "uint32", number(cpu.arch_id), true}, {"socket-id", "int32", number(cpu.slot), true}});
  }
}

}  // namespace

std::vector<QomProperty> QomObject::all_properties(const std::string& path) const {
  std::vector<QomProperty> all{{"type", "string", type}};
  all.insert(all.end(), properties.begin(), properties.end());
  for (const QomObject& child : children)
    all.push_back({child.name, "child<" + child.type + ">", joined(path, child.name)});
  return all;
}

QomPlace find_in_qom_tree(const QomObject& root, std::string_view path) {
  const Parts parts = parts_of(path);
  QomPlace place;
  if (path.substr(0, 1) == "/") {
    place.object = follow(&root, parts);
    place.path = "/";
    for (const std::string_view part : parts) place.path = joined(place.path, part);
  } else if (!parts.empty()) {
    search(root, "/", parts, place);
  }
  return place;
}

QomObject qom_tree_of(const ReferenceMachine& machine) {
  Containers containers;
  add_dimms(containers, machine.memory);
  add_cpus(containers, machine.cpus);
  containers.named.children.push_back(device("balloon0", "virtio-balloon", false, {}));
  containers.named.children.push_back(device("pvpanic0", "pvpanic", false,
                                             {{"events", "uint8", std::int64_t{kPvpanicReports}, true},
                                              {"ioport", "uint16", std::int64_t{kPvpanicPort}, true}}));
  QomObject whole{"machine", "qmpev-machine"};
  whole.children = {std::move(containers.named), std::move(containers.anonymous),
                    std::move(containers.unattached)};
  QomObject root{"", "container"};
  root.children.push_back(std::move(whole));
  return root;
}

}  // namespace qmpev
