// SPDX-License-Identifier: MIT
#include "wire/arguments.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "wire/member_order.hpp"

namespace qmpev {
namespace {

using Type = Argument::Type;

std::string mistake(const std::vector<Argument>& specification, const Value& arguments) {
  return check_arguments(specification, arguments).value_or("");
}

TEST_CASE("Arguments as specified pass", "[wire]") {
  const std::vector<Argument> specification{
      {"i", Type::integer}, {"s", Type::string}, {"b", Type::boolean},           {"a", Type::array},
      {"o", Type::object},  {"x", Type::any},    {"absent", Type::integer, true}};
  const Value arguments = Value::object({{"x", nullptr},
                                         {"o", Value::object()},
                                         {"a", Value::array()},
                                         {"b", false},
                                         {"s", ""},
                                         {"i", INT64_MIN}});
  CHECK(mistake(specification, arguments) == "");
  CHECK(mistake({}, Value::object()) == "");
}

TEST_CASE("A required argument that is missing is named", "[wire]") {
  CHECK(mistake({{"value", Type::integer}}, Value::object()) == "Parameter 'value' is missing");
}

TEST_CASE("Each type refuses the others in QEMU's words", "[wire]") {
  const auto refused = [](Type type, Value value) {
    return mistake({{"p", type}}, Value::object({{"p", value}}));
  };
  for (const Value& value :
       {Value(1.0), Value("1"), Value(nullptr), Value(true), Value(std::uint64_t{1} << 63)}) {
    CHECK(refused(Type::integer, value) == "Invalid parameter type for 'p', expected: integer");
  }
  CHECK(refused(Type::string, 1) == "Invalid parameter type for 'p', expected: string");
  CHECK(refused(Type::boolean, 1) == "Invalid parameter type for 'p', expected: boolean");
  CHECK(refused(Type::array, Value::object()) == "Invalid parameter type for 'p', expected: array");
  CHECK(refused(Type::object, Value::array()) == "Invalid parameter type for 'p', expected: object");
}

TEST_CASE("An optional argument that is null has the wrong type", "[wire]") {
  CHECK(mistake({{"p", Type::string, true}}, Value::object({{"p", nullptr}})) ==
        "Invalid parameter type for 'p', expected: string");
}

TEST_CASE("A mistake in a known argument wins over an unexpected one", "[wire]") {
  CHECK(mistake({{"value", Type::integer}}, Value::object({{"foo", 2}})) == "Parameter 'value' is missing");
  CHECK(mistake({{"value", Type::integer}}, Value::object({{"foo", 2}, {"value", 1}})) ==
        "Parameter 'foo' is unexpected");
}

TEST_CASE("Known arguments are looked at in the order of the specification", "[wire]") {
  CHECK(mistake({{"b", Type::integer}, {"a", Type::integer}}, Value::object({{"a", ""}, {"b", ""}})) ==
        "Invalid parameter type for 'b', expected: integer");
}

TEST_CASE("Of two unexpected arguments the one QEMU names is named, whatever came first", "[wire]") {
  CHECK(mistake({}, Value::object({{"foo", 1}, {"bar", 2}})) == "Parameter 'bar' is unexpected");
  CHECK(mistake({}, Value::object({{"bar", 1}, {"foo", 2}})) == "Parameter 'bar' is unexpected");
}

TEST_CASE("Of a great many arguments the first in wire order is named, without asking a hash table",
          "[wire]") {
  // All names have the same hash in GLib, so that a table of them takes the square of their number.
  Value arguments = Value::object();
  for (unsigned number = 0; number < 1u << 13; ++number) {
    std::string name;
    for (unsigned bit = 0; bit < 13; ++bit) name += (number >> bit & 1) != 0 ? "bA" : "ab";
    arguments.members().push_back({name, 1});
  }
  const std::vector<const Member*> order = wire_order(arguments.members());
  const Argument known{order[0]->name, Type::integer};
  CHECK(mistake({}, arguments) == "Parameter '" + order[0]->name + "' is unexpected");
  CHECK(mistake({known}, arguments) == "Parameter '" + order[1]->name + "' is unexpected");
}

TEST_CASE("A great many arguments pass when all of them are known", "[wire]") {
  std::vector<Argument> specification;
  Value arguments = Value::object();
  for (int number = 0; number < 300; ++number) {
    specification.push_back({"a" + std::to_string(number), Type::integer});
    arguments.set("a" + std::to_string(number), number);
  }
  CHECK(mistake(specification, arguments) == "");
}

TEST_CASE("A name with U+0000 in it is not mistaken for its beginning", "[wire]") {
  const std::string name("a\0b", 3);
  CHECK(mistake({{"a", Type::integer}}, Value::object({{name, 1}, {"a", 1}})) ==
        "Parameter '" + name + "' is unexpected");
}

// Types as of migrate-set-capabilities, a tagged union and an alternate: what QEMU 10.0.2 says of each
// mistake.

constexpr std::string_view kCapabilities[]{"xbzrle", "zero-blocks"};
constexpr QapiType kCapability{.meta = QapiMeta::enumeration, .name = "Capability", .values = kCapabilities};
constexpr QapiMember kStatusMembers[]{{"capability", &kCapability}, {"state", &qapi::boolean}};
constexpr QapiType kStatus{.meta = QapiMeta::object, .name = "Status", .members = kStatusMembers};
constexpr QapiType kStatuses{.meta = QapiMeta::array, .element = &kStatus};
constexpr QapiType kWords{.meta = QapiMeta::array, .element = &kCapability};
constexpr QapiMember kFileMembers[]{{"path", &qapi::string}};
constexpr QapiType kFile{.meta = QapiMeta::object, .name = "File", .members = kFileMembers};
constexpr std::string_view kDrivers[]{"file", "null"};
constexpr QapiType kDriver{.meta = QapiMeta::enumeration, .name = "Driver", .values = kDrivers};
constexpr QapiMember kNodeMembers[]{{"driver", &kDriver}, {"ro", &qapi::boolean, true}};
constexpr QapiBranch kNodeBranches[]{{"file", &kFile}};
constexpr QapiType kNode{.meta = QapiMeta::object,
                         .name = "Node",
                         .members = kNodeMembers,
                         .tag = "driver",
                         .branches = kNodeBranches};
constexpr QapiMember kReferences[]{{"", &kNode}, {"", &qapi::string}};
constexpr QapiType kReference{.meta = QapiMeta::alternate, .name = "NodeRef", .members = kReferences};

/// What is wrong with one argument `p` of this type.
std::string wrong(const QapiType& type, Value value) {
  const QapiMember members[]{{"p", &type}};
  const QapiType object{.meta = QapiMeta::object, .members = members};
  return check_arguments(object, Value::object({{"p", std::move(value)}})).value_or("");
}

Value status(Value capability, Value state) {
  return Value::object({{"capability", std::move(capability)}, {"state", std::move(state)}});
}

TEST_CASE("A mistake in the depth is named with the way to it", "[wire]") {
  CHECK(wrong(kStatuses, Value::array({status("xbzrle", true)})) == "");
  CHECK(wrong(kStatuses, Value::array()) == "");
  CHECK(wrong(kStatuses, 5) == "Invalid parameter type for 'p', expected: array");
  CHECK(wrong(kStatuses, Value::array({5})) == "Invalid parameter type for 'p[0]', expected: object");
  CHECK(wrong(kStatuses, Value::array({status("xbzrle", 1)})) ==
        "Invalid parameter type for 'p[0].state', expected: boolean");
  CHECK(wrong(kStatuses, Value::array({status(1, true)})) ==
        "Invalid parameter type for 'p[0].capability', expected: string");
  CHECK(wrong(kStatuses, Value::array({Value::object({{"state", true}})})) ==
        "Parameter 'p[0].capability' is missing");
  Value second = status("xbzrle", true);
  second.set("z", 1);
  CHECK(wrong(kStatuses, Value::array({status("xbzrle", true), second})) ==
        "Parameter 'p[1].z' is unexpected");
}

TEST_CASE("A word that is none of the enum's is named by its last part", "[wire]") {
  CHECK(wrong(kStatuses, Value::array({status("nope", true)})) ==
        "Parameter 'capability' does not accept value 'nope'");
  CHECK(wrong(kWords, Value::array({"xbzrle", "nope"})) == "Parameter 'null' does not accept value 'nope'");
  CHECK(wrong(kWords, Value::array({1})) == "Invalid parameter type for 'p[0]', expected: string");
  CHECK(wrong(kCapability, "Xbzrle") == "Parameter 'p' does not accept value 'Xbzrle'");
}

TEST_CASE("A union has the members of its tag's value, and no others", "[wire]") {
  const auto node = [](std::initializer_list<qmpev::Member> members) { return Value::object(members); };
  CHECK(wrong(kNode, node({{"driver", "file"}, {"path", "a"}})) == "");
  CHECK(wrong(kNode, node({{"driver", "null"}, {"ro", true}})) == "");
  CHECK(wrong(kNode, node({{"path", "a"}})) == "Parameter 'p.driver' is missing");
  CHECK(wrong(kNode, node({{"driver", "nope"}})) == "Parameter 'driver' does not accept value 'nope'");
  CHECK(wrong(kNode, node({{"driver", "file"}})) == "Parameter 'p.path' is missing");
  CHECK(wrong(kNode, node({{"driver", "null"}, {"path", "a"}})) == "Parameter 'p.path' is unexpected");
}

TEST_CASE("An alternate takes what JSON tells apart, and is named by its type", "[wire]") {
  CHECK(wrong(kReference, "node0") == "");
  CHECK(wrong(kReference, Value::object({{"driver", "null"}})) == "");
  CHECK(wrong(kReference, Value::object()) == "Parameter 'p.driver' is missing");
  CHECK(wrong(kReference, 5) == "Invalid parameter type for 'p', expected: NodeRef");
}

TEST_CASE("Sized integers have a range, and QEMU's two sentences about it", "[wire]") {
  CHECK(wrong(qapi::uint8, 0) == "");
  CHECK(wrong(qapi::uint8, 255) == "");
  CHECK(wrong(qapi::uint8, 256) == "Parameter 'p' expects uint8_t");
  CHECK(wrong(qapi::uint8, -1) == "Parameter 'p' expects uint8_t");
  CHECK(wrong(qapi::uint8, UINT64_MAX) == "Parameter 'p' expects uint8_t");
  CHECK(wrong(qapi::uint8, "1") == "Parameter 'p' expects uint64");
  CHECK(wrong(qapi::uint8, 1.0) == "Parameter 'p' expects uint64");
  CHECK(wrong(qapi::uint32, std::uint64_t{1} << 32) == "Parameter 'p' expects uint32_t");
  CHECK(wrong(qapi::int8, -128) == "");
  CHECK(wrong(qapi::int8, 128) == "Parameter 'p' expects int8_t");
  CHECK(wrong(qapi::int16, -32769) == "Parameter 'p' expects int16_t");
  CHECK(wrong(qapi::int32, UINT64_MAX) == "Invalid parameter type for 'p', expected: integer");
  CHECK(wrong(qapi::int32, "1") == "Invalid parameter type for 'p', expected: integer");
  CHECK(wrong(qapi::uint64, UINT64_MAX) == "");
  CHECK(wrong(qapi::uint64, -1) == "");  // as QEMU takes it
  CHECK(wrong(qapi::uint64, "1G") == "Parameter 'p' expects uint64");
  CHECK(wrong(qapi::number, 1.5) == "");
  CHECK(wrong(qapi::number, "1") == "Invalid parameter type for 'p', expected: number");
  CHECK(wrong(qapi::null, nullptr) == "");
  CHECK(wrong(qapi::null, 0) == "Invalid parameter type for 'p', expected: null");
}

}  // namespace
}  // namespace qmpev
