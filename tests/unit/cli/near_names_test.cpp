// SPDX-License-Identifier: MIT
#include "cli/near_names.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace qmpev;

namespace {

using Names = std::vector<std::string_view>;

const Names kNames{"BALLOON_CHANGE", "BLOCK_JOB_ERROR", "BLOCK_JOB_READY", "JOB_STATUS_CHANGE", "RTC_CHANGE",
                   "STOP",           "SUSPEND",         "SUSPEND_DISK"};

}  // namespace

TEST_CASE("case and separators are no difference", "[cli]") {
  CHECK(near_names("balloon-change", kNames) == Names{"BALLOON_CHANGE"});
  CHECK(near_names("BalloonChange", kNames) == Names{"BALLOON_CHANGE"});
}

TEST_CASE("a third of a name's letters may be wrong, no more", "[cli]") {
  CHECK(near_names("BALOON_CHANGE", kNames) == Names{"BALLOON_CHANGE"});
  CHECK(near_names("STIP", kNames) == Names{"STOP"});
  CHECK(near_names("STIX", kNames).empty());
  CHECK(near_names("SUSPEND_DISC", kNames) == Names{"SUSPEND_DISK"});
}

TEST_CASE("a part of a name finds it, those that begin with it first", "[cli]") {
  CHECK(near_names("job", kNames) == Names{"JOB_STATUS_CHANGE", "BLOCK_JOB_ERROR", "BLOCK_JOB_READY"});
  CHECK(near_names("jo", kNames).empty());
  CHECK(near_names("suspend", kNames) == Names{"SUSPEND", "SUSPEND_DISK"});
}

TEST_CASE("no more than three are proposed", "[cli]") {
  const Names many{"LAMP_A", "LAMP_B", "LAMP_C", "LAMP_D"};
  CHECK(near_names("LAMP_X", many) == Names{"LAMP_A", "LAMP_B", "LAMP_C"});
}

TEST_CASE("what is no name at all is near to nothing", "[cli]") {
  CHECK(near_names("", kNames).empty());
  CHECK(near_names(std::string(kMaxComparedBytes + 1, 'S'), kNames).empty());
  const std::string longest(kMaxComparedBytes, 'S');
  CHECK(near_names(longest, {longest}) == Names{longest});
  const std::string too_long(kMaxComparedBytes + 1, 'S');
  CHECK(near_names(longest, {too_long}).empty());
}
