// SPDX-License-Identifier: MIT
#include "spice/spice_library.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

bool says(const std::string& sentence, const char* part) {
  return sentence.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the library is loaded once, whoever asks", "[spice]") {
  const auto first = SpiceLibrary::open();
  const auto second = SpiceLibrary::open();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first.value().spice_server_new == second.value().spice_server_new);
}

TEST_CASE("a library that is not there is refused with the package's name", "[spice]") {
  const auto refused = SpiceLibrary::open("libspice-server.so.none");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::not_found);
  CHECK(says(refused.error().sentence, "libspice-server.so.none"));
  CHECK(says(refused.error().sentence, "install libspice-server1 "));
}

TEST_CASE("a library without the functions is refused, and the first one that lacks is named", "[spice]") {
  const auto refused = SpiceLibrary::open("libglib-2.0.so.0");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::not_found);
  CHECK(says(refused.error().sentence, "libglib-2.0.so.0 has no spice_server_new)"));
  CHECK(says(refused.error().sentence, "install libspice-server1 "));
}
