// SPDX-License-Identifier: MIT
#include "monitor/certificate_names.hpp"

#include <array>
#include <memory>
#include <type_traits>

#include <gnutls/x509.h>

namespace qmpev {
namespace {

struct FreeCertificate {
  void operator()(gnutls_x509_crt_t certificate) const noexcept { gnutls_x509_crt_deinit(certificate); }
};
using Certificate = std::unique_ptr<std::remove_pointer_t<gnutls_x509_crt_t>, FreeCertificate>;

/// More than any name that a person would write down; longer ones match nothing.
constexpr std::size_t kMaxNameBytes = 1024;

Certificate read(const gnutls_datum_t& der) {
  gnutls_x509_crt_t raw = nullptr;
  if (gnutls_x509_crt_init(&raw) != 0) return nullptr;
  Certificate certificate(raw);
  if (gnutls_x509_crt_import(raw, &der, GNUTLS_X509_FMT_DER) != 0) return nullptr;
  return certificate;
}

bool is_text(int type) {
  return type == GNUTLS_SAN_DNSNAME || type == GNUTLS_SAN_RFC822NAME || type == GNUTLS_SAN_URI;
}

}  // namespace

std::vector<std::string> certificate_names(const gnutls_datum_t& der) {
  std::vector<std::string> names;
  const Certificate certificate = read(der);
  if (!certificate) return names;
  std::array<char, kMaxNameBytes> name;
  for (unsigned int i = 0;; ++i) {
    std::size_t size = name.size();
    const int type = gnutls_x509_crt_get_subject_alt_name(certificate.get(), i, name.data(), &size, nullptr);
    if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) break;
    if (type < 0 && type != GNUTLS_E_SHORT_MEMORY_BUFFER) break;
    if (is_text(type)) names.emplace_back(name.data(), size);
  }
  std::size_t size = name.size();
  if (gnutls_x509_crt_get_dn_by_oid(certificate.get(), GNUTLS_OID_X520_COMMON_NAME, 0, 0, name.data(),
                                    &size) == 0)
    names.emplace_back(name.data(), size);
  return names;
}

}  // namespace qmpev
