// SPDX-License-Identifier: MIT
#include "capi/monitor_options.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

qmpev_monitor_options options() {
  qmpev_monitor_options options{};
  options.size = sizeof options;
  return options;
}

qmpev_monitor_options at(const char* path) {
  qmpev_monitor_options made = options();
  made.path = path;
  return made;
}

template <class Config>
std::string refusal(const Result<Config>& result) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::invalid_argument);
  return result.error().sentence;
}

std::string refusal(const qmpev_monitor_options& options, bool need_place = true) {
  return refusal(listener_config(QMPEV_WIRE_QEMU, &options, need_place));
}

bool has(const std::string& sentence, const std::string& part) {
  INFO(sentence);
  return sentence.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("zeros are what the C++ server has by default", "[capi]") {
  const qmpev_monitor_options from = at("/run/s");
  const ListenerConfig to = listener_config(QMPEV_WIRE_QEMU, &from, true).value();
  const ListenerConfig usual;
  CHECK(to.path == "/run/s");
  CHECK(to.form == WireForm::qemu);
  CHECK(to.max_clients == usual.max_clients);
  CHECK(to.max_clients_per_uid == usual.max_clients_per_uid);
  CHECK_FALSE(to.role);
  CHECK(to.registered_events == usual.registered_events);
  CHECK(to.pretty == usual.pretty);
  CHECK(to.no_seat == usual.no_seat);
  CHECK(to.on_loss == usual.on_loss);
  CHECK(to.abstract == usual.abstract);
  CHECK(to.tight == usual.tight);
  CHECK(to.beyond_loopback == usual.beyond_loopback);
  CHECK_FALSE(to.negotiation_timeout_ms);
  CHECK(to.allowed_uids.empty());
  CHECK(to.allowed_gids.empty());
  CHECK_FALSE(to.tcp);
  CHECK_FALSE(to.tls);
  const ConnectionConfig connection = connection_config(QMPEV_WIRE_DOCUMENT, &from, true).value();
  CHECK(connection.role == ListenerRole::full);
  CHECK(connection.form == WireForm::document);
  CHECK(connection.reconnect_ms == 0);
}

TEST_CASE("everything that is set arrives", "[capi]") {
  qmpev_monitor_options from = options();
  const std::uint32_t uids[] = {1, 2};
  const std::uint32_t gids[] = {3};
  const char* names[] = {"a", "b"};
  from.host = "::1";
  from.port = 4444;
  from.flags = QMPEV_MONITOR_PRETTY | QMPEV_MONITOR_CLOSE_ON_LOSS | QMPEV_MONITOR_BEYOND_LOOPBACK |
               QMPEV_MONITOR_NEXT_WAITS | QMPEV_MONITOR_ABSTRACT | QMPEV_MONITOR_PADDED_NAME;
  from.role = QMPEV_ROLE_FULL;
  from.registered_events = QMPEV_REGISTERED_ALWAYS;
  from.max_clients = 5;
  from.max_clients_per_uid = 6;
  from.negotiation_timeout_ms = 7;
  from.allowed_uids = uids;
  from.allowed_uid_count = 2;
  from.allowed_gids = gids;
  from.allowed_gid_count = 1;
  from.tls_authorities = "ca";
  from.tls_certificate = "cert";
  from.tls_key = "key";
  from.tls_revoked = "crl";
  from.tls_allowed_names = names;
  from.tls_allowed_name_count = 2;
  const ListenerConfig to = listener_config(QMPEV_WIRE_QEMU, &from, true).value();
  CHECK(to.tcp.value().host == "::1");
  CHECK(to.tcp.value().port == 4444);
  CHECK(to.pretty);
  CHECK(to.on_loss == OnLoss::close);
  CHECK(to.beyond_loopback);
  CHECK(to.no_seat == NoSeat::waits);
  CHECK(to.abstract);
  CHECK_FALSE(to.tight);
  CHECK(to.role == ListenerRole::full);
  CHECK(to.registered_events == RegisteredEvents::always);
  CHECK(to.max_clients == 5);
  CHECK(to.max_clients_per_uid == 6);
  CHECK(to.negotiation_timeout_ms == 7u);
  CHECK(to.allowed_uids == std::vector<std::uint32_t>{1, 2});
  CHECK(to.allowed_gids == std::vector<std::uint32_t>{3});
  CHECK(to.tls.value().authorities == "ca");
  CHECK(to.tls.value().certificate == "cert");
  CHECK(to.tls.value().key == "key");
  CHECK(to.tls.value().revoked == "crl");
  CHECK(to.tls.value().allowed_names == std::vector<std::string>{"a", "b"});
  from.negotiation_timeout_ms = QMPEV_NEVER;
  CHECK(listener_config(QMPEV_WIRE_QEMU, &from, true).value().negotiation_timeout_ms == 0u);
}

TEST_CASE("what does not exist, or not for that, is refused", "[capi]") {
  CHECK(has(refusal(listener_config(2, nullptr, false)), "QMPEV_WIRE_QEMU"));
  CHECK(has(refusal(listener_config(QMPEV_WIRE_QEMU, nullptr, true)), "needs a place"));
  CHECK(has(refusal(options()), "one place"));
  CHECK(listener_config(QMPEV_WIRE_QEMU, nullptr, false));
  qmpev_monitor_options from = at("/run/s");
  from.host = "127.0.0.1";
  CHECK(has(refusal(from), "one place"));
  from = at("/run/s");
  from.size -= 1;
  CHECK(has(refusal(from), "sizeof(qmpev_monitor_options)"));
  from = at("/run/s");
  from.role = 3;
  CHECK(has(refusal(from), "role 3 does not exist"));
  from = at("/run/s");
  from.registered_events = 4;
  CHECK(has(refusal(from), "registered_events 4 does not exist"));
  from = at("/run/s");
  from.flags = 64 | QMPEV_MONITOR_PRETTY;
  CHECK(has(refusal(from), "flags 64 mean nothing"));
  from = at("/run/s");
  from.reconnect_ms = 1;
  CHECK(has(refusal(from), "for qmpev_server_dial"));
  from = at("/run/s");
  from.allowed_uid_count = 1;
  CHECK(has(refusal(from), "allowed_uids is NULL"));
  from = at("/run/s");
  from.tls_allowed_name_count = 1;
  CHECK(has(refusal(from), "tls_allowed_names[0] is NULL"));
}

TEST_CASE("a connection of ours has nobody to let in", "[capi]") {
  qmpev_monitor_options from = at("/run/s");
  from.reconnect_ms = 100;
  CHECK(connection_config(QMPEV_WIRE_QEMU, &from, true).value().reconnect_ms == 100);
  from.max_clients = 1;
  CHECK(has(refusal(connection_config(QMPEV_WIRE_QEMU, &from, true)), "are for listeners"));
  from = at("/run/s");
  from.tls_key = "key";
  CHECK(has(refusal(connection_config(QMPEV_WIRE_QEMU, &from, true)), "are for listeners"));
  from = at("/run/s");
  from.flags = QMPEV_MONITOR_NEXT_WAITS;
  CHECK(has(refusal(connection_config(QMPEV_WIRE_QEMU, &from, true)), "flags 32 mean nothing"));
}

TEST_CASE("a port without a host is refused, whatever the place", "[capi]") {
  qmpev_monitor_options from = at("/run/s");
  from.port = 4444;
  CHECK(has(refusal(from), "port 4444"));
  CHECK(has(refusal(from, false), "without a host"));
  CHECK(has(refusal(connection_config(QMPEV_WIRE_QEMU, &from, true)), "without a host"));
  from.path = nullptr;
  CHECK(has(refusal(from, false), "without a host"));
  from.host = "127.0.0.1";
  CHECK(listener_config(QMPEV_WIRE_QEMU, &from, true));
}
