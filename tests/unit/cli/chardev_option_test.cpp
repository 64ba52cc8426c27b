// SPDX-License-Identifier: MIT
#include "cli/chardev_option.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace qmpev;
using Kind = Chardev::Kind;

namespace {

Chardev device(const std::string& text) {
  auto parsed = parse_chardev_device("-qmp", text);
  INFO(text);
  REQUIRE(parsed);
  return parsed.value();
}

std::string device_refusal(const std::string& text) {
  auto parsed = parse_chardev_device("-qmp", text);
  INFO(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::invalid_argument);
  return parsed.error().sentence;
}

std::string chardev_refusal(const std::string& text) {
  auto parsed = parse_chardev(text);
  INFO(text);
  REQUIRE_FALSE(parsed);
  return parsed.error().sentence;
}

bool says(const std::string& sentence, const char* part) {
  return sentence.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a socket dials out unless it is a server, which waits unless told not to", "[cli]") {
  CHECK_FALSE(device("unix:/q").server);
  CHECK_FALSE(device("unix:/q").wait);
  CHECK(device("unix:/q,server=on").wait);
  CHECK_FALSE(device("unix:/q,server=on,wait=off").wait);
  CHECK_FALSE(device("unix:/q,server,nowait").wait);
  CHECK(device("unix:/q,server,nowait").server);
  CHECK(device("unix:/a,,b").path == "/a,b");
  CHECK(device("unix:/q").kind == Kind::unix_socket);
  CHECK(device("stdio").kind == Kind::stdio);
}

TEST_CASE("reconnect is in seconds or milliseconds, of who dials", "[cli]") {
  CHECK(device("unix:/q").reconnect_ms == 0);
  CHECK(device("unix:/q,reconnect=2").reconnect_ms == 2000);
  CHECK(device("unix:/q,reconnect-ms=150").reconnect_ms == 150);
  CHECK(device("unix:/q,reconnect=86400").reconnect_ms == 86400000);
  CHECK(says(device_refusal("unix:/q,reconnect=86401"), "up to 86400"));
  CHECK(says(device_refusal("unix:/q,server=on,reconnect=1"), "leave out reconnect"));
  CHECK(says(device_refusal("unix:/q,wait=off"), "add server=on"));
  CHECK(says(device_refusal("unix:/q,reconnect=1,reconnect-ms=1000"), "leave out one of them"));
  CHECK(says(chardev_refusal("socket,id=a,path=/q,reconnect=0,reconnect-ms=0"), "leave out one of them"));
}

TEST_CASE("small packets never wait, however that is said", "[cli]") {
  for (const char* setting : {"nodelay", "nodelay=on", "nodelay=off", "delay=off", "delay"})
    CHECK(device(std::string("unix:/q,server=on,wait=off,") + setting).path == "/q");
  CHECK(device("tcp:127.0.0.1:4444,server=on,wait=off,nodelay=on").tcp.port == 4444);
  CHECK(parse_chardev("socket,id=c0,fd=3,nodelay"));
  CHECK(says(device_refusal("unix:/q,delay=off,nodelay=on"), "leave out one of them"));
  CHECK(says(device_refusal("unix:/q,nodelay=often"), "on or off"));
}

TEST_CASE("an id is what QEMU takes for one", "[cli]") {
  for (const char* id : {"a", "Z", "char0", "a-b.c_d", "compat_monitor0"}) {
    CHECK(check_identifier("-chardev", id));
    CHECK(parse_chardev(std::string("stdio,id=") + id).value().id == id);
  }
  for (const char* id : {"", "0", "_a", "-a", ".a", "a b", "a/b", "a:b", "\xc3\xa4"}) {
    INFO(id);
    CHECK_FALSE(check_identifier("-chardev", id));
  }
  CHECK(chardev_refusal("socket,id=0mon,path=/q") ==
        "-chardev: '0mon' is no id: a letter comes first, then letters, digits, '-', '.' and '_'");
}

TEST_CASE("a chardev has an id and one place", "[cli]") {
  const Chardev named = parse_chardev("socket,id=c0,path=/q,server=on,wait=off,mux=on").value();
  CHECK(named.id == "c0");
  CHECK(named.path == "/q");
  const Chardev abstract = parse_chardev("socket,id=c0,path=q,abstract=on,tight=off,server=on").value();
  CHECK(abstract.abstract);
  CHECK_FALSE(abstract.tight);
  const Chardev inherited = parse_chardev("socket,id=c0,fd=7,server=on,wait=off").value();
  CHECK(inherited.kind == Kind::descriptor);
  CHECK(inherited.fd == 7);
  CHECK(parse_chardev("stdio,id=c0,signal=off").value().kind == Kind::stdio);
  CHECK(says(chardev_refusal("socket,path=/q"), "needs an id"));
  CHECK(says(chardev_refusal("socket,id=a"), "one of them"));
  CHECK(says(chardev_refusal("socket,id=a,path=/q,fd=3"), "one of them"));
  CHECK(says(chardev_refusal("socket,id=a,fd=-1"), "a number"));
  CHECK(says(chardev_refusal("socket,id=a,fd=3,reconnect=1"), "leave out reconnect"));
  CHECK(says(chardev_refusal("socket,id=a,fd=3,wait=off"), "add server=on"));
  CHECK(says(chardev_refusal("socket,id=a,path=/q,host=::1,port=1"), "one of them"));
  CHECK(says(chardev_refusal("socket,id=a,path=/q,telnet=on"), "no setting 'telnet'"));
  CHECK(says(chardev_refusal("pty,id=a"), "use socket or stdio"));
}

TEST_CASE("a port is a place in both spellings, to listen at and to dial", "[cli]") {
  const Chardev server = device("tcp:[::1]:4444,server,nowait");
  CHECK(server.kind == Kind::tcp_socket);
  CHECK(server.tcp.host == "::1");
  CHECK(server.tcp.port == 4444);
  CHECK(server.server);
  CHECK_FALSE(server.wait);
  const Chardev client = parse_chardev("socket,id=c0,host=localhost,port=4444,reconnect=2").value();
  CHECK(client.kind == Kind::tcp_socket);
  CHECK(client.tcp.host == "127.0.0.1");
  CHECK_FALSE(client.server);
  CHECK(client.reconnect_ms == 2000);
  CHECK(device("tcp::0,server=on").tcp.host == "::");
  CHECK(device("tcp::0,server=on,ipv4=on").tcp.host == "0.0.0.0");
  CHECK(says(chardev_refusal("socket,id=a,host=127.0.0.1"), "is no port"));
  CHECK(says(chardev_refusal("socket,id=a,port=4444"), "who dials needs a host"));
  CHECK(says(device_refusal("tcp:127.0.0.1:4444,server=on,reconnect=1"), "does not dial"));
  CHECK(says(device_refusal("tcp:127.0.0.1:4444,wait=off"), "add server=on"));
  CHECK(says(device_refusal("tcp:127.0.0.1:4444,abstract=on"), "leave out abstract"));
  CHECK(says(device_refusal("tcp:127.0.0.1:4444,to=4450"), "no setting 'to'"));
  CHECK(says(device_refusal("unix:/q,ipv4=on"), "no setting 'ipv4'"));
}

TEST_CASE("other places are refused with what there is", "[cli]") {
  CHECK(says(device_refusal("telnet:localhost:4444,server=on"), "use tcp:HOST:PORT"));
  CHECK(says(device_refusal("pty"), "unix:PATH, tcp:HOST:PORT, stdio or chardev:ID"));
  CHECK(says(device_refusal(""), "unix:PATH, tcp:HOST:PORT, stdio or chardev:ID"));
  CHECK(says(device_refusal("unix:"), "path"));
  CHECK(says(device_refusal("unix:" + std::string(108, 'x')), "107"));
  CHECK(says(device_refusal("unix:/q,frob=1"), "no setting 'frob'"));
  CHECK(says(device_refusal("unix:/q,server=maybe"), "on or off"));
  CHECK(device("unix:" + std::string(107, 'x')).path.size() == 107);
}

TEST_CASE("a place has a name", "[cli]") {
  CHECK(name_of(device("unix:/q")) == "unix:/q");
  CHECK(name_of(device("unix:q,abstract=on,server=on")) == "abstract:q");
  CHECK(name_of(device("tcp:[::1]:4444")) == "tcp:[::1]:4444");
  CHECK(name_of(device("stdio")) == "stdio");
  CHECK(name_of(parse_chardev("socket,id=a,fd=3").value()) == "fd:3");
}
