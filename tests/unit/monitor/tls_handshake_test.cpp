// SPDX-License-Identifier: MIT
// What anybody can say before it has proven who it is, byte by byte.
#include <cerrno>
#include <string>

#include <catch2/catch.hpp>

#include "monitor/tls.hpp"
#include "support/tls_realm.hpp"
#include "tls_connection.hpp"

namespace qmpev::test {
namespace {

// RFC 5246, sections 6.2 and 7.4.
constexpr std::size_t kRecordHead = 5;
constexpr std::size_t kMessageHead = 4;
constexpr char kAlert = 21;
constexpr char kHandshake = 22;
constexpr char kClientHello = 1;
constexpr char kCertificates = 11;
constexpr char kWarning = 1;
constexpr char kFatal = 2;

std::string big_endian(std::size_t number, int bytes) {
  std::string text;
  while (bytes-- > 0) text += static_cast<char>(number >> (8 * bytes));
  return text;
}

/// In the clear.
std::string record(char type, const std::string& content) {
  return std::string{type, 3, 3} + big_endian(content.size(), 2) + content;
}

std::string message(char type, const std::string& body) {
  return std::string(1, type) + big_endian(body.size(), 3) + body;
}

std::string in_records(const std::string& message) {
  std::string records;
  for (std::size_t at = 0; at < message.size(); at += kMaxTlsRecordBytes)
    records += record(kHandshake, message.substr(at, kMaxTlsRecordBytes));
  return records;
}

/// Of TLS 1.2 with one cipher: ECDHE, ECDSA, AES-128-GCM.
std::string hello() {
  const std::string groups = {0, 10, 0, 4, 0, 2, 0, 23};     // secp256r1
  const std::string signatures = {0, 13, 0, 4, 0, 2, 4, 3};  // ECDSA with SHA-256
  const std::string extensions = groups + signatures;
  return message(kClientHello, std::string{3, 3} + std::string(32, 'r') + std::string(1, 0) +
                                   std::string{0, 2, '\xc0', '\x2b', 1, 0} +
                                   big_endian(extensions.size(), 2) + extensions);
}

/// How many bytes of messages lie in such records.
std::size_t message_bytes(const std::string& records) {
  std::size_t bytes = 0;
  for (std::size_t at = 0; at + kRecordHead <= records.size();) {
    const std::size_t size = std::size_t{static_cast<unsigned char>(records[at + 3])} * 256 +
                             static_cast<unsigned char>(records[at + 4]);
    bytes += size;
    at += kRecordHead + size;
  }
  return bytes;
}

/// To a client that has no TLS of its own.
struct Bare : Connection {
  explicit Bare(const TlsRealm& realm) : Connection(realm.config(), nullptr) {}
  void say(const std::string& bytes) {
    client->send(bytes);
    for (int i = 0; i < 100 && client->is_due(); ++i) client->poll();
  }
};

TEST_CASE("a handshake has a limit, of both ends together: below, at, and above", "[monitor]") {
  const int distance = GENERATE(-1, 0, 1);
  TlsRealm realm;
  Bare connection(realm);
  connection.say(in_records(hello()));
  REQUIRE(connection.refused.empty());
  const std::size_t answered = message_bytes(connection.client->received);
  REQUIRE(answered > 0);
  const std::size_t left = kMaxTlsHandshakeBytes - hello().size() - answered - kMessageHead;
  connection.say(
      in_records(message(kCertificates, std::string(left + static_cast<std::size_t>(distance), 'x'))));
  REQUIRE(connection.refused.size() == 1);  // in any case: those are no certificates
  CAPTURE(connection.refused[0]);
  CHECK((connection.refused[0].find("too large") != std::string::npos) == (distance > 0));
  CHECK(connection.user.over == -EPROTO);
}

TEST_CASE("who ends with an alert that has no name is refused by its number", "[monitor]") {
  TlsRealm realm;
  Bare connection(realm);
  connection.say(record(kHandshake, hello().substr(0, 20)));
  REQUIRE(connection.refused.empty());
  connection.say(record(kAlert, {kFatal, '\xee'}));
  CHECK(connection.refused == std::vector<std::string>{"it said: alert 238"});
}

TEST_CASE("an alert that has a name is told by it", "[monitor]") {
  TlsRealm realm;
  Bare connection(realm);
  connection.say(record(kHandshake, hello().substr(0, 20)));
  connection.say(record(kAlert, {kFatal, 48}));
  CHECK(connection.refused == std::vector<std::string>{"it said: CA is unknown"});
}

TEST_CASE("who only warns is heard once for each time that the loop tells of it", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own, kTls12);
  connection.peer.proceed();
  while (connection.client->is_due() && connection.client->wants_input && !connection.client->input.empty())
    connection.client->poll();
  connection.peer.proceed();
  // Behind the client's certificate, the first of its messages.
  std::string& input = connection.client->input;
  const std::size_t first = kRecordHead + message_bytes(input.substr(0, kRecordHead));
  const std::string warning = record(kAlert, {kWarning, 41});
  input.insert(first, warning + warning + warning);
  const std::size_t before = input.size();
  connection.client->poll();
  CHECK(before - input.size() == first + warning.size());
  connection.run();
  CHECK(connection.peer.established);  // it was not refused for that
  CHECK(connection.refused.empty());
}

}  // namespace
}  // namespace qmpev::test
