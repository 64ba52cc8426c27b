// SPDX-License-Identifier: MIT
#include "hypervisor/trigger.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

std::vector<TriggerDevice> table() {
  TriggerAction write{.name = "write", .doc = "writes the register"};
  write.arguments = {{.name = "value", .doc = "what is written", .max = 0xff},
                     {.name = "from",
                      .kind = TriggerArgument::Kind::word,
                      .standard = "guest",
                      .words = {"guest", "monitor"}},
                     {.name = "note", .kind = TriggerArgument::Kind::text, .standard = "-"}};
  TriggerDevice port{.name = "port"}, bell{.name = "bell"};
  port.actions = {write, {.name = "reset"}};
  bell.actions = {{.name = "ring"}};
  return {port, bell};
}

std::string refusal_of(const TriggerRequest& request) {
  const auto devices = table();
  const auto found = find_trigger(devices, request);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == ErrorCode::invalid_argument);
  return found.error().sentence;
}

}  // namespace

TEST_CASE("a trigger is found with all its values, given or standard", "[trigger]") {
  const auto devices = table();
  const auto found = find_trigger(devices, {"port", "", {{"value", "0xff"}, {"note", "two words"}}}).value();
  CHECK(found.device->name == "port");
  CHECK(found.action->name == "write");
  CHECK(found.values.number("value") == 255);
  CHECK(found.values.text("from") == "guest");
  CHECK(found.values.text("note") == "two words");
}

TEST_CASE("a trigger that makes no sense is refused with what there is instead", "[trigger]") {
  CHECK(refusal_of({"prot", "", {}}) == "there is no device 'prot': there are port and bell");
  CHECK(refusal_of({"port", "wirte", {}}) == "port has no action 'wirte': it has write and reset");
  CHECK(refusal_of({"port", "write", {}}) == "port write needs value=: what is written");
  CHECK(refusal_of({"port", "write", {{"valeu", "1"}}}) ==
        "port write takes no 'valeu': it takes value, from and note");
  CHECK(refusal_of({"bell", "", {{"loud", "1"}}}) == "bell ring takes no 'loud': it takes no argument");
  CHECK(refusal_of({"port", "", {{"value", "256"}}}) == "value=256 is too much: at most 255");
  CHECK(refusal_of({"port", "", {{"value", "many"}}}) == "value=many: not a number (use 12, 0x81 or 128M)");
  CHECK(refusal_of({"port", "", {{"value", "1"}, {"from", "me"}}}) ==
        "from=me is not known: use guest and monitor");
}

TEST_CASE("numbers are decimal, hexadecimal or sizes", "[trigger]") {
  CHECK(parse_number("0").value() == 0);
  CHECK(parse_number("0x1F").value() == 31);
  CHECK(parse_number("4K").value() == 4096);
  CHECK(parse_number("512M").value() == 536870912);
  CHECK(parse_number("18446744073709551615").value() == UINT64_MAX);
  CHECK(parse_number("17179869183G").value() == 17179869183ull << 30);
  for (const char* wrong :
       {"", "-1", "+1", " 1", "1 ", "0x", "1.5", "1KB", "18446744073709551616", "17179869184G"})
    CHECK_FALSE(parse_number(wrong));
}
