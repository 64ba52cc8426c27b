// SPDX-License-Identifier: MIT
// A client that has read the greeting and negotiated. One thread.
#pragma once

#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "support/qmp_client.hpp"

namespace qmpev::test {

inline QmpClient negotiated(const std::string& path) {
  auto client = QmpClient::connect(path);
  REQUIRE(client);
  REQUIRE(client->line());
  REQUIRE(client->send("{'execute':'qmp_capabilities'}"));
  REQUIRE(client->line());
  return std::move(*client);
}

}  // namespace qmpev::test
