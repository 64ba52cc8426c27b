// SPDX-License-Identifier: MIT
// Certificates made on the spot, for tests of TLS: none lies in the tree to expire. Single thread.
#pragma once

#include <ctime>
#include <string>
#include <vector>

namespace qmpev::test {

/// A certificate and its key, in PEM.
struct Certificate {
  std::string certificate;
  std::string key;
};

/// What one is to say.
struct CertificateRequest {
  std::string common_name;
  std::vector<std::string> dns_names{};
  std::vector<std::string> emails{};
  std::vector<std::string> uris{};
  bool for_clients = true;
  bool for_servers = false;
  std::time_t begins = 0;  ///< seconds from now
  std::time_t ends = 3600;
};

/// Signs for others.
class Authority {
 public:
  explicit Authority(const std::string& name);

  const Certificate& own() const noexcept { return own_; }
  Certificate issue(const CertificateRequest& request);
  /// A list, in PEM, that takes this one of its certificates back.
  std::string revoke(const Certificate& issued) const;

 private:
  Certificate own_;
  unsigned char serial_ = 1;
};

/// Writes `text` to `path`, for the owner only.
void write_file(const std::string& path, const std::string& text);

}  // namespace qmpev::test
