// SPDX-License-Identifier: MIT
// GnuTLS works on buffers of ours: what it wants to send is always taken (and held until there is room), so
// that no call of it is left half done; what it reads comes from the stream behind in exactly the pieces that
// one record needs, so that the loop knows of everything that is still to be read. Held is one record at
// most, or all of a handshake: nothing that a client says then makes GnuTLS answer at once (a change of keys
// is answered in front of the next record, and who changes them too often is ended).
#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/assert.hpp"
#include "monitor/held_output.hpp"
#include "monitor/tls.hpp"
#include "monitor/tls_credentials.hpp"

namespace qmpev {
namespace {

/// What the client's last alert is called. It may be any number, also one that the enumeration has no room
/// for: none is kept in a variable of that type.
std::string alert_of(gnutls_session_t session) {
  const char* const name = gnutls_alert_get_name(gnutls_alert_get(session));
  return name != nullptr ? name : "alert " + std::to_string(static_cast<int>(gnutls_alert_get(session)));
}

class TlsStream final : public Stream, private StreamUser {
 public:
  TlsStream(std::unique_ptr<Stream> stream, SharedTlsCredentials credentials,
            std::function<void(const std::string&)> refused)
      : stream_(std::move(stream)), credentials_(std::move(credentials)), refused_(std::move(refused)) {
    stream_->attach(*this);
  }

  ~TlsStream() override {
    if (session_ != nullptr) gnutls_deinit(session_);
  }

  /// False when there is no memory for it.
  bool begin() noexcept {
    if (gnutls_init(&session_, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS) != 0) return false;
    if (gnutls_priority_set(session_, credentials_->priority()) != 0 ||
        gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials_->certificates()) != 0)
      return false;
    gnutls_certificate_server_set_request(session_, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_cert2(session_, &purpose_, 1, 0);
    gnutls_handshake_set_max_packet_length(session_, kMaxTlsHandshakeBytes);
    gnutls_transport_set_ptr(session_, this);
    gnutls_transport_set_push_function(session_, push);
    gnutls_transport_set_pull_function(session_, pull);
    say_what_is_wanted();
    return true;
  }

  void attach(StreamUser& user) noexcept override { user_ = &user; }

  ssize_t read(char* bytes, std::size_t size) noexcept override {
    QMPEV_ASSERT(size >= kMaxTlsRecordBytes);
    if (state_ == State::refused) return -EPROTO;
    if (state_ == State::handshake) return -EAGAIN;
    const ssize_t count = gnutls_record_recv(session_, bytes, size);
    // Of TLS 1.2. GnuTLS would keep each one that is not answered.
    if (count == GNUTLS_E_REHANDSHAKE)
      gnutls_alert_send(session_, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION);
    send_held();  // what TLS had to say to that
    // A peer that just closes says nothing more than one that takes its leave: lines that were cut are
    // dropped.
    if (count >= 0 || count == GNUTLS_E_PREMATURE_TERMINATION) return std::max<ssize_t>(count, 0);
    const bool over = count == GNUTLS_E_REHANDSHAKE || gnutls_error_is_fatal(static_cast<int>(count)) != 0;
    return over ? -EPROTO : -EAGAIN;
  }

  ssize_t write(const char* bytes, std::size_t size) noexcept override {
    if (state_ == State::refused) return -EPROTO;
    if (state_ == State::handshake) return -EAGAIN;
    if (const ssize_t error = send_held(); error < 0) return error;
    if (!held_.empty()) return -EAGAIN;
    const ssize_t taken = gnutls_record_send(session_, bytes, std::min(size, kMaxTlsRecordBytes));
    if (taken < 0) return gnutls_error_is_fatal(static_cast<int>(taken)) != 0 ? -EPROTO : -EAGAIN;
    const ssize_t error = send_held();
    return error < 0 ? error : taken;
  }

  void want(bool readable, bool writable) noexcept override {
    wants_input_ = readable;
    wants_output_ = writable;
    say_what_is_wanted();
  }

  bool holds_output() const noexcept override { return !held_.empty() || stream_->holds_output(); }

  std::optional<PeerCredentials> peer() const noexcept override { return stream_->peer(); }

  void close() noexcept override {
    user_ = nullptr;
    if (state_ == State::open) gnutls_bye(session_, GNUTLS_SHUT_WR);
    send_held();
    held_.clear();
    stream_->close();
  }

 private:
  enum class State { handshake, open, refused };

  void ready(Readiness readiness) noexcept override {
    if (readiness.writable) send_held();
    if (state_ == State::handshake) return shake_hands(readiness.gone);
    // Who uses us is told of room when there is some, and of a loss in any case.
    readiness.writable = readiness.writable && (held_.empty() || readiness.gone);
    if (user_ != nullptr) user_->ready(readiness);
  }

