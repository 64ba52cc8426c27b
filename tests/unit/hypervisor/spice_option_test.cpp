// SPDX-License-Identifier: MIT
#include "hypervisor/spice_option.hpp"

#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "support/temporary_directory.hpp"

using namespace qmpev;

namespace {

SpiceListenConfig parsed(const std::string& text) {
  INFO(text);
  const auto option = parse_spice_option(text);
  REQUIRE(option);
  CHECK(option.value().kind == SpiceOption::Kind::real);
  return option.value().listen;
}

std::string refusal(const std::string& text) {
  INFO(text);
  const auto option = parse_spice_option(text);
  REQUIRE_FALSE(option);
  return option.error().sentence;
}

std::string file_with(const test::TemporaryDirectory& folder, const std::string& content) {
  std::ofstream(folder / "password") << content;
  return folder / "password";
}

}  // namespace

TEST_CASE("--spice takes a port, an address, a path, a password, or none", "[hypervisor]") {
  CHECK(parsed("port=5930").port == 5930);
  CHECK(parsed("port=0").port == 0);
  CHECK(parsed("port=65535").port == 65535);
  CHECK(parsed("port=1").host == "127.0.0.1");
  CHECK_FALSE(parsed("port=1").password);
  CHECK(parsed("addr=::1,port=1").host == "::1");
  CHECK(parsed("port=1,password=a=b").password == "a=b");
  CHECK_FALSE(parsed("port=1").display);
  CHECK(parsed("port=1,display=on").display);
  CHECK_FALSE(parsed("display=off,port=1").display);
  CHECK(parsed("unix=/tmp/s").path == "/tmp/s");
  CHECK(parsed("unix=/tmp/s,password=x").password == "x");
  CHECK(parse_spice_option("none").value().kind == SpiceOption::Kind::none);
}

TEST_CASE("--spice refuses what it cannot use and says what to write", "[hypervisor]") {
  for (const char* text : {"port=", "port=x", "port=-1", "port=65536", "port=1x"})
    CHECK(refusal(text).find("is no port: use a number from 0") != std::string::npos);
  CHECK(refusal("addr=localhost,port=1").find("'localhost' is no numeric address") == 0);
  CHECK(refusal("port=1,display=yes").find("'yes' is neither on nor off") == 0);
  CHECK(refusal("addr=127.0.0.1").find("--spice needs a place") == 0);
  CHECK(refusal("password=x").find("--spice needs a place") == 0);
  CHECK(refusal("unix=s,port=1").find("leave port= and addr= away, or unix=") != std::string::npos);
  CHECK(refusal("unix=s,addr=::1").find("leave port= and addr= away, or unix=") != std::string::npos);
  CHECK(refusal("unix=").find("the SPICE socket's path is empty") == 0);
  for (const char* text : {"port=1,password=se,cret", "port=1,password=se,cret=x"}) {
    CHECK(refusal(text).find("a password with a comma needs password-file=PATH") != std::string::npos);
    CHECK(refusal(text).find("cret") == std::string::npos);
  }
  CHECK(refusal("tls-port=1,port=1").find("unknown setting 'tls-port' of --spice") == 0);
  CHECK(refusal("port=1,disable-ticketing").find("'disable-ticketing' is no setting") == 0);
  for (const char* text : {"", "port", ",", "port=1,", "none,port=1"})
    CHECK(refusal(text).find("is no setting of --spice: use port=N") != std::string::npos);
  CHECK(refusal("port=1,password=a,password=b").find("--spice takes one password") == 0);
}

TEST_CASE("the longest password and path are taken, a longer one is refused", "[hypervisor]") {
  const std::string longest(kMaxSpicePasswordBytes, 'p');
  CHECK(parsed("port=1,password=" + longest).password == longest);
  CHECK(refusal("port=1,password=" + longest + "p").find("has more than 60 bytes") != std::string::npos);
  CHECK(refusal("port=1,password=").find("the SPICE password is empty") == 0);
  CHECK(parsed("unix=" + std::string(107, 's')).path.size() == 107);
  CHECK(refusal("unix=" + std::string(108, 's')).find("has 108 bytes, a UNIX socket's has at most 107") !=
        std::string::npos);
}

TEST_CASE("a password file's first line is the password", "[hypervisor]") {
  const test::TemporaryDirectory folder;
  const std::string longest(kMaxSpicePasswordBytes, 'p');
  const auto from = [&](const std::string& content) {
    return "port=1,password-file=" + file_with(folder, content);
  };
  for (const char* end : {"", "\n", "\r\n", "\nmore\n"}) {
    CHECK(parsed(from("with, comma" + std::string(end))).password == "with, comma");
    CHECK(parsed(from(longest + end)).password == longest);
    CHECK(refusal(from(longest + "p" + end)).find("has more than 60 bytes") != std::string::npos);
  }
  CHECK(refusal(from("\n")).find("the SPICE password is empty") == 0);
  CHECK(refusal(from(std::string("a\0b\n", 4))).find("has a zero byte") != std::string::npos);
  CHECK(refusal(from(std::string(100'000, 'p'))).find("has more than 60 bytes") != std::string::npos);
  CHECK(refusal("port=1,password-file=" + (folder / "missing")).find("cannot read the SPICE password from") ==
        0);
  CHECK(refusal("port=1,password=x,password-file=" + file_with(folder, "y")).find("takes one password") !=
        std::string::npos);
}
