// SPDX-License-Identifier: MIT
#include "hypervisor/s390_triggers.hpp"

#include <catch2/catch.hpp>

#include "support/trigger_bench.hpp"

using namespace qmpev;

using Said = std::vector<std::string>;

namespace {

std::string panic(const std::string& mask, const std::string& addr, const std::string& reason) {
  return R"(GUEST_PANICKED {"action": "pause", "info": {"core": 0, "psw-addr": )" + addr +
         R"(, "reason": ")" + reason + R"(", "psw-mask": )" + mask + R"(, "type": "s390"}})";
}

}  // namespace

TEST_CASE("each way in which an s390 guest crashes can be triggered", "[trigger]") {
  const struct {
    std::string action, mask;
  } rows[] = {{"disabled-wait", "562956395872256"},
              {"extint-loop", "72057600480378880"},
              {"pgmint-loop", "9223372036854775808"},
              {"opint-loop", "6442450944"}};
  for (const auto& row : rows) {
    INFO(row.action);
    test::TriggerBench bench;
    const auto done = bench.play("s390", row.action, {{"addr", "0xffffffffffffffff"}});
    CHECK(done.value().find("PSW 0x") != std::string::npos);
    CHECK(bench.said() == Said{panic(row.mask, "18446744073709551615", row.action), "STOP"});
  }
}

TEST_CASE("crashes of an s390 guest follow each other", "[trigger]") {
  test::TriggerBench bench;
  for (const char* action : {"pgmint-loop", "opint-loop", "extint-loop", "disabled-wait", "opint-loop"}) {
    const std::size_t before = bench.said().size();
    REQUIRE(bench.play("s390", action, {{"from", "monitor"}}));
    INFO(action);
    REQUIRE(bench.said().size() > before);
    CHECK(bench.said()[before].find(action) != std::string::npos);
  }
}

TEST_CASE("any PSW can be loaded", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.play("s390", "load-psw", {{"mask", "0x2000000000000"}, {"addr", "0x10001"}}).value() ==
        "loaded PSW 0x2000000000000:0x10001");
  CHECK(bench.said() == Said{panic("562949953421312", "65537", "disabled-wait"), "STOP"});
  CHECK(bench.state("s390") == "guest-panicked, panic=pause shutdown=poweroff, psw 0x2000000000000:0x10001");
  CHECK_FALSE(bench.play("s390", "load-psw"));
}
