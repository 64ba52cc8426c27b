// SPDX-License-Identifier: MIT
#include "cli/listen_option.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

std::string refusal(const std::string& text) {
  return parse_listen_option(text).error().sentence;
}

}  // namespace

TEST_CASE("a listener is a path, in the document's form unless it says otherwise", "[cli]") {
  CHECK(parse_listen_option("unix:/tmp/a.sock").value().path == "/tmp/a.sock");
  CHECK(parse_listen_option("unix:/tmp/a.sock").value().form == WireForm::document);
  CHECK(parse_listen_option("unix:a,wire=document").value().form == WireForm::document);
  CHECK(parse_listen_option("unix:a,wire=qemu").value().form == WireForm::qemu);
  CHECK(parse_listen_option("unix:a,wire=qemu").value().path == "a");
}

TEST_CASE("a listener has every command unless its role says otherwise", "[cli]") {
  CHECK(parse_listen_option("unix:a").value().role == ListenerRole::full);
  CHECK(parse_listen_option("unix:a,role=full").value().role == ListenerRole::full);
  const auto both = parse_listen_option("unix:a,role=events,wire=qemu").value();
  CHECK(both.role == ListenerRole::events_only);
  CHECK(both.form == WireForm::qemu);
  CHECK(parse_listen_option("unix:a,wire=qemu,role=events").value().role == ListenerRole::events_only);
}

TEST_CASE("a listener keeps clients that lose events unless it says otherwise", "[cli]") {
  CHECK(parse_listen_option("unix:a").value().on_loss == OnLoss::stay);
  CHECK(parse_listen_option("unix:a,slow=keep").value().on_loss == OnLoss::stay);
  CHECK(parse_listen_option("unix:a,slow=close,wire=qemu").value().on_loss == OnLoss::close);
}

TEST_CASE("over TCP a listener is for events unless its role is written out", "[cli]") {
  const auto plain = parse_listen_option("tcp:localhost:4444").value();
  CHECK(plain.role == ListenerRole::events_only);
  CHECK(plain.tcp.value().host == "127.0.0.1");
  CHECK(place_of(plain) == "tcp:127.0.0.1:4444");
  const auto full = parse_listen_option("tcp:[::1]:0,wire=qemu,role=full").value();
  CHECK(full.role == ListenerRole::full);
  CHECK(full.form == WireForm::qemu);
  CHECK(full.tcp.value().port == 0);
  CHECK(place_of(parse_listen_option("unix:a").value()) == "a");
}

TEST_CASE("a passed socket is named, and says later what it is", "[cli]") {
  const auto passed = parse_listen_option("fd:qmp,wire=qemu,slow=close").value();
  CHECK(passed.passed_name == "qmp");
  CHECK(passed.fd == -1);
  CHECK_FALSE(passed.role);
  CHECK(passed.form == WireForm::qemu);
  CHECK(passed.on_loss == OnLoss::close);
  CHECK(parse_listen_option("fd:3,role=events").value().role == ListenerRole::events_only);
  CHECK(parse_listen_option("unix:a").value().passed_name.empty());
}

TEST_CASE("what cannot be meant is refused with what to write instead", "[cli]") {
  CHECK(refusal("udp:127.0.0.1:4444") ==
        "cannot listen on 'udp:127.0.0.1:4444': use " + std::string(kListenForm));
  CHECK(refusal("tcp:4444").find("--listen tcp: '4444' needs a port") == 0);
  CHECK(refusal("/tmp/a.sock").find("use unix:PATH") != std::string::npos);
  CHECK(refusal("unix:a,wire=qmp") == "unknown wire form 'qmp': use wire=document or wire=qemu");
  CHECK(refusal("unix:a,wire=").find("unknown wire form ''") == 0);
  CHECK(refusal("unix:a,server=on").find("unknown setting 'server=on'") == 0);
  CHECK(refusal("unix:a,role=viewer") == "unknown role 'viewer': use role=full or role=events");
  CHECK(refusal("unix:a,role=").find("unknown role ''") == 0);
  CHECK(refusal("unix:a,slow=never") ==
        "unknown setting 'slow=never': use slow=keep or slow=close for clients that lose events");
  CHECK(refusal("unix:a,").find("unknown setting ''") == 0);
  CHECK(refusal("fd:") == "--listen fd: needs a name: FileDescriptorName= of the .socket unit");
  CHECK(refusal("fd:,wire=qemu").find("--listen fd: needs a name") == 0);
  CHECK(refusal("unix:").find("the socket's path is empty") == 0);
  CHECK(refusal("unix:,wire=qemu").find("the socket's path is empty") == 0);
}

TEST_CASE("a socket's path has at most 107 bytes", "[cli]") {
  CHECK(parse_listen_option("unix:" + std::string(107, 'p')).value().path.size() == 107);
  CHECK(refusal("unix:" + std::string(108, 'p')).find("has 108 bytes, a UNIX socket's has at most 107") !=
        std::string::npos);
}
