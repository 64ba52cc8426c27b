// SPDX-License-Identifier: MIT
#include "capi/last_error.hpp"

#include <cerrno>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("every code has an errno, and the sentence stays until the next refusal", "[capi]") {
  CHECK(refused({ErrorCode::invalid_argument, "a"}) == -EINVAL);
  CHECK(refused({ErrorCode::address_in_use, "b"}) == -EADDRINUSE);
  CHECK(refused({ErrorCode::not_found, "c"}) == -ENOENT);
  CHECK(refused({ErrorCode::permission, "d"}) == -EACCES);
  CHECK(refused({ErrorCode::system, "f"}) == -EIO);
  CHECK(last_refusal() == "f");
}

TEST_CASE("threads do not see each other's sentences", "[capi]") {
  refused({ErrorCode::system, "mine"});
  std::string other = "unset";
  std::thread([&other] {
    other = last_refusal();
    refused({ErrorCode::system, "yours"});
  }).join();
  CHECK(other.empty());
  CHECK(last_refusal() == "mine");
}
