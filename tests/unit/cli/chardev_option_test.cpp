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

TEST_CASE("small packets of a UNIX socket never wait, however that is said", "[cli]") {
  for (const char* setting : {"nodelay", "nodelay=on", "nodelay=off", "delay=off", "delay"})
    CHECK(device(std::string("unix:/q,server=on,wait=off,") + setting).path == "/q");
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
  CHECK(says(chardev_refusal("socket,id=a,host=localhost,port=4444"), "TCP is not offered"));
  CHECK(says(chardev_refusal("socket,id=a,path=/q,telnet=on"), "no setting 'telnet'"));
  CHECK(says(chardev_refusal("pty,id=a"), "use socket or stdio"));
}

TEST_CASE("other places are refused with what there is", "[cli]") {
  CHECK(says(device_refusal("tcp:localhost:4444,server=on"), "TCP is not offered"));
  CHECK(says(device_refusal("pty"), "unix:PATH, stdio or chardev:ID"));
  CHECK(says(device_refusal(""), "unix:PATH, stdio or chardev:ID"));
  CHECK(says(device_refusal("unix:"), "path"));
  CHECK(says(device_refusal("unix:" + std::string(108, 'x')), "107"));
  CHECK(says(device_refusal("unix:/q,frob=1"), "no setting 'frob'"));
  CHECK(says(device_refusal("unix:/q,server=maybe"), "on or off"));
  CHECK(device("unix:" + std::string(107, 'x')).path.size() == 107);
}

TEST_CASE("a place has a name", "[cli]") {
  CHECK(name_of(device("unix:/q")) == "unix:/q");
  CHECK(name_of(device("unix:q,abstract=on,server=on")) == "abstract:q");
  CHECK(name_of(device("stdio")) == "stdio");
  CHECK(name_of(parse_chardev("socket,id=a,fd=3").value()) == "fd:3");
}
