// SPDX-License-Identifier: MIT
#include "monitor/limits_check.hpp"

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

struct Bound {
  const char* name;
  std::size_t Limits::*limit;
  std::size_t least, most;
};

const Bound kBounds[] = {
    {"throttle_keys", &Limits::throttle_keys, 2, 128},
    {"kept_keys", &Limits::kept_keys, 1, 1024},
    {"message_bytes", &Limits::message_bytes, 65'536, 67'108'864},
    {"message_tokens", &Limits::message_tokens, 4'096, 2'097'152},
    {"message_depth", &Limits::message_depth, 64, 1'024},
    {"input_bytes", &Limits::input_bytes, 1'048'576, 1'073'741'824},
    {"queued_requests", &Limits::queued_requests, 1, 256},
    {"node_members", &Limits::node_members, 64, 1'024},
};

TEST_CASE("each limit has its range, and the sentence says it", "[monitor]") {
  CHECK(check_limits({}));
  for (const Bound& bound : kBounds) {
    const auto checked = [&bound](std::size_t value) {
      Limits limits;
      limits.*bound.limit = value;
      return check_limits(limits);
    };
    INFO(bound.name);
    CHECK(checked(bound.least));
    CHECK(checked(bound.most));
    for (const std::size_t value : {bound.least - 1, bound.most + 1}) {
      const auto refused = checked(value);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == ErrorCode::invalid_argument);
      CHECK(refused.error().sentence == "limits." + std::string(bound.name) + " is " + std::to_string(value) +
                                            ": use " + std::to_string(bound.least) + " to " +
                                            std::to_string(bound.most));
    }
  }
}

}  // namespace
}  // namespace qmpev