  void shake_hands(bool gone) noexcept {
    // Once: who only warns shall not hold the loop, which tells of what comes next.
    const int result = gnutls_handshake(session_);
    if (result == 0) return come_to_terms();
    if (gone || gnutls_error_is_fatal(result) != 0) return refuse(reason_of(result), result);
    send_held();
  }

  /// The client has a certificate that an authority signed.
  void come_to_terms() noexcept {
    unsigned int count = 0;
    const gnutls_datum_t* const chain = gnutls_certificate_get_peers(session_, &count);
    if (chain == nullptr || count == 0)
      return refuse("it showed no certificate", GNUTLS_E_NO_CERTIFICATE_FOUND);
    if (!credentials_->allows(chain[0])) {
      gnutls_alert_send(session_, GNUTLS_AL_FATAL, GNUTLS_A_ACCESS_DENIED);
      return refuse("no name of its certificate is allowed", 0);
    }
    state_ = State::open;
    send_held();  // and wants what its user does, who has a greeting to say
  }

  void refuse(const std::string& reason, int error) noexcept {
    state_ = State::refused;
    if (error != 0) gnutls_alert_send_appropriate(session_, error);
    send_held();
    // Who uses us learns by trying: first that nothing can be written, then that nothing will come.
    for (int attempt = 0; attempt < 2 && user_ != nullptr; ++attempt) user_->ready({true, true, true});
    refused_(reason);
  }

  std::string reason_of(int error) const {
    if (gnutls_error_is_fatal(error) == 0 || error == GNUTLS_E_PREMATURE_TERMINATION ||
        error == GNUTLS_E_PULL_ERROR)
      return "it went away";
    if (error == GNUTLS_E_FATAL_ALERT_RECEIVED) return "it said: " + alert_of(session_);
    if (error != GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) return gnutls_strerror(error);
    gnutls_datum_t text{};
    const unsigned int status = gnutls_session_get_verify_cert_status(session_);
    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) != 0)
      return gnutls_strerror(error);
    std::string reason(reinterpret_cast<const char*>(text.data), text.size);
    gnutls_free(text.data);
    while (!reason.empty() && (reason.back() == ' ' || reason.back() == '\0')) reason.pop_back();
    return reason;
  }

  static ssize_t push(gnutls_transport_ptr_t stream, const void* bytes, std::size_t size) noexcept {
    static_cast<TlsStream*>(stream)->held_.bytes().append(static_cast<const char*>(bytes), size);
    return static_cast<ssize_t>(size);
  }

  static ssize_t pull(gnutls_transport_ptr_t stream, void* bytes, std::size_t size) noexcept {
    TlsStream& its = *static_cast<TlsStream*>(stream);
    const ssize_t count = its.stream_->read(static_cast<char*>(bytes), size);
    if (count >= 0) return count;
    gnutls_transport_set_errno(its.session_, static_cast<int>(-count));
    return -1;
  }

  /// 0, or what went wrong.
  ssize_t send_held() noexcept {
    const ssize_t error = held_.send_to(*stream_);
    say_what_is_wanted();
    return error;
  }

  bool input_wanted() const noexcept { return state_ == State::handshake || wants_input_; }

  bool output_wanted() const noexcept {
    return !held_.empty() || (state_ != State::handshake && wants_output_);
  }

  void say_what_is_wanted() noexcept {
    if (said_input_ == input_wanted() && said_output_ == output_wanted()) return;
    said_input_ = input_wanted();
    said_output_ = output_wanted();
    stream_->want(said_input_, said_output_);
  }

  /// What a client's certificate must be for, if it says what for.
  static gnutls_typed_vdata_st purpose() noexcept {
    static char client[] = GNUTLS_KP_TLS_WWW_CLIENT;
    gnutls_typed_vdata_st purpose{};
    purpose.type = GNUTLS_DT_KEY_PURPOSE_OID;
    purpose.data = reinterpret_cast<unsigned char*>(client);
    return purpose;
  }

  std::unique_ptr<Stream> stream_;
  const SharedTlsCredentials credentials_;
  const std::function<void(const std::string&)> refused_;
  gnutls_typed_vdata_st purpose_ = purpose();  ///< borrowed by the session
  gnutls_session_t session_ = nullptr;
  StreamUser* user_ = nullptr;
  State state_ = State::handshake;
  HeldOutput held_;  ///< encrypted
  bool wants_input_ = false;
  bool wants_output_ = false;
  bool said_input_ = false;
  bool said_output_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_tls_stream(std::unique_ptr<Stream> stream, SharedTlsCredentials credentials,
                                        std::function<void(const std::string&)> refused) {
  auto secured = std::make_unique<TlsStream>(std::move(stream), std::move(credentials), std::move(refused));
  if (!secured->begin()) return nullptr;
  return secured;
}

}  // namespace qmpev
