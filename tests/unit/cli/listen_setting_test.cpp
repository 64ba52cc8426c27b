// SPDX-License-Identifier: MIT
#include "cli/listen_setting.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/temporary_directory.hpp"

using namespace qmpev;

namespace {

ListenerConfig taken(const std::vector<std::string>& settings) {
  ListenerConfig config;
  for (const std::string& setting : settings) REQUIRE(take_listen_setting(setting, config));
  return config;
}

std::string refusal(const std::string& setting) {
  ListenerConfig config;
  const auto refused = take_listen_setting(setting, config);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  return refused.error().sentence;
}

}  // namespace

TEST_CASE("limits of a listener are numbers in their range", "[cli]") {
  CHECK(taken({"max-clients=1"}).max_clients == 1);
  CHECK(taken({"max-clients=1000000"}).max_clients == 1'000'000);
  CHECK(taken({"max-clients-per-uid=2"}).max_clients_per_uid == 2);
  CHECK(taken({"negotiation-timeout=0"}).negotiation_timeout_ms == 0u);
  CHECK(taken({"negotiation-timeout=86400"}).negotiation_timeout_ms == kMaxNegotiationTimeoutMs);
  for (const char* wrong : {"max-clients=0", "max-clients=1000001", "max-clients=", "max-clients=1x",
                            "max-clients=-1", "max-clients-per-uid=0", "negotiation-timeout=86401",
                            "negotiation-timeout=1.5", "negotiation-timeout=99999999999"})
    CHECK(refusal(wrong).find(std::string(wrong) + ": use a whole number from ") == 0);
}

TEST_CASE("users and groups add up", "[cli]") {
  const auto config = taken({"allow-uid=root", "allow-gid=5", "allow-uid=1000"});
  CHECK(config.allowed_uids == std::vector<std::uint32_t>{0, 1000});
  CHECK(config.allowed_gids == std::vector<std::uint32_t>{5});
  CHECK(refusal("allow-uid=").find("no user ''") != std::string::npos);
  CHECK(refusal("allow-gid=x y").find("no group 'x y'") != std::string::npos);
}

TEST_CASE("certificates are files of a folder, as QEMU names them", "[cli]") {
  const test::TemporaryDirectory folder;
  const std::string path = folder.path();
  const auto config = taken({"allow-name=a", "tls=" + path, "allow-name=b@c"});
  REQUIRE(config.tls);
  CHECK(config.tls->authorities == path + "/ca-cert.pem");
  CHECK(config.tls->certificate == path + "/server-cert.pem");
  CHECK(config.tls->key == path + "/server-key.pem");
  CHECK(config.tls->revoked.empty());
  CHECK(config.tls->allowed_names == std::vector<std::string>{"a", "b@c"});
  std::ofstream(path + "/ca-crl.pem") << "x";
  CHECK(taken({"tls=" + path}).tls->revoked == path + "/ca-crl.pem");
  const test::TemporaryDirectory other;
  CHECK(taken({"tls=" + path, "tls=" + other.path()}).tls->revoked.empty());  // the last one counts
  std::filesystem::create_symlink("gone", other / "ca-crl.pem");
  CHECK(taken({"tls=" + other.path()}).tls->revoked == other / "ca-crl.pem");  // not passed over
  CHECK(refusal("tls=").find("tls= needs a folder") == 0);
  CHECK(refusal("allow-name=").find("allow-name= needs a name") == 0);
}

TEST_CASE("what there is stands in the sentence", "[cli]") {
  CHECK(refusal("wires=qemu") ==
        "unknown setting 'wires=qemu' of --listen: there are wire=, role=, slow=, max-clients=, "
        "max-clients-per-uid=, negotiation-timeout=, allow-uid=, allow-gid=, tls= and allow-name=");
  CHECK(refusal("wire").find("unknown setting 'wire'") == 0);
  CHECK(refusal("").find("unknown setting ''") == 0);
}
