// SPDX-License-Identifier: MIT
// The client's end of TLS, over whatever carries its bytes. Never waits. Single thread.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <string>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <catch2/catch.hpp>

#include "support/certificates.hpp"

namespace qmpev::test {

class TlsPeer {
 public:
  /// How bytes get to the server (all of them), and what came from it: at most `size`, -1 and errno when
  /// there is nothing, 0 at the end.
  struct Carrier {
    std::function<void(const void*, std::size_t)> send;
    std::function<ssize_t(void*, std::size_t)> receive;
  };

  /// Null `own`: it shows no certificate. `versions`: "-VERS-ALL:+VERS-TLS1.2".
  TlsPeer(Carrier carrier, const Certificate* own, const char* versions = "NORMAL")
      : carrier_(std::move(carrier)) {
    REQUIRE(gnutls_certificate_allocate_credentials(&credentials_) == 0);
    if (own != nullptr) show(*own);
    REQUIRE(gnutls_init(&session_, GNUTLS_CLIENT | GNUTLS_NONBLOCK) == 0);
    REQUIRE(gnutls_priority_set_direct(session_, versions, nullptr) == 0);
    REQUIRE(gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials_) == 0);
    gnutls_session_set_ptr(session_, this);
    gnutls_transport_set_ptr(session_, this);
    gnutls_transport_set_push_function(session_, push);
    gnutls_transport_set_pull_function(session_, pull);
  }
  ~TlsPeer() {
    gnutls_deinit(session_);
    gnutls_certificate_free_credentials(credentials_);
    if (certificate_ != nullptr) gnutls_x509_crt_deinit(certificate_);
    if (key_ != nullptr) gnutls_x509_privkey_deinit(key_);
  }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  /// Goes on with the handshake as far as it gets; then takes what the server has sent.
  void proceed() {
    if (!established && error == 0) {
      const int result = gnutls_handshake(session_);
      established = result == 0;
      if (result != 0 && gnutls_error_is_fatal(result) != 0) fail(result);
    }
    while (established && error == 0 && !ended && receive()) {
    }
  }
  void send(const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t count = gnutls_record_send(session_, text.data() + sent, text.size() - sent);
      REQUIRE(count > 0);
      sent += static_cast<std::size_t>(count);
    }
  }
  void change_key() { REQUIRE(gnutls_session_key_update(session_, GNUTLS_KU_PEER) == 0); }
  /// Of TLS 1.2: asks for another one. GnuTLS' result.
  int shake_hands_again() {
    const int result = gnutls_handshake(session_);
    if (result == GNUTLS_E_WARNING_ALERT_RECEIVED) alert = gnutls_alert_get(session_);
    return result;
  }
  void take_leave() { REQUIRE(gnutls_bye(session_, GNUTLS_SHUT_WR) == 0); }

  bool established = false;
  bool ended = false;  ///< the server has taken its leave
  int error = 0;       ///< GnuTLS', once something failed
  int alert = -1;      ///< what the server said then
  std::string received;

 private:
  /// Also to a server that does not name its issuer among those it believes.
  void show(const Certificate& own) {
    const auto datum = [](const std::string& text) {
      return gnutls_datum_t{reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())),
                            static_cast<unsigned int>(text.size())};
    };
    const gnutls_datum_t certificate = datum(own.certificate);
    const gnutls_datum_t key = datum(own.key);
    REQUIRE(gnutls_x509_crt_init(&certificate_) == 0);
    REQUIRE(gnutls_x509_crt_import(certificate_, &certificate, GNUTLS_X509_FMT_PEM) == 0);
    REQUIRE(gnutls_x509_privkey_init(&key_) == 0);
    REQUIRE(gnutls_x509_privkey_import(key_, &key, GNUTLS_X509_FMT_PEM) == 0);
    gnutls_certificate_set_retrieve_function(credentials_, retrieve);
  }

  static int retrieve(gnutls_session_t session, const gnutls_datum_t*, int, const gnutls_pk_algorithm_t*, int,
                      gnutls_retr2_st* shown) {
    TlsPeer& its = *static_cast<TlsPeer*>(gnutls_session_get_ptr(session));
    shown->cert_type = GNUTLS_CRT_X509;
    shown->cert.x509 = &its.certificate_;
    shown->ncerts = 1;
    shown->key_type = GNUTLS_PRIVKEY_X509;
    shown->key.x509 = its.key_;
    shown->deinit_all = 0;
    return 0;
  }

  bool receive() {
    char bytes[4096];
    const ssize_t count = gnutls_record_recv(session_, bytes, sizeof bytes);
    if (count > 0) received.append(bytes, static_cast<std::size_t>(count));
    if (count == 0) ended = true;
    if (count < 0 && gnutls_error_is_fatal(static_cast<int>(count)) != 0) fail(static_cast<int>(count));
    return count > 0;
  }

  void fail(int result) {
    error = result;
    if (result == GNUTLS_E_FATAL_ALERT_RECEIVED) alert = gnutls_alert_get(session_);
  }

  static ssize_t push(gnutls_transport_ptr_t peer, const void* bytes, std::size_t size) {
    static_cast<TlsPeer*>(peer)->carrier_.send(bytes, size);
    return static_cast<ssize_t>(size);
  }
  static ssize_t pull(gnutls_transport_ptr_t peer, void* bytes, std::size_t size) {
    TlsPeer& its = *static_cast<TlsPeer*>(peer);
    const ssize_t count = its.carrier_.receive(bytes, size);
    if (count < 0) gnutls_transport_set_errno(its.session_, errno);
    return count;
  }

  Carrier carrier_;
  gnutls_certificate_credentials_t credentials_ = nullptr;
  gnutls_session_t session_ = nullptr;
  gnutls_x509_crt_t certificate_ = nullptr;
  gnutls_x509_privkey_t key_ = nullptr;
};

}  // namespace qmpev::test
