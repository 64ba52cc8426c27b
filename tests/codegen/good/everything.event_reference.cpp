// SPDX-License-Identifier: MIT
// Generated from everything.json; do not edit. What `qmpev events` prints. Any thread: constants.
#include "cli/event_reference.hpp"

#include <array>

namespace qmpev {
namespace {

constexpr ReferenceRow kLampChangeDocument[] = {
    {ReferenceRow::Kind::member, 0, "lamp", "text, at most 31 bytes", "Its name."},
    {ReferenceRow::Kind::member, 0, "colour", "LampColour; optional", "Its colour."},
    {ReferenceRow::Kind::value, 1, "red", "", "stop"},
    {ReferenceRow::Kind::value, 1, "blue-green", "", "something between"},
    {ReferenceRow::Kind::member, 0, "power", "uint16, watts", "What it takes."},
    {ReferenceRow::Kind::member, 0, "size", "size, bytes", "How large it is."},
};

constexpr ReferenceRow kLampChangeQemu[] = {
    {ReferenceRow::Kind::member, 0, "lamp", "LampState", "Holds all members."},
    {ReferenceRow::Kind::member, 1, "lamp", "text, at most 31 bytes", "Its name."},
    {ReferenceRow::Kind::member, 1, "colour", "LampColour; optional", "Its colour."},
    {ReferenceRow::Kind::value, 2, "red", "", "stop"},
    {ReferenceRow::Kind::value, 2, "blue-green", "", "something between"},
    {ReferenceRow::Kind::member, 1, "watts", "uint16, watts", "What it takes."},
    {ReferenceRow::Kind::member, 1, "size", "size, bytes", "How large it is."},
};

constexpr ReferenceRow kLampSeenDocument[] = {
    {ReferenceRow::Kind::member, 0, "from", "Address", "Where they stood."},
    {ReferenceRow::Kind::member, 1, "type", "AddressKind", "Which kind follows."},
    {ReferenceRow::Kind::value, 2, "inet", "", "a network address"},
    {ReferenceRow::Kind::value, 2, "unix", "", "a path"},
    {ReferenceRow::Kind::branch, 1, "type", "inet", "A network address."},
    {ReferenceRow::Kind::member, 2, "host", "text, at most 64 bytes", "Name or number."},
    {ReferenceRow::Kind::branch, 1, "type", "unix", "A path."},
    {ReferenceRow::Kind::member, 2, "path", "text, at most 107 bytes", "Where it is."},
    {ReferenceRow::Kind::member, 2, "abstract", "true or false; optional", "Whether no file has it."},
    {ReferenceRow::Kind::member, 0, "before", "LampState; optional", "How it was before."},
    {ReferenceRow::Kind::member, 1, "lamp", "text, at most 31 bytes", "Its name."},
    {ReferenceRow::Kind::member, 1, "colour", "LampColour; optional", "Its colour."},
    {ReferenceRow::Kind::value, 2, "red", "", "stop"},
    {ReferenceRow::Kind::value, 2, "blue-green", "", "something between"},
    {ReferenceRow::Kind::member, 1, "power", "uint16, watts", "What it takes."},
    {ReferenceRow::Kind::member, 1, "size", "size, bytes", "How large it is."},
    {ReferenceRow::Kind::member, 0, "distance", "int8, metres; optional", "How far off."},
};

constexpr ReferenceRow kLampSeenQemu[] = {
    {ReferenceRow::Kind::member, 0, "from", "Address", "Where they stood."},
    {ReferenceRow::Kind::member, 1, "type", "AddressKind", "Which kind follows."},
    {ReferenceRow::Kind::value, 2, "inet", "", "a network address"},
    {ReferenceRow::Kind::value, 2, "unix", "", "a path"},
    {ReferenceRow::Kind::branch, 1, "type", "inet", "A network address."},
    {ReferenceRow::Kind::member, 2, "host", "text, at most 64 bytes", "Name or number."},
    {ReferenceRow::Kind::branch, 1, "type", "unix", "A path."},
    {ReferenceRow::Kind::member, 2, "path", "text, at most 107 bytes", "Where it is."},
    {ReferenceRow::Kind::member, 2, "abstract", "true or false; optional", "Whether no file has it."},
    {ReferenceRow::Kind::member, 0, "remark", "text, cut at 255 bytes; optional", "What they said."},
    {ReferenceRow::Kind::member, 0, "before", "LampState; optional", "How it was before."},
    {ReferenceRow::Kind::member, 1, "lamp", "text, at most 31 bytes", "Its name."},
    {ReferenceRow::Kind::member, 1, "colour", "LampColour; optional", "Its colour."},
    {ReferenceRow::Kind::value, 2, "red", "", "stop"},
    {ReferenceRow::Kind::value, 2, "blue-green", "", "something between"},
    {ReferenceRow::Kind::member, 1, "watts", "uint16, watts", "What it takes."},
    {ReferenceRow::Kind::member, 1, "size", "size, bytes", "How large it is."},
    {ReferenceRow::Kind::member, 0, "distance", "int8, metres; optional", "How far off."},
};

constexpr std::array<EventReference, 3> kReferences{{
    {"LAMP_CHANGE",
     "A lamp changed.",
     "everything.json", 250, "lamp",
     true, "`lamp`", "",
     "",
     {kLampChangeDocument, kLampChangeQemu},
     {"{\"event\": \"LAMP_CHANGE\", \"data\": {\"power\": 40, \"size\": 18446744073709551615, \"lamp\": \"hall\"}}",
      "{\"event\": \"LAMP_CHANGE\", \"data\": {\"lamp\": {\"watts\": 40, \"colour\": \"blue-green\", \"size\": 18446744073709551615, \"lamp\": \"hall\"}}}"}},
    {"LAMP_SEEN",
     "Somebody saw a lamp.",
     "everything.json", 0, "",
     false, "", "",
     "unstable",
     {kLampSeenDocument, kLampSeenQemu},
     {"{\"timestamp\": {\"seconds\": 1400000000, \"microseconds\": 0}, \"event\": \"LAMP_SEEN\", \"data\": {\"from\": {\"path\": \"/tmp/x\", \"type\": \"unix\"}}}",
      "{\"event\": \"LAMP_SEEN\", \"data\": {\"from\": {\"host\": \"::1\", \"type\": \"inet\"}, \"remark\": \"bright\", \"distance\": -128}}"}},
    {"LIGHTS_OUT",
     "All lamps are off.",
     "everything.json", 0, "",
     true, "", "2.1",
     "deprecated",
     {std::span<const ReferenceRow>{}, std::span<const ReferenceRow>{}},
     {"{\"event\": \"LIGHTS_OUT\"}",
      "{\"event\": \"LIGHTS_OUT\"}"}},
}};

}  // namespace

std::span<const EventReference> event_references() noexcept {
  return kReferences;
}

}  // namespace qmpev
