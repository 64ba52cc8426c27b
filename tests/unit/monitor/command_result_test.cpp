// SPDX-License-Identifier: MIT
#include "monitor/command_result.hpp"

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("an answer becomes the line its client reads", "[monitor]") {
  CHECK(reply_line(to_result(Answer::empty()), std::nullopt) == "{\"return\": {}}\r\n");
  CHECK(reply_line(to_result(Answer::value(json_node_init_int(json_node_alloc(), 3))), Value("a")) ==
        "{\"return\": 3, \"id\": \"a\"}\r\n");
  CHECK(reply_line(to_result(Answer::error(ErrorClass::device_not_found, "no disk")), Value(1)) ==
        "{\"id\": 1, \"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"no disk\"}}\r\n");
}

}  // namespace
}  // namespace qmpev
