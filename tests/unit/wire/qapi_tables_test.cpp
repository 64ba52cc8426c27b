// SPDX-License-Identifier: MIT
#include "wire/qapi_tables.hpp"

#include <set>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("Commands are found by name", "[wire]") {
  for (const QapiCommand& command : kQapiCommands) CHECK(find_qapi_command(command.name) == &command);
  CHECK(find_qapi_command("balloon") != nullptr);
  for (const char* none : {"", "a", "balloons", "zzz"}) CHECK(find_qapi_command(none) == nullptr);
}

TEST_CASE("Events stand by kind, with the members of each wire form", "[wire]") {
  REQUIRE(kQapiEvents.size() == kEventKinds);
  const QapiEvent& ost = kQapiEvents[static_cast<std::size_t>(EventKind::acpi_device_ost)];
  CHECK(ost.name == "ACPI_DEVICE_OST");
  const QapiType& bare = *ost.data[static_cast<std::size_t>(WireForm::document)];
  const QapiType& wrapped = *ost.data[static_cast<std::size_t>(WireForm::qemu)];
  CHECK(bare.members.size() == 5);
  REQUIRE(wrapped.members.size() == 1);
  CHECK(wrapped.members[0].name == "info");
  CHECK(wrapped.members[0].type->members.size() == 5);
}

void walk(const QapiType& type, std::set<const QapiType*>& seen) {
  if (!seen.insert(&type).second) return;
  CHECK((type.meta == QapiMeta::array) == (type.element != nullptr));
  CHECK((type.meta == QapiMeta::enumeration) == !type.values.empty());
  CHECK(type.tag.empty() == type.branches.empty());
  if (type.element != nullptr) walk(*type.element, seen);
  for (const QapiMember& member : type.members) walk(*member.type, seen);
  for (const QapiBranch& branch : type.branches) walk(*branch.type, seen);
}

TEST_CASE("Every type is whole", "[wire]") {
  std::set<const QapiType*> seen;
  for (const QapiCommand& command : kQapiCommands) {
    CHECK(command.arguments->meta == QapiMeta::object);
    walk(*command.arguments, seen);
    walk(*command.returns, seen);
  }
  for (const QapiEvent& event : kQapiEvents)
    for (const QapiType* data : event.data) walk(*data, seen);
  CHECK(seen.size() > kEventKinds);
}

}  // namespace
}  // namespace qmpev
