// SPDX-License-Identifier: MIT
// What a listener's files have to say, and the sentences when they do not.
#include <sys/stat.h>

#include <string>

#include <catch2/catch.hpp>

#include "monitor/tls.hpp"
#include "support/foreign_leaks.hpp"
#include "support/tls_realm.hpp"

namespace qmpev::test {
namespace {

/// The sentence of the refusal.
std::string refusal(const TlsConfig& config, ErrorCode code = ErrorCode::invalid_argument) {
  const auto loaded = load_tls_credentials(config);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == code);
  return loaded.error().sentence;
}

bool says(const std::string& sentence, const std::string& part) {
  INFO(sentence);
  return sentence.find(part) != std::string::npos;
}

TEST_CASE("files that fit are taken", "[monitor]") {
  TlsRealm realm;
  CHECK(load_tls_credentials(realm.config()));
}

TEST_CASE("a file that is not there is named", "[monitor]") {
  TlsRealm realm;
  std::string TlsConfig::*const which =
      GENERATE(&TlsConfig::authorities, &TlsConfig::certificate, &TlsConfig::key, &TlsConfig::revoked);
  TlsConfig config = realm.config();
  config.*which = realm.directory / "none";
  CHECK(says(refusal(config, ErrorCode::not_found), (realm.directory / "none") + ": No such file"));
  config.*which = realm.directory / ".";
  CHECK(says(refusal(config), "is no file"));
  const std::string pipe = realm.directory / "pipe";  // that nobody writes into
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  config.*which = pipe;
  CHECK(says(refusal(config), "is no file"));
}

TEST_CASE("so is one that holds something else", "[monitor]") {
  const ForeignLeaks leaks;  // GnuTLS 3.7 loses a certificate that it cannot read
  TlsRealm realm;
  const std::string name = GENERATE("ca-cert.pem", "server-cert.pem", "server-key.pem");
  const std::string text =
      GENERATE("", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  realm.write(name, text);
  CHECK(says(refusal(realm.config()), realm.directory / name));
}

TEST_CASE("a list of revoked certificates that is none is refused", "[monitor]") {
  TlsRealm realm;
  TlsConfig config = realm.config();
  config.revoked = realm.directory / "ca-cert.pem";
  CHECK(says(refusal(config), "no list of revoked certificates"));
}

TEST_CASE("a key of another certificate, and a certificate out of date, are found at once", "[monitor]") {
  TlsRealm realm;
  realm.write("server-key.pem", realm.issue_server().key);
  CHECK(says(refusal(realm.config()), "is not that of the certificate"));
  CertificateRequest request{.common_name = "server"};
  const bool old = GENERATE(true, false);
  request.begins = old ? -7200 : 3600;
  request.ends = old ? -3600 : 7200;
  const Certificate server = realm.issue_server(request);
  realm.write("server-cert.pem", server.certificate);
  realm.write("server-key.pem", server.key);
  CHECK(says(refusal(realm.config()), old ? "has expired on 20" : "is valid from 20"));
}

TEST_CASE("no file is read that cannot be one: at the limit and above", "[monitor]") {
  TlsRealm realm;
  const std::size_t limit = std::size_t{1} << 20;
  const std::string& own = realm.authority.own().certificate;
  realm.write("ca-cert.pem", own + std::string(limit - own.size(), '\n'));
  CHECK(load_tls_credentials(realm.config()));
  realm.write("ca-cert.pem", own + std::string(limit + 1 - own.size(), '\n'));
  CHECK(says(refusal(realm.config()), "more than 1048576 bytes"));
}

TEST_CASE("an allowed name that is empty is refused", "[monitor]") {
  TlsRealm realm;
  TlsConfig config = realm.config();
  config.allowed_names = {"a", ""};
  CHECK(says(refusal(config), "an allowed name is empty"));
}

}  // namespace
}  // namespace qmpev::test
