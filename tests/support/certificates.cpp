// SPDX-License-Identifier: MIT
#include "support/certificates.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <type_traits>

#include <fcntl.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <unistd.h>

namespace qmpev::test {
namespace {

constexpr std::time_t kLeeway = 60;  // before now, so that a certificate is valid at once

void check(int result, const char* what) {
  if (result >= 0) return;
  std::fprintf(stderr, "certificates: %s: %s\n", what, gnutls_strerror(result));
  std::abort();
}

template <class Handle, int (*Make)(Handle*), void (*Free)(Handle)>
struct Owned {
  Owned() { check(Make(&handle), "make"); }
  ~Owned() { Free(handle); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  Handle handle = nullptr;
};
using X509 = Owned<gnutls_x509_crt_t, gnutls_x509_crt_init, gnutls_x509_crt_deinit>;
using Key = Owned<gnutls_x509_privkey_t, gnutls_x509_privkey_init, gnutls_x509_privkey_deinit>;
using List = Owned<gnutls_x509_crl_t, gnutls_x509_crl_init, gnutls_x509_crl_deinit>;

gnutls_datum_t datum(const std::string& text) {
  return {reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())),
          static_cast<unsigned int>(text.size())};
}

std::string taken(gnutls_datum_t datum) {
  std::string text(reinterpret_cast<char*>(datum.data), datum.size);
  gnutls_free(datum.data);
  return text;
}

void import(const X509& x509, const std::string& pem) {
  const gnutls_datum_t text = datum(pem);
  check(gnutls_x509_crt_import(x509.handle, &text, GNUTLS_X509_FMT_PEM), "certificate");
}

void import(const Key& key, const std::string& pem) {
  const gnutls_datum_t text = datum(pem);
  check(gnutls_x509_privkey_import(key.handle, &text, GNUTLS_X509_FMT_PEM), "key");
}

void name(const X509& x509, const CertificateRequest& request) {
  if (!request.common_name.empty())
    check(
        gnutls_x509_crt_set_dn_by_oid(x509.handle, GNUTLS_OID_X520_COMMON_NAME, 0, request.common_name.data(),
                                      static_cast<unsigned int>(request.common_name.size())),
        "name");
  const auto add = [&](gnutls_x509_subject_alt_name_t type, const std::string& text) {
    check(gnutls_x509_crt_set_subject_alt_name(x509.handle, type, text.data(),
                                               static_cast<unsigned int>(text.size()), GNUTLS_FSAN_APPEND),
          "alternative name");
  };
  for (const std::string& text : request.dns_names) add(GNUTLS_SAN_DNSNAME, text);
  for (const std::string& text : request.emails) add(GNUTLS_SAN_RFC822NAME, text);
  for (const std::string& text : request.uris) add(GNUTLS_SAN_URI, text);
}

/// A certificate with a new key that says everything but who signed it.
void fill(const X509& x509, const Key& key, const CertificateRequest& request, unsigned char serial) {
  check(gnutls_x509_privkey_generate(key.handle, GNUTLS_PK_ECDSA,
                                     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
        "key");
  const std::time_t now = std::time(nullptr);
  check(gnutls_x509_crt_set_version(x509.handle, 3), "version");
  check(gnutls_x509_crt_set_serial(x509.handle, &serial, 1), "serial");
  check(gnutls_x509_crt_set_activation_time(x509.handle, now + request.begins - kLeeway), "begin");
  check(gnutls_x509_crt_set_expiration_time(x509.handle, now + request.ends), "end");
  check(gnutls_x509_crt_set_key(x509.handle, key.handle), "key");
  name(x509, request);
}

Certificate exported(const X509& x509, const Key& key) {
  gnutls_datum_t certificate{};
  gnutls_datum_t secret{};
  check(gnutls_x509_crt_export2(x509.handle, GNUTLS_X509_FMT_PEM, &certificate), "export");
  check(gnutls_x509_privkey_export2(key.handle, GNUTLS_X509_FMT_PEM, &secret), "export");
  return {taken(certificate), taken(secret)};
}

}  // namespace

Authority::Authority(const std::string& name) {
  const X509 x509;
  const Key key;
  fill(x509, key, {.common_name = name}, serial_++);
  check(gnutls_x509_crt_set_basic_constraints(x509.handle, 1, -1), "constraints");
  check(gnutls_x509_crt_set_key_usage(x509.handle, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN), "usage");
  check(gnutls_x509_crt_sign2(x509.handle, x509.handle, key.handle, GNUTLS_DIG_SHA256, 0), "sign");
  own_ = exported(x509, key);
}

Certificate Authority::issue(const CertificateRequest& request) {
  const X509 own;
  const Key own_key;
  import(own, own_.certificate);
  import(own_key, own_.key);
  const X509 x509;
  const Key key;
  fill(x509, key, request, serial_++);
  check(gnutls_x509_crt_set_key_usage(x509.handle, GNUTLS_KEY_DIGITAL_SIGNATURE), "usage");
  if (request.for_clients)
    check(gnutls_x509_crt_set_key_purpose_oid(x509.handle, GNUTLS_KP_TLS_WWW_CLIENT, 0), "purpose");
  if (request.for_servers)
    check(gnutls_x509_crt_set_key_purpose_oid(x509.handle, GNUTLS_KP_TLS_WWW_SERVER, 0), "purpose");
  check(gnutls_x509_crt_sign2(x509.handle, own.handle, own_key.handle, GNUTLS_DIG_SHA256, 0), "sign");
  return exported(x509, key);
}

std::string Authority::revoke(const Certificate& issued) const {
  const X509 own;
  const Key own_key;
  import(own, own_.certificate);
  import(own_key, own_.key);
  const X509 x509;
  import(x509, issued.certificate);
  const List list;
  const std::time_t now = std::time(nullptr);
  check(gnutls_x509_crl_set_version(list.handle, 2), "version");
  check(gnutls_x509_crl_set_this_update(list.handle, now - kLeeway), "date");
  check(gnutls_x509_crl_set_next_update(list.handle, now + 3600), "date");
  const unsigned char number = 1;
  check(gnutls_x509_crl_set_number(list.handle, &number, 1), "number");
  check(gnutls_x509_crl_set_crt(list.handle, x509.handle, now - kLeeway), "certificate");
  check(gnutls_x509_crl_sign2(list.handle, own.handle, own_key.handle, GNUTLS_DIG_SHA256, 0), "sign");
  gnutls_datum_t pem{};
  check(gnutls_x509_crl_export2(list.handle, GNUTLS_X509_FMT_PEM, &pem), "export");
  return taken(pem);
}

void write_file(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) ::close(fd);
  if (!written) std::abort();
}

}  // namespace qmpev::test
