// SPDX-License-Identifier: MIT
// What a session has of TLS. What goes before, byte by byte: tls_handshake_test.cpp.
#include <cerrno>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "monitor/tls.hpp"
#include "support/tls_realm.hpp"
#include "tls_connection.hpp"

namespace qmpev::test {
namespace {

TEST_CASE("a client that the authority knows is heard and hears, however the bytes are cut", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own, GENERATE(kTls13, kTls12));
  connection.client->max_read = GENERATE(std::size_t{1}, std::size_t{1000}, SIZE_MAX);
  connection.client->max_write = GENERATE(std::size_t{1}, SIZE_MAX);
  CHECK(connection.write("early") == -EAGAIN);
  connection.run();
  REQUIRE(connection.peer.established);
  CHECK(connection.user.writable);
  CHECK(connection.refused.empty());
  CHECK(connection.write("the greeting\r\n") == 14);
  connection.peer.send("{\"execute\":\"x\"}");
  connection.run();
  CHECK(connection.peer.received == "the greeting\r\n");
  CHECK(connection.user.received == "{\"execute\":\"x\"}");
  CHECK_FALSE(connection.stream->holds_output());
}

struct Bad {
  const char* what;
  CertificateRequest request;
  const char* reason;
};

TEST_CASE("a certificate that is no good is refused, with the reason", "[monitor]") {
  const Bad bad = GENERATE(
      Bad{"expired", {.common_name = "c", .begins = -7200, .ends = -3600}, "expired"},
      Bad{"not yet", {.common_name = "c", .begins = 3600, .ends = 7200}, "not yet"},
      Bad{"for servers", {.common_name = "c", .for_clients = false, .for_servers = true}, "purpose"});
  CAPTURE(bad.what);
  TlsRealm realm;
  const Certificate own = realm.authority.issue(bad.request);
  Connection connection(realm.config(), &own, GENERATE(kTls13, kTls12));
  connection.run();
  REQUIRE(connection.refused.size() == 1);
  CHECK(connection.refused[0].find(bad.reason) != std::string::npos);
  CHECK(connection.user.over == -EPROTO);
  CHECK(connection.write("x") == -EPROTO);
  CHECK(connection.peer.error == GNUTLS_E_FATAL_ALERT_RECEIVED);
}

TEST_CASE("so is one of another authority, of the same name or not, and none at all", "[monitor]") {
  TlsRealm realm;
  Authority other(GENERATE("the authority", "another"));
  const Certificate foreign = other.issue({.common_name = "client"});
  const bool shows = GENERATE(true, false);
  Connection connection(realm.config(), shows ? &foreign : nullptr, GENERATE(kTls13, kTls12));
  connection.run();
  REQUIRE(connection.refused.size() == 1);
  CHECK(connection.user.over == -EPROTO);
  CHECK(connection.user.received.empty());
  CHECK(connection.peer.received.empty());
}

TEST_CASE("and one that was taken back", "[monitor]") {
  TlsRealm realm;
  const Certificate lost = realm.issue("lost");
  const Certificate good = realm.issue("good");
  TlsConfig config = realm.config();
  config.revoked = realm.directory / "crl.pem";
  write_file(config.revoked, realm.authority.revoke(lost));
  Connection refused(config, &lost);
  refused.run();
  REQUIRE(refused.refused.size() == 1);
  CHECK(refused.refused[0].find("revoked") != std::string::npos);
  Connection welcome(config, &good);
  welcome.run();
  CHECK(welcome.peer.established);
  CHECK(welcome.refused.empty());
}

TEST_CASE("who has a name that is allowed may connect, who has only a similar one may not", "[monitor]") {
  const CertificateRequest allowed =
      GENERATE(CertificateRequest{.common_name = "ops"},
               CertificateRequest{.common_name = "x", .dns_names = {"y", "ops"}},
               CertificateRequest{.common_name = "x", .emails = {"ops"}},
               CertificateRequest{.common_name = "", .uris = {"urn:ops"}});
  const CertificateRequest similar =
      GENERATE(CertificateRequest{.common_name = "ops2"}, CertificateRequest{.common_name = "op"},
               CertificateRequest{.common_name = "OPS"},
               CertificateRequest{.common_name = std::string("ops\0.evil", 9)},
               CertificateRequest{.common_name = "x", .dns_names = {"*.ops", "*"}});
  TlsRealm realm;
  TlsConfig config = realm.config();
  config.allowed_names = {"nobody", "ops", "urn:ops"};
  const Certificate good = realm.authority.issue(allowed);
  Connection welcome(config, &good);
  welcome.run();
  CHECK(welcome.refused.empty());
  CHECK(welcome.write("x") == 1);
  const Certificate bad = realm.authority.issue(similar);
  Connection refused(config, &bad);
  refused.run();
  REQUIRE(refused.refused.size() == 1);
  CHECK(refused.refused[0].find("no name of its certificate is allowed") != std::string::npos);
  CHECK(refused.peer.alert == GNUTLS_A_ACCESS_DENIED);
}

TEST_CASE("what is no TLS, or one of before 1.2, is refused", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  const std::string text =
      GENERATE("GET / HTTP/1.1\r\n\r\n", "{\"execute\":\"qmp_capabilities\"}\n", "\x16\x03\x01");
  Connection plain(realm.config(), nullptr);
  plain.client->send(text);
  plain.client->half_close();
  for (int i = 0; i < 10; ++i) plain.client->poll();
  CHECK(plain.refused.size() == 1);
  CHECK(plain.user.over == -EPROTO);
  Connection old(realm.config(), &own, "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT");
  old.run();
  CHECK(old.refused.size() == 1);
}

TEST_CASE("a client that goes away while hands are shaken is one that did not prove who it is", "[monitor]") {
  TlsRealm realm;
  Connection connection(realm.config(), nullptr);
  connection.peer.proceed();
  connection.client->hung_up = true;
  for (int i = 0; i < 10; ++i) connection.client->poll();
  CHECK(connection.refused == std::vector<std::string>{"it went away"});
  CHECK(connection.user.over == -EPROTO);
}

TEST_CASE("long messages come whole, though the loop tells only of what lies in the socket", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own, GENERATE(kTls13, kTls12));
  connection.run();
  std::string text(std::size_t{200'000}, 'x');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 23);
  connection.peer.send(text);
  while (connection.client->is_due() && !connection.user.over) connection.client->poll();
  CHECK(connection.user.received == text);  // nothing of the last record stays behind
  for (const char* end : {"1", "2", "3"}) connection.peer.send(end);
  connection.peer.take_leave();
  while (connection.client->is_due() && !connection.user.over) connection.client->poll();
  CHECK(connection.user.received == text + "123");
  CHECK(connection.user.over == 0);
  CHECK(connection.client->input.empty());
  CHECK(connection.write("still heard") == 11);
  connection.run();
  CHECK(connection.peer.received == "still heard");
}

TEST_CASE("a client that just closes has come to its end, too", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own);
  connection.run();
  connection.peer.send("last");
  connection.client->half_close();
  connection.run();
  CHECK(connection.user.received == "last");
  CHECK(connection.user.over == 0);
}

TEST_CASE("one byte that was changed on the way ends the connection", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own, GENERATE(kTls13, kTls12));
  connection.run();
  connection.peer.send("{\"execute\":\"quit\"}");
  connection.client->input.back() ^= 1;
  connection.run();
  CHECK(connection.user.over == -EPROTO);
  CHECK(connection.user.received.empty());
  CHECK(connection.refused.empty());  // it had proven who it is
}

