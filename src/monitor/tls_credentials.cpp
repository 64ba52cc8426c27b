// SPDX-License-Identifier: MIT
// The files are read by us, so that a sentence can say what is wrong with which.
#include "monitor/tls_credentials.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <utility>

#include <gnutls/x509.h>

#include "base/unique_fd.hpp"
#include "monitor/certificate_names.hpp"

namespace qmpev {
namespace {

/// Of each file: a list of revoked certificates is the largest, and grows by some forty bytes for each.
constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

/// Behind what GnuTLS and the system's administrator find sound: no version before TLS 1.2.
constexpr const char* kVersions = "-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

Error of_errno(const std::string& path, int error) {
  const ErrorCode code = error == ENOENT || error == ENOTDIR ? ErrorCode::not_found
                         : error == EACCES || error == EPERM ? ErrorCode::permission
                                                             : ErrorCode::system;
  return {code, "cannot read " + path + ": " + std::strerror(error)};
}

Error refusal(std::string sentence) {
  return {ErrorCode::invalid_argument, std::move(sentence)};
}

/// The text of a file, wiped when it goes: one of them is a key.
class FileText {
 public:
  explicit FileText(std::string text) noexcept : text_(std::move(text)) {}
  FileText(FileText&&) noexcept = default;
  FileText& operator=(FileText&&) = delete;
  ~FileText() { ::explicit_bzero(text_.data(), text_.size()); }

  gnutls_datum_t datum() noexcept {
    return {reinterpret_cast<unsigned char*>(text_.data()), static_cast<unsigned int>(text_.size())};
  }

 private:
  std::string text_;
};

Result<FileText> read_file(const std::string& path) {
  // Of a pipe nobody has to write into it for this to return.
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file) return of_errno(path, errno);
  struct stat what {};
  if (::fstat(file.get(), &what) != 0) return of_errno(path, errno);
  if (!S_ISREG(what.st_mode)) return refusal(path + " is no file");
  if (what.st_size > static_cast<off_t>(kMaxFileBytes))
    return refusal(path + " has more than " + std::to_string(kMaxFileBytes) +
                   " bytes: that is no file in PEM");
  std::string text(static_cast<std::size_t>(what.st_size), '\0');
  std::size_t end = 0;
  while (end < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + end, text.size() - end);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return of_errno(path, errno);
    if (count == 0) break;
    end += static_cast<std::size_t>(count);
  }
  text.resize(end);
  return FileText(std::move(text));
}

Error not_pem(const std::string& path, const char* what, int error) {
  return refusal(path + " holds no " + what + " in PEM: " + gnutls_strerror(error));
}

std::string day_of(std::time_t time) {
  std::tm parts{};
  char text[32] = "";
  if (::gmtime_r(&time, &parts) != nullptr) std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

/// A certificate that no client can accept would only be noticed by the clients.
Result<void> check_dates(gnutls_certificate_credentials_t certificates, const std::string& path) {
  gnutls_datum_t der{};
  if (gnutls_certificate_get_crt_raw(certificates, 0, 0, &der) != 0) return {};
  gnutls_x509_crt_t certificate = nullptr;
  if (gnutls_x509_crt_init(&certificate) != 0) return {};
  gnutls_x509_crt_import(certificate, &der, GNUTLS_X509_FMT_DER);
  const std::time_t begin = gnutls_x509_crt_get_activation_time(certificate);
  const std::time_t end = gnutls_x509_crt_get_expiration_time(certificate);
  gnutls_x509_crt_deinit(certificate);
  const std::time_t now = std::time(nullptr);
  if (end < now)
    return refusal("the certificate in " + path + " has expired on " + day_of(end) + ": renew it");
  if (begin > now)
    return refusal("the certificate in " + path + " is valid from " + day_of(begin) + " on only");
  return {};
}

}  // namespace

TlsCredentials::~TlsCredentials() {
  if (priority_ != nullptr) gnutls_priority_deinit(priority_);
  if (certificates_ != nullptr) gnutls_certificate_free_credentials(certificates_);
}

Result<SharedTlsCredentials> TlsCredentials::load(const TlsConfig& config) {
  const auto& names = config.allowed_names;
  if (std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); }))
    return refusal("an allowed name is empty: leave it out, and whom the authority knows may connect");
  std::shared_ptr<TlsCredentials> credentials(new TlsCredentials);
  if (auto done = credentials->set_up(); !done) return done.error();
  if (auto done = credentials->trust(config.authorities); !done) return done.error();
  if (!config.revoked.empty())
    if (auto done = credentials->revoke(config.revoked); !done) return done.error();
  if (auto done = credentials->show(config.certificate, config.key); !done) return done.error();
  credentials->allowed_names_ = names;
  return SharedTlsCredentials(std::move(credentials));
}

Result<void> TlsCredentials::set_up() {
  int error = gnutls_certificate_allocate_credentials(&certificates_);
  if (error == 0)
    error = gnutls_priority_init2(&priority_, kVersions, nullptr, GNUTLS_PRIORITY_INIT_DEF_APPEND);
  if (error != 0)
    return Error{ErrorCode::system, std::string("cannot set up TLS: ") + gnutls_strerror(error)};
  return {};
}

Result<void> TlsCredentials::trust(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.error();
  const gnutls_datum_t pem = text.value().datum();
  const int count = gnutls_certificate_set_x509_trust_mem(certificates_, &pem, GNUTLS_X509_FMT_PEM);
  if (count > 0) return {};
  return not_pem(path, "certificate", count < 0 ? count : GNUTLS_E_NO_CERTIFICATE_FOUND);
}

Result<void> TlsCredentials::revoke(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.error();
  const gnutls_datum_t pem = text.value().datum();
  const int count = gnutls_certificate_set_x509_crl_mem(certificates_, &pem, GNUTLS_X509_FMT_PEM);
  if (count > 0) return {};
  return not_pem(path, "list of revoked certificates", count < 0 ? count : GNUTLS_E_NO_CERTIFICATE_FOUND);
}

Result<void> TlsCredentials::show(const std::string& certificate_path, const std::string& key_path) {
  auto certificate = read_file(certificate_path);
  if (!certificate) return certificate.error();
  auto key = read_file(key_path);
  if (!key) return key.error();
  const gnutls_datum_t certificate_pem = certificate.value().datum();
  const gnutls_datum_t key_pem = key.value().datum();
  const int error = gnutls_certificate_set_x509_key_mem2(certificates_, &certificate_pem, &key_pem,
                                                         GNUTLS_X509_FMT_PEM, nullptr, 0);
  if (error >= 0) return check_dates(certificates_, certificate_path);
  if (error == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
    return refusal("the key in " + key_path + " is not that of the certificate in " + certificate_path);
  return refusal(certificate_path + " and " + key_path +
                 " are no certificate and its unencrypted key in PEM: " + gnutls_strerror(error));
}

bool TlsCredentials::allows(const gnutls_datum_t& certificate) const {
  if (allowed_names_.empty()) return true;
  const std::vector<std::string> names = certificate_names(certificate);
  return std::find_first_of(names.begin(), names.end(), allowed_names_.begin(), allowed_names_.end()) !=
         names.end();
}

Result<SharedTlsCredentials> load_tls_credentials(const TlsConfig& config) {
  return TlsCredentials::load(config);
}

}  // namespace qmpev
