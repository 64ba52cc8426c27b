// SPDX-License-Identifier: MIT
#include "monitor/certificate_names.hpp"

#include <string>
#include <vector>

#include <gnutls/x509.h>
#include <catch2/catch.hpp>

#include "support/certificates.hpp"

namespace qmpev::test {
namespace {

std::vector<std::string> names_of(const CertificateRequest& request) {
  const std::string pem = Authority("a").issue(request).certificate;
  gnutls_datum_t text{reinterpret_cast<unsigned char*>(const_cast<char*>(pem.data())),
                      static_cast<unsigned int>(pem.size())};
  gnutls_datum_t der{};
  REQUIRE(gnutls_pem_base64_decode2("CERTIFICATE", &text, &der) == 0);
  auto names = certificate_names(der);
  gnutls_free(der.data);
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("a certificate has names of four kinds", "[monitor]") {
  CHECK(names_of({.common_name = "cn", .dns_names = {"d1", "d2"}, .emails = {"e@x"}, .uris = {"urn:u"}}) ==
        Names{"d1", "d2", "e@x", "urn:u", "cn"});
  CHECK(names_of({.common_name = "cn"}) == Names{"cn"});
  CHECK(names_of({.common_name = "", .dns_names = {"d"}}) == Names{"d"});
}

TEST_CASE("one with a NUL in it is not taken for what stands in front of it", "[monitor]") {
  const Names names = names_of({.common_name = std::string("a\0b", 3)});
  REQUIRE(names.size() == 1);
  CHECK(names[0].c_str() != std::string("a"));
}

TEST_CASE("a name that is too long is none, and hides no other", "[monitor]") {
  CHECK(names_of({.common_name = "cn", .dns_names = {std::string(2000, 'd'), "d"}}) == Names{"d", "cn"});
}

TEST_CASE("what is no certificate has no names", "[monitor]") {
  unsigned char bytes[] = "no certificate";
  CHECK(certificate_names({bytes, sizeof bytes}).empty());
  CHECK(certificate_names({nullptr, 0}).empty());
}

}  // namespace
}  // namespace qmpev::test