TEST_CASE("what was taken and finds no room is held, said, and sent when there is some", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own);
  connection.run();
  connection.client->room = 10;
  const std::string text(40'000, 'e');
  CHECK(connection.write(text) == static_cast<ssize_t>(kMaxTlsRecordBytes));
  CHECK(connection.stream->holds_output());
  CHECK(connection.write(text) == -EAGAIN);
  CHECK(connection.client->wants_output);  // though its user wants none
  connection.user.writable = false;
  connection.client->room = 10;
  connection.client->poll();  // a part of it goes
  CHECK(connection.client->room == 0);
  CHECK_FALSE(connection.user.writable);
  connection.client->room = SIZE_MAX;
  connection.run();
  CHECK(connection.user.writable);
  CHECK_FALSE(connection.stream->holds_output());
  CHECK(connection.peer.received == text.substr(0, kMaxTlsRecordBytes));
}

TEST_CASE("bytes of TLS that nobody will ever take are not held for ever", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own);
  connection.run();
  connection.client->room = 0;
  CHECK(connection.write("x") == 1);
  connection.client->write_error = EPIPE;
  connection.client->poll();
  CHECK_FALSE(connection.stream->holds_output());
  CHECK(connection.write("x") == -EPIPE);
}

TEST_CASE("a client that has keys changed and never reads is not listened to for ever", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own);
  connection.run();
  connection.client->room = 0;
  int changes = 0;
  for (; changes < 100'000 && !connection.user.over; ++changes) {
    CHECK_FALSE(connection.stream->holds_output());  // an answer would wait here, and grow
    connection.peer.change_key();
    connection.client->poll();
  }
  CHECK(changes > 1);
  CHECK(connection.user.over == -EPROTO);
}

TEST_CASE("the end is said, with what is held, as far as there is room", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own, GENERATE(kTls13, kTls12));
  connection.run();
  connection.client->room = 0;
  CHECK(connection.write("last words") == 10);
  connection.client->room = SIZE_MAX;
  connection.stream->close();
  connection.peer.proceed();
  CHECK(connection.peer.received == "last words");
  CHECK(connection.peer.ended);
  CHECK(connection.peer.error == 0);
  CHECK(connection.client->closed);
}

TEST_CASE("who asks for another handshake is told that there is none, and ended", "[monitor]") {
  TlsRealm realm;
  const Certificate own = realm.issue("client");
  Connection connection(realm.config(), &own, kTls12);
  connection.run();
  REQUIRE(connection.peer.established);
  CHECK(connection.peer.shake_hands_again() == GNUTLS_E_AGAIN);
  connection.client->poll();
  CHECK(connection.user.over == -EPROTO);
  CHECK(connection.peer.shake_hands_again() == GNUTLS_E_WARNING_ALERT_RECEIVED);
  CHECK(connection.peer.alert == GNUTLS_A_NO_RENEGOTIATION);
  CHECK(connection.refused.empty());  // it had proven who it is
}

}  // namespace
}  // namespace qmpev::test
