// SPDX-License-Identifier: MIT
// Generated from everything.json; do not edit. What commands take and give and events carry. Any thread:
// constants.
#include "wire/qapi_tables.hpp"

namespace qmpev {
namespace {

struct Tables {
  static const QapiType types[19];
};

constexpr std::string_view values_0[]{
    "red",
    "blue-green",
};
constexpr QapiMember members_1[]{
    {"colour", &Tables::types[1], true},
};
constexpr std::string_view values_2[]{
    "auto",
};
constexpr QapiMember members_3[]{
    {"lamp", &qapi::string},
    {"colour", &Tables::types[1], true},
    {"watts", &qapi::integer},
    {"size", &qapi::uint64},
};
constexpr QapiMember members_4[]{
    {"mode", &Tables::types[4]},
    {"history", &Tables::types[5]},
    {"behind", &Tables::types[3], true},
};
constexpr std::string_view values_5[]{
    "chain",
    "star",
};
constexpr QapiMember members_6[]{
    {"kind", &Tables::types[8]},
    {"fuse", &qapi::string, true},
};
constexpr QapiMember members_7[]{
    {"", &qapi::string},
    {"", &Tables::types[7]},
};
constexpr QapiMember members_8[]{
    {"next", &Tables::types[10], true},
    {"dim", &qapi::number, true},
};
constexpr QapiBranch branches_9[]{
    {"chain", &Tables::types[9]},
};
constexpr std::string_view values_10[]{
    "unstable",
};
constexpr QapiMember members_11[]{
    {"lamp", &qapi::string},
    {"colour", &Tables::types[1], true},
    {"power", &qapi::integer},
    {"size", &qapi::uint64},
};
constexpr QapiMember members_12[]{
    {"lamp", &Tables::types[6]},
};
constexpr std::string_view values_13[]{
    "inet",
    "unix",
};
constexpr QapiMember members_14[]{
    {"type", &Tables::types[15]},
};
constexpr QapiMember members_15[]{
    {"host", &qapi::string},
};
constexpr QapiMember members_16[]{
    {"path", &qapi::string},
    {"abstract", &qapi::boolean, true},
};
constexpr QapiBranch branches_17[]{
    {"inet", &Tables::types[16]},
    {"unix", &Tables::types[17]},
};
constexpr QapiMember members_18[]{
    {"from", &Tables::types[14]},
    {"before", &Tables::types[11], true},
    {"distance", &qapi::int8, true},
};
constexpr QapiMember members_19[]{
    {"from", &Tables::types[14]},
    {"remark", &qapi::string, true},
    {"before", &Tables::types[6], true},
    {"distance", &qapi::int8, true},
};
constexpr std::string_view values_20[]{
    "unstable",
};
constexpr std::string_view values_21[]{
    "deprecated",
};

constinit const QapiType Tables::types[19]{
    {.meta = QapiMeta::object, .name = "query-lamps", .members = members_1},
    {.meta = QapiMeta::enumeration, .name = "LampColour", .values = values_0},
    {.meta = QapiMeta::array, .name = "LampInfo", .element = &Tables::types[3]},
    {.meta = QapiMeta::object, .name = "LampInfo", .members = members_4},
    {.meta = QapiMeta::enumeration, .name = "OnlyForCommands", .values = values_2},
    {.meta = QapiMeta::array, .name = "LampState", .element = &Tables::types[6]},
    {.meta = QapiMeta::object, .name = "LampState", .members = members_3},
    {.meta = QapiMeta::object, .name = "LampWiring", .members = members_6, .tag = "kind", .branches = branches_9},
    {.meta = QapiMeta::enumeration, .name = "WiringKind", .values = values_5},
    {.meta = QapiMeta::object, .name = "ChainWiring", .members = members_8},
    {.meta = QapiMeta::alternate, .name = "LampRef", .members = members_7},
    {.meta = QapiMeta::object, .name = "LampState", .members = members_11},
    {.meta = QapiMeta::object, .name = "LAMP_CHANGE", .members = members_12},
    {.meta = QapiMeta::object, .name = "LAMP_SEEN", .members = members_18},
    {.meta = QapiMeta::object, .name = "Address", .members = members_14, .tag = "type", .branches = branches_17},
    {.meta = QapiMeta::enumeration, .name = "AddressKind", .values = values_13},
    {.meta = QapiMeta::object, .name = "InetAddress", .members = members_15},
    {.meta = QapiMeta::object, .name = "UnixAddress", .members = members_16},
    {.meta = QapiMeta::object, .name = "LAMP_SEEN", .members = members_19},
};

constexpr std::array<QapiCommand, 2> commands{{
    {"query-lamps", &Tables::types[0], &Tables::types[2], true, false, {}},
    {"wire-lamp", &Tables::types[7], &qapi::any, false, true, values_10},
}};

constexpr std::array<QapiEvent, 3> events{{
    {"LAMP_CHANGE", {&Tables::types[11], &Tables::types[12]}, {}},
    {"LAMP_SEEN", {&Tables::types[13], &Tables::types[18]}, values_20},
    {"LIGHTS_OUT", {&qapi::empty, &qapi::empty}, values_21},
}};

}  // namespace

constinit const std::span<const QapiCommand> kQapiCommands(commands);
constinit const std::span<const QapiEvent> kQapiEvents(events);

}  // namespace qmpev
