// SPDX-License-Identifier: MIT
#include "monitor/introspection.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "wire/writer.hpp"

namespace qmpev {
namespace {

std::vector<QapiCommand> all_commands() {
  return {kQapiCommands.begin(), kQapiCommands.end()};
}

const Value* find(const Value& infos, std::string_view name, std::string_view meta = "") {
  for (const Value& info : infos.items()) {
    if (info.find("name")->as_string() == name &&
        (meta.empty() || info.find("meta-type")->as_string() == meta))
      return &info;
  }
  return nullptr;
}

/// Everything that refers to a type.
void collect(const Value& value, std::set<std::string>& references) {
  if (value.is_array()) {
    for (const Value& item : value.items()) collect(item, references);
  }
  if (!value.is_object()) return;
  for (const Member& member : value.members()) {
    const bool refers = member.name == "type" || member.name == "arg-type" || member.name == "ret-type" ||
                        member.name == "element-type";
    if (refers) references.insert(member.value.as_string());
    collect(member.value, references);
  }
}

TEST_CASE("every reference leads to one description, and every type is referred to", "[monitor]") {
  const WireForm form = GENERATE(WireForm::document, WireForm::qemu);
  const Value infos = describe_interface(all_commands(), kQapiEvents, form);
  std::set<std::string> references;
  collect(infos, references);
  std::set<std::string> names;
  for (const Value& info : infos.items()) {
    const std::string& name = info.find("name")->as_string();
    INFO(name);
    CHECK(names.insert(name).second);
    const std::string& meta = info.find("meta-type")->as_string();
    CHECK((meta == "command" || meta == "event" || references.count(name) == 1));
  }
  for (const std::string& reference : references) CHECK(names.count(reference) == 1);
}

std::string text(const Value* value) {
  std::string line;
  if (value != nullptr) write_json(*value, line);
  return line;
}

/// The description of what one member of an object is.
const Value* type_of(const Value& infos, const Value* object, std::string_view member) {
  for (const Value& each : object->find("members")->items())
    if (each.find("name")->as_string() == member) return find(infos, each.find("type")->as_string());
  return nullptr;
}

TEST_CASE("a command tells what it takes and gives", "[monitor]") {
  const Value infos = describe_interface(all_commands(), kQapiEvents, WireForm::qemu);
  const Value* balloon = find(infos, "balloon", "command");
  REQUIRE(balloon != nullptr);
  CHECK(balloon->find("allow-oob") == nullptr);
  const Value* arguments = find(infos, balloon->find("arg-type")->as_string());
  CHECK(text(arguments->find("members")) == R"([{"name": "value", "type": "int"}])");
  CHECK(text(type_of(infos, arguments, "value")) ==
        R"({"name": "int", "json-type": "int", "meta-type": "builtin"})");
  const Value* nothing = find(infos, balloon->find("ret-type")->as_string());
  CHECK(nothing->find("members")->items().empty());
  CHECK(find(infos, "query-yank")->find("allow-oob")->as_bool());
  CHECK(text(find(infos, "x-exit-preconfig")->find("features")) == R"(["unstable"])");
  CHECK(find(infos, find(infos, "query-commands")->find("ret-type")->as_string())->find("element-type"));
}

TEST_CASE("an optional member has a default, an enum its values twice, a union its variants", "[monitor]") {
  const Value infos = describe_interface(all_commands(), kQapiEvents, WireForm::qemu);
  const Value* arguments = find(infos, find(infos, "set-action")->find("arg-type")->as_string());
  for (const Value& member : arguments->find("members")->items()) CHECK(member.find("default")->is_null());
  const Value* panic = type_of(infos, arguments, "panic");
  CHECK(text(panic->find("values")) == R"(["pause", "shutdown", "exit-failure", "none"])");
  CHECK(panic->find("members")->items().size() == 4);
  const Value* yank = find(infos, find(infos, "yank")->find("arg-type")->as_string());
  const Value* instances = type_of(infos, yank, "instances");
  const Value* instance = find(infos, instances->find("element-type")->as_string());
  CHECK(instance->find("tag")->as_string() == "type");
  CHECK(instance->find("variants")->items().size() == 3);  // one of them adds nothing
}

TEST_CASE("events are described as the asking monitor spells them", "[monitor]") {
  const auto members_of = [](WireForm form, std::string_view event) {
    const Value infos = describe_interface({}, kQapiEvents, form);
    return text(find(infos, find(infos, event)->find("arg-type")->as_string())->find("members"));
  };
  CHECK(members_of(WireForm::document, "QUORUM_FAILURE").find("\"sector-count\"") != std::string::npos);
  CHECK(members_of(WireForm::qemu, "QUORUM_FAILURE").find("\"sectors-count\"") != std::string::npos);
  CHECK(members_of(WireForm::document, "QUORUM_REPORT_BAD").find("\"type\": \"") != std::string::npos);
  CHECK(members_of(WireForm::qemu, "ACPI_DEVICE_OST").find("\"info\"") != std::string::npos);
  CHECK(members_of(WireForm::qemu, "STOP") == "[]");
}

TEST_CASE("only what there is is described", "[monitor]") {
  const Value infos = describe_interface({}, {}, WireForm::qemu);
  CHECK(infos.items().empty());
  CHECK(list_events({}).items().empty());
  CHECK(list_events(kQapiEvents).items().size() == kEventKinds);
}

}  // namespace
}  // namespace qmpev
