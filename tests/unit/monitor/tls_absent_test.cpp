// SPDX-License-Identifier: MIT
// Linked with the source that stands in where GnuTLS is missing.
#include <catch2/catch.hpp>

#include "monitor/tls.hpp"

using namespace qmpev;

TEST_CASE("without GnuTLS nobody is promised TLS", "[monitor]") {
  const auto refused = load_tls_credentials({});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK(refused.error().sentence.find("-Dtls=enabled") != std::string::npos);
}
