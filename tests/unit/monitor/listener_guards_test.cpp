// SPDX-License-Identifier: MIT
#include "monitor/listener_guards.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

ListenerConfig tcp(const std::string& host) {
  ListenerConfig config;
  config.tcp = TcpAddress{host, 4444};
  return config;
}

}  // namespace

TEST_CASE("TCP is for events and for who negotiates soon, unless it is said otherwise", "[monitor]") {
  CHECK(role_of(ListenerConfig{}) == ListenerRole::full);
  CHECK(negotiation_timeout_ms_of(ListenerConfig{}) == 0);
  ListenerConfig config = tcp("127.0.0.1");
  CHECK(role_of(config) == ListenerRole::events_only);
  CHECK(negotiation_timeout_ms_of(config) == 30'000);
  config.role = ListenerRole::full;
  config.negotiation_timeout_ms = 0;
  CHECK(role_of(config) == ListenerRole::full);
  CHECK(negotiation_timeout_ms_of(config) == 0);
}

TEST_CASE("an address that other machines reach is refused, unless it is meant", "[monitor]") {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "::1"}) CHECK(check_guards(tcp(host)));
  for (const char* host : {"0.0.0.0", "::", "192.0.2.1", "2001:db8::1"}) {
    ListenerConfig config = tcp(host);
    const auto refused = check_guards(config);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().sentence.find("other machines reach ") == 0);
    CHECK(refused.error().sentence.find("use TLS with certificates (tls=FOLDER), 127.0.0.1 or ::1") !=
          std::string::npos);
    const bool by_tls = GENERATE(true, false);
    if (by_tls) config.tls = TlsConfig{"ca", "cert", "key"};
    config.beyond_loopback = !by_tls;
    CHECK(check_guards(config));
  }
}

TEST_CASE("limits out of range are refused", "[monitor]") {
  ListenerConfig config;
  config.max_clients = 0;
  CHECK(check_guards(config).error().sentence.find("max_clients is at least 1") != std::string::npos);
  config.max_clients = 1;
  config.negotiation_timeout_ms = kMaxNegotiationTimeoutMs;
  CHECK(check_guards(config));
  config.negotiation_timeout_ms = kMaxNegotiationTimeoutMs + 1;
  CHECK(check_guards(config).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("what the guards of one kind of address cannot do is refused, not forgotten", "[monitor]") {
  ListenerConfig config = tcp("127.0.0.1");
  config.allowed_uids = {0};
  CHECK(check_guards(config).error().sentence.find("allowed users and groups are for UNIX sockets") !=
        std::string::npos);
  config.allowed_uids.clear();
  config.allowed_gids = {0};
  CHECK(check_guards(config).error().sentence.find("are for UNIX sockets") != std::string::npos);
  config.allowed_gids.clear();
  config.max_clients_per_uid = 1;
  CHECK(check_guards(config).error().sentence.find("is for UNIX sockets") != std::string::npos);
  ListenerConfig with_tls;
  with_tls.tls = TlsConfig{};
  CHECK(check_guards(with_tls).error().sentence.find("only a TCP listener has TLS") == 0);
  with_tls.tcp = TcpAddress{"127.0.0.1", 0};
  CHECK(check_guards(with_tls).error().sentence.find("TLS needs the authorities") == 0);
}

TEST_CASE("a monitor has a form and a role that exist", "[monitor]") {
  ListenerConfig config{.path = "s"};
  CHECK(check_monitor(config).error().sentence == "the monitor s needs a wire form: name document or qemu");
  config.form = WireForm::qemu;
  CHECK(check_monitor(config));
  config.role = static_cast<ListenerRole>(7);
  CHECK(check_monitor(config).error().code == ErrorCode::invalid_argument);
  CHECK(check_monitor("p", WireForm::document, ListenerRole::events_only));
}

TEST_CASE("no listener is TCP and abstract", "[monitor]") {
  ListenerConfig config = tcp("127.0.0.1");
  config.abstract = true;
  CHECK(check_guards(config).error().code == ErrorCode::invalid_argument);
}
