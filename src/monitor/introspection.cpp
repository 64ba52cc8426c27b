// SPDX-License-Identifier: MIT
#include "monitor/introspection.hpp"

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/assert.hpp"

namespace qmpev {
namespace {

/// What introspection makes of a builtin type: its name, and what JSON has for it.
struct BuiltinFace {
  std::string_view name;
  std::string_view json_type;
};

BuiltinFace face_of(QapiBuiltin type) {
  switch (type) {
    case QapiBuiltin::string:
      return {"str", "string"};
    case QapiBuiltin::boolean:
      return {"bool", "boolean"};
    case QapiBuiltin::number:
      return {"number", "number"};
    case QapiBuiltin::null:
      return {"null", "null"};
    case QapiBuiltin::any:
    case QapiBuiltin::any_object:
      return {"any", "value"};
    default:
      return {"int", "int"};  // whatever its size
  }
}

Value texts(std::span<const std::string_view> words) {
  Value list = Value::array();
  for (const std::string_view word : words) list.append(word);
  return list;
}

/// Collects descriptions; a type gets its name when somebody refers to it, and its description later.
class Description {
 public:
  void add_command(const QapiCommand& command) {
    Value info = begin(command.name, "command", command.features);
    info.set("arg-type", name_of(*command.arguments));
    info.set("ret-type", name_of(*command.returns));
    if (command.allow_oob) info.set("allow-oob", true);
    infos_.append(std::move(info));
  }

  void add_event(const QapiEvent& event, WireForm form) {
    Value info = begin(event.name, "event", event.features);
    info.set("arg-type", name_of(*event.data[static_cast<std::size_t>(form)]));
    infos_.append(std::move(info));
  }

  /// With the types that were referred to.
  Value take() {
    while (!due_.empty()) {
      const QapiType& type = *due_.front();
      due_.pop_front();
      add_type(type, name_of(type));
    }
    return std::move(infos_);
  }

 private:
  static Value begin(std::string_view name, std::string_view meta,
                     std::span<const std::string_view> features) {
    Value info = Value::object({{"name", name}, {"meta-type", meta}});
    if (!features.empty()) info.set("features", texts(features));
    return info;
  }

  std::string name_of(const QapiType& type) {
    const auto known = names_.find(&type);
    if (known != names_.end()) return known->second;
    std::string name = new_name(type);
    names_.emplace(&type, name);
    // The same list may be two types, and so may the same builtin one.
    if (described_.insert(name).second) due_.push_back(&type);
    return name;
  }

  std::string new_name(const QapiType& type) {
    if (type.meta == QapiMeta::builtin) return std::string(face_of(type.builtin).name);
    if (type.meta == QapiMeta::array) return std::string("[").append(name_of(*type.element)).append("]");
    return std::to_string(numbered_++);
  }

  void add_type(const QapiType& type, const std::string& name) {
    switch (type.meta) {
      case QapiMeta::builtin:
        return add(name, "builtin", {{"json-type", face_of(type.builtin).json_type}});
      case QapiMeta::array:
        return add(name, "array", {{"element-type", name_of(*type.element)}});
      case QapiMeta::enumeration:
        return add(name, "enum", {{"members", named(type.values)}, {"values", texts(type.values)}});
      case QapiMeta::alternate:
        return add(name, "alternate", {{"members", alternatives(type)}});
      case QapiMeta::object:
        return add_object(type, name);
    }
  }

  void add(const std::string& name, std::string_view meta, std::initializer_list<Member> facts) {
    Value info = begin(name, meta, {});
    for (const Member& fact : facts) info.set(fact.name, fact.value);
    infos_.append(std::move(info));
  }

  void add_object(const QapiType& type, const std::string& name) {
    Value members = Value::array();
    for (const QapiMember& member : type.members) members.append(member_of(member));
    if (type.branches.empty()) return add(name, "object", {{"members", std::move(members)}});
    add(name, "object", {{"members", std::move(members)}, {"tag", type.tag}, {"variants", variants(type)}});
  }

  Value member_of(const QapiMember& member) {
    Value info = Value::object({{"name", member.name}, {"type", name_of(*member.type)}});
    if (member.optional) info.set("default", nullptr);
    return info;
  }

  static Value named(std::span<const std::string_view> values) {
    Value members = Value::array();
    for (const std::string_view value : values) members.append(Value::object({{"name", value}}));
    return members;
  }

  Value alternatives(const QapiType& type) {
    Value members = Value::array();
    for (const QapiMember& member : type.members)
      members.append(Value::object({{"type", name_of(*member.type)}}));
    return members;
  }

  /// One for each value of the tag: what has no branch adds an object without members.
  Value variants(const QapiType& type) {
    const auto tag = std::find_if(type.members.begin(), type.members.end(),
                                  [&type](const QapiMember& member) { return member.name == type.tag; });
    QMPEV_ASSERT(tag != type.members.end());
    Value list = Value::array();
    for (const std::string_view value : tag->type->values) {
      const auto branch = std::find_if(type.branches.begin(), type.branches.end(),
                                       [value](const QapiBranch& each) { return each.value == value; });
      const QapiType& added = branch != type.branches.end() ? *branch->type : qapi::empty;
      list.append(Value::object({{"case", value}, {"type", name_of(added)}}));
    }
    return list;
  }

  Value infos_ = Value::array();
  std::unordered_map<const QapiType*, std::string> names_;
  std::set<std::string> described_;
  std::deque<const QapiType*> due_;
  int numbered_ = 0;
};

}  // namespace

Value describe_interface(const std::vector<QapiCommand>& commands, std::span<const QapiEvent> events,
                         WireForm form) {
  Description description;
  for (const QapiCommand& command : commands) description.add_command(command);
  for (const QapiEvent& event : events) description.add_event(event, form);
  return description.take();
}

Value list_events(std::span<const QapiEvent> events) {
  Value list = Value::array();
  for (const QapiEvent& event : events) list.append(Value::object({{"name", event.name}}));
  return list;
}

}  // namespace qmpev
