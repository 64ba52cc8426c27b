// SPDX-License-Identifier: MIT
// The machine as a tree of objects with properties, as QEMU's object model shows one: where the path of a
// DEVICE_DELETED leads while the device is there. A snapshot: it is built when somebody asks. Everything
// stands for a device that is in use, so nothing in it can be written. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace qmpev {

struct ReferenceMachine;

struct QomProperty {
  std::string name;
  std::string type;  ///< QEMU's word: "uint32", "string", "child<pc-dimm>"
  std::variant<std::string, std::int64_t, bool> value;
  bool fixed_when_realized = false;  ///< could have been chosen when the device was made
};

struct QomObject {
  std::string name;  ///< last part of its path; empty: the root
  std::string type;
  std::vector<QomProperty> properties{};  ///< without `type` and children
  std::vector<QomObject> children{};

  /// `type`, its own, then one for each child, whose value is the child's path. `path` is this object's.
  std::vector<QomProperty> all_properties(const std::string& path) const;
};

/// Where a path leads.
struct QomPlace {
  const QomObject* object = nullptr;  ///< null: nowhere
  std::string path;                   ///< from the root
  bool ambiguous = false;             ///< a partial path that fits more than one object
};

/// An absolute path, or the last parts of one ("dimm1"), as far as they fit one object only.
QomPlace find_in_qom_tree(const QomObject& root, std::string_view path);

QomObject qom_tree_of(const ReferenceMachine& machine);

}  // namespace qmpev
