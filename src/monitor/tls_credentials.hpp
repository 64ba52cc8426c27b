// SPDX-License-Identifier: MIT
// What one end of TLS shows and whom it believes, in GnuTLS' terms. Immutable, shared by the streams of a
// listener, which may outlive it. Reentrant.
#pragma once

#include <string>
#include <vector>

#include <gnutls/gnutls.h>

#include <qmpev/result.hpp>

#include "monitor/tls.hpp"

namespace qmpev {

class TlsCredentials {
 public:
  static Result<SharedTlsCredentials> load(const TlsConfig& config);
  ~TlsCredentials();
  TlsCredentials(const TlsCredentials&) = delete;
  TlsCredentials& operator=(const TlsCredentials&) = delete;

  /// Borrowed. Sessions that use them do not change them.
  gnutls_certificate_credentials_t certificates() const noexcept { return certificates_; }
  gnutls_priority_t priority() const noexcept { return priority_; }
  /// Whether a client whose certificate (DER) an authority has signed may come in.
  bool allows(const gnutls_datum_t& certificate) const;

 private:
  TlsCredentials() noexcept = default;
  Result<void> set_up();
  Result<void> trust(const std::string& path);
  Result<void> revoke(const std::string& path);
  Result<void> show(const std::string& certificate_path, const std::string& key_path);

  gnutls_certificate_credentials_t certificates_ = nullptr;
  gnutls_priority_t priority_ = nullptr;
  std::vector<std::string> allowed_names_;
};

}  // namespace qmpev
