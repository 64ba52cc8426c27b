// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/qmpev.h>

#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

using qmpev::test::UnixClient;

namespace {

/// A server that tells what passes it.
struct House {
  House() {
    config.size = sizeof config;
    config.traffic = take;
    config.traffic_user_data = this;
    config.traffic_free = [](void* house) { ++static_cast<House*>(house)->freed; };
  }
  ~House() { qmpev_server_free(server); }
  void start() {
    server = qmpev_server_new(&config);
    REQUIRE(server != nullptr);
    REQUIRE(qmpev_server_listen_unix(server, path.c_str(), QMPEV_WIRE_QEMU) == 0);
  }
  static void take(const qmpev_traffic* traffic, void* data) {
    auto& house = *static_cast<House*>(data);
    REQUIRE(house.freed == 0);
    CHECK(traffic->size == sizeof *traffic);
    CHECK(traffic->time_us > 1'000'000'000'000'000);
    CHECK(traffic->session == 1);
    CHECK(traffic->path == house.path);
    house.kinds.push_back(traffic->kind);
    const std::string bytes(traffic->bytes, traffic->byte_count);
    if (traffic->kind == QMPEV_TRAFFIC_RECEIVED) house.received += bytes;
    if (traffic->kind == QMPEV_TRAFFIC_SENT) house.sent += bytes;
    if (traffic->kind != house.ends_at) return;
    qmpev_server_free(house.server);
    house.server = nullptr;
  }

  qmpev::test::TemporaryDirectory folder;
  std::string path = folder / "s";
  qmpev_server_config config{};
  qmpev_server* server = nullptr;
  std::uint32_t ends_at = UINT32_MAX;  ///< ends the server when it is told of this
  std::vector<std::uint32_t> kinds;
  std::string received, sent;
  int freed = 0;
};

const std::string kHello = R"({"execute": "qmp_capabilities"})";

}  // namespace

TEST_CASE("in C as well an embedder is told every byte of both directions, and both ends", "[capi]") {
  House house;
  house.start();
  std::string all;
  {
    UnixClient client(house.path);
    REQUIRE(client.send(kHello));
    for (int turn = 0; turn < 1000 && all.find("return") == std::string::npos; ++turn) {
      qmpev_server_dispatch(house.server);
      all += client.take().value_or("");
    }
  }
  for (int turn = 0; turn < 1000 && house.kinds.back() != QMPEV_TRAFFIC_CLOSED; ++turn)
    qmpev_server_dispatch(house.server);
  CHECK(house.kinds.front() == QMPEV_TRAFFIC_OPENED);
  CHECK(house.kinds.back() == QMPEV_TRAFFIC_CLOSED);
  CHECK(house.received == kHello);
  CHECK(house.sent == all);
  CHECK_THAT(all, Catch::Contains("\"QMP\"") && Catch::Contains("{\"return\": {}}"));
  CHECK(house.freed == 0);
  qmpev_server_free(house.server);
  house.server = nullptr;
  CHECK(house.freed == 1);
}

TEST_CASE("who is told may free the server", "[capi]") {
  House house;
  house.ends_at = GENERATE(std::uint32_t{QMPEV_TRAFFIC_OPENED}, std::uint32_t{QMPEV_TRAFFIC_RECEIVED},
                           std::uint32_t{QMPEV_TRAFFIC_SENT});
  house.start();
  UnixClient client(house.path);
  REQUIRE(client.send(kHello));
  for (int turn = 0; turn < 1000 && house.server != nullptr; ++turn) qmpev_server_dispatch(house.server);
  CHECK(house.server == nullptr);
  CHECK(house.freed == 1);
  CHECK(house.kinds.back() == QMPEV_TRAFFIC_CLOSED);
}

TEST_CASE("the data of traffic is freed once, also when the server is refused or nobody is to be told",
          "[capi]") {
  House house;
  SECTION("refused") {
    house.config.ring_bytes = 1;
    CHECK(qmpev_server_new(&house.config) == nullptr);
  }
  SECTION("nobody") {
    house.config.traffic = nullptr;
    house.start();
  }
  CHECK(house.freed == 1);
}
